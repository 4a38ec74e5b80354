/* Views, buffers and the intern pool (open addressing, ids in order of sight). */
#include "base/str.h"

#include "base/bytes.h"
#include "base/err.h"
#include "base/vec.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct slice slice_trim(struct slice s)
{
    while (s.n && isspace((unsigned char)s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && isspace((unsigned char)s.p[s.n - 1]))
        s.n--;
    return s;
}

/* Iterative, with one point to come back to, so that no pattern costs more than |p| * |t|. A single
 * `*` inside a later `**` needs only the later star: what the earlier one took was the shortest. */
bool glob_match(const char *pattern, const char *text)
{
    const char *p = pattern, *t = text;
    const char *star = NULL, *at = NULL;
    const char *deep_star = NULL, *deep_at = NULL;

    while (*t) {
        if (p[0] == '*' && p[1] == '*') {
            deep_star = p += p[2] == '/' ? 3 : 2;
            deep_at = t;
            star = NULL;
        } else if (*p == '*') {
            star = ++p;
            at = t;
        } else if (*p == *t || (*p == '?' && *t != '/')) {
            p++;
            t++;
        } else if (star && *at != '/') {
            p = star;
            t = ++at;
        } else if (deep_star) {
            p = deep_star;
            t = ++deep_at;
            star = NULL;
        } else {
            return false;
        }
    }
    while (*p == '*')
        p++;
    return *p == '\0';
}

struct buf buf_new(struct arena *a)
{
    return (struct buf){.arena = a};
}

void buf_reserve(struct buf *b, size_t extra)
{
    size_t need = b->n + extra + 1;
    size_t room = b->capacity ? b->capacity : 64;

    if (need <= b->capacity)
        return;
    while (room < need)
        room *= 2;
    b->p = arena_grow(b->arena, b->p, b->capacity, room);
    b->p[b->n] = '\0';
    b->capacity = room;
}

void buf_add(struct buf *b, const char *bytes, size_t len)
{
    buf_reserve(b, len);
    if (len)
        memcpy(b->p + b->n, bytes, len);
    b->n += len;
    b->p[b->n] = '\0';
}

void buf_adds(struct buf *b, const char *nul_terminated)
{
    buf_add(b, nul_terminated, strlen(nul_terminated));
}

void buf_addc(struct buf *b, char c)
{
    if (b->n + 2 > b->capacity)
        buf_reserve(b, 1);
    b->p[b->n++] = c;
    b->p[b->n] = '\0';
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0)
        die("vsnprintf failed on \"%s\"", format);
    buf_reserve(b, (size_t)len);
    vsnprintf(b->p + b->n, (size_t)len + 1, format, args);
    va_end(args);
    b->n += (size_t)len;
}

struct slice buf_slice(const struct buf *b)
{
    return (struct slice){buf_str(b), b->n};
}

const char *buf_str(const struct buf *b)
{
    return b->p ? b->p : "";
}

struct entry {
    const char *p;
    uint32_t n;
    uint32_t hash;
};

struct strpool {
    struct arena *arena;
    VEC(struct entry) entries;
    uint32_t *slots; /* id or 0 */
    uint32_t slot_count;
};

struct strpool *strpool_new(struct arena *a)
{
    struct strpool *pool = ARENA_NEW(a, struct strpool);

    pool->arena = a;
    vec_push(a, &pool->entries, ((struct entry){"", 0, 0}));
    pool->slot_count = 256;
    pool->slots = ARENA_ARRAY(a, uint32_t, pool->slot_count);
    return pool;
}

static void strpool_rehash(struct strpool *pool)
{
    uint32_t mask;

    pool->slot_count *= 2;
    pool->slots = ARENA_ARRAY(pool->arena, uint32_t, pool->slot_count);
    mask = pool->slot_count - 1;
    for (uint32_t id = 1; id < pool->entries.count; id++) {
        uint32_t i = pool->entries.items[id].hash & mask;

        while (pool->slots[i])
            i = (i + 1) & mask;
        pool->slots[i] = id;
    }
}

static uint32_t pool_hash(const char *p, size_t len)
{
    uint64_t h = bytes_hash(p, len);

    return (uint32_t)(h ^ h >> 17);
}

uint32_t strpool_intern(struct strpool *pool, const char *bytes, size_t len)
{
    uint32_t hash, mask = pool->slot_count - 1, i;
    struct entry e;

    if (len == 0)
        return 0;
    if (len > UINT32_MAX)
        die("a string of more than 4 GB");
    hash = pool_hash(bytes, len);
    for (i = hash & mask; pool->slots[i]; i = (i + 1) & mask) {
        const struct entry *have = &pool->entries.items[pool->slots[i]];

        if (have->hash == hash && have->n == len && memcmp(have->p, bytes, len) == 0)
            return pool->slots[i];
    }
    e = (struct entry){arena_strndup(pool->arena, bytes, len), (uint32_t)len, hash};
    vec_push(pool->arena, &pool->entries, e);
    pool->slots[i] = pool->entries.count - 1;
    if (pool->entries.count * 2 > pool->slot_count)
        strpool_rehash(pool);
    return pool->entries.count - 1;
}

const char *strpool_get(const struct strpool *pool, uint32_t id)
{
    if (id >= pool->entries.count)
        BUG("string id %u of %u", id, pool->entries.count);
    return pool->entries.items[id].p;
}

size_t strpool_len(const struct strpool *pool, uint32_t id)
{
    if (id >= pool->entries.count)
        BUG("string id %u of %u", id, pool->entries.count);
    return pool->entries.items[id].n;
}

uint32_t strpool_count(const struct strpool *pool)
{
    return pool->entries.count;
}
