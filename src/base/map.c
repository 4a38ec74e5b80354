/*
 * Linear probing over a power of two. Slots are as small as can be, because maps of a whole project are large; a value
 * of 0 marks a free one, so that what is taken out makes those behind it move up.
 */
#include "base/map.h"

struct map_slot {
    uint32_t high, low; /* of the key */
    uint32_t value;
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

static uint32_t first_slot(const struct map *m, uint64_t key)
{
    return (uint32_t)(key * 0x9e3779b97f4a7c15u >> 32) & (m->capacity - 1);
}

static uint64_t key_of(const struct map_slot *slot)
{
    return map_key(slot->high, slot->low);
}

/* The slot of the key, or the free one where it would stand. */
static uint32_t slot_of(const struct map *m, uint64_t key)
{
    uint32_t i = first_slot(m, key);

    while (m->slots[i].value && key_of(&m->slots[i]) != key)
        i = (i + 1) & (m->capacity - 1);
    return i;
}

struct map map_new(struct arena *a)
{
    return (struct map){.arena = a};
}

uint32_t map_get(const struct map *m, uint64_t key)
{
    return m->count ? m->slots[slot_of(m, key)].value : 0;
}

static void map_grow(struct map *m)
{
    struct map bigger = {
        .arena = m->arena, .count = m->count, .capacity = m->capacity ? m->capacity * 2 : 16};

    bigger.slots = ARENA_ARRAY(m->arena, struct map_slot, bigger.capacity);
    for (uint32_t i = 0; i < m->capacity; i++)
        if (m->slots[i].value)
            bigger.slots[slot_of(&bigger, key_of(&m->slots[i]))] = m->slots[i];
    arena_release(m->arena, m->slots, sizeof *m->slots * m->capacity);
    *m = bigger;
}

/* Frees slot `hole`: of those behind it, up to the next free one, each moves into the hole that would be found there. */
static void close_up(struct map *m, uint32_t hole)
{
    uint32_t mask = m->capacity - 1;

    for (uint32_t i = (hole + 1) & mask; m->slots[i].value; i = (i + 1) & mask) {
        uint32_t first = first_slot(m, key_of(&m->slots[i]));

        if (((i - first) & mask) < ((i - hole) & mask))
            continue;
        m->slots[hole] = m->slots[i];
        hole = i;
    }
    m->slots[hole] = (struct map_slot){0};
    m->count--;
}

void map_put(struct map *m, uint64_t key, uint32_t value)
{
    uint32_t i;

    if (m->count * 3 >= m->capacity * 2)
        map_grow(m);
    i = slot_of(m, key);
    if (!m->slots[i].value) {
        if (!value)
            return;
        m->count++;
    } else if (!value) {
        close_up(m, i);
        return;
    }
    m->slots[i] = (struct map_slot){(uint32_t)(key >> 32), (uint32_t)key, value};
}
