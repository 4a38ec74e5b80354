/* Linear probing over a power of two; an emptied key keeps its slot with the value 0. */
#include "base/map.h"

#include <stdbool.h>

struct map_slot {
    uint64_t key;
    uint32_t value;
    uint32_t taken;
};

uint64_t hash_bytes(const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < len; i++)
        h = (h ^ p[i]) * 0x100000001b3u;
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    h ^= h >> 32;
    return h;
}

static uint32_t slot_of(const struct map *m, uint64_t key)
{
    uint64_t h = key * 0x9e3779b97f4a7c15u;
    uint32_t mask = m->capacity - 1;
    uint32_t i = (uint32_t)(h >> 32) & mask;

    while (m->slots[i].taken && m->slots[i].key != key)
        i = (i + 1) & mask;
    return i;
}

struct map map_new(struct arena *a)
{
    struct map m = {.arena = a, .capacity = 16};

    m.slots = ARENA_ARRAY(a, struct map_slot, m.capacity);
    return m;
}

uint32_t map_get(const struct map *m, uint64_t key)
{
    return m->slots[slot_of(m, key)].value;
}

static void map_grow(struct map *m)
{
    struct map bigger = *m;

    bigger.capacity = m->capacity * 2;
    bigger.slots = ARENA_ARRAY(m->arena, struct map_slot, bigger.capacity);
    for (uint32_t i = 0; i < m->capacity; i++)
        if (m->slots[i].taken)
            bigger.slots[slot_of(&bigger, m->slots[i].key)] = m->slots[i];
    arena_release(m->arena, m->slots, sizeof *m->slots * m->capacity);
    *m = bigger;
}

void map_put(struct map *m, uint64_t key, uint32_t value)
{
    uint32_t i = slot_of(m, key);

    if (!m->slots[i].taken) {
        if (value == 0)
            return;
        m->slots[i] = (struct map_slot){key, value, true};
        if (++m->count * 2 > m->capacity)
            map_grow(m);
    } else {
        m->slots[i].value = value;
    }
}
