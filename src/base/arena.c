/*
 * A list of blocks, each at least twice as useful as a malloc: allocation moves a pointer. Blocks grow with use,
 * and one that served is kept over a reset, so that a small file costs one block.
 *
 * What is large has a mapping of its own: a table that doubles takes no second copy of itself, and the half that it
 * does not use yet takes no memory, because the system gives a page when it is written to.
 */
#include "base/arena.h"

#include "base/err.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#    define HAVE_ASAN 1
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define HAVE_ASAN 1
#    endif
#endif
#ifdef HAVE_ASAN
#    include <sanitizer/asan_interface.h>
#    define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#    define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#    define SCRAMBLE(p, n) memset(p, 0xA5, n) /* who counts on zeroes that were not promised fails a test */
#else
#    define POISON(p, n) ((void)(p), (void)(n))
#    define UNPOISON(p, n) ((void)(p), (void)(n))
#    define SCRAMBLE(p, n) ((void)(p), (void)(n))
#endif

#define ALIGNMENT 16
#define FIRST_BLOCK (16 * 1024)
#define LARGEST_STEP (1024 * 1024)
#define LARGE (256 * 1024) /* what takes as many bytes or more stands alone */

struct block {
    struct block *next;
    size_t size;
    _Alignas(ALIGNMENT) char bytes[];
};

/* An allocation that stands alone, before its bytes. */
struct large {
    struct large *next, *previous;
    size_t mapped; /* with this header */
    _Alignas(ALIGNMENT) char bytes[];
};

struct arena {
    struct block *blocks; /* the newest first */
    size_t used;          /* of the newest block */
    struct large *large;
    size_t total;
};

static struct block *block_new(struct arena *a, size_t size)
{
    struct block *b = malloc(sizeof *b + size);

    if (!b)
        die("out of memory (%zu bytes asked for)", size);
    b->size = size;
    b->next = a->blocks;
    a->blocks = b;
    a->used = 0;
    a->total += sizeof *b + size;
    POISON(b->bytes, size);
    return b;
}

struct arena *arena_new(void)
{
    struct arena *a = calloc(1, sizeof *a);

    if (!a)
        die("out of memory");
    block_new(a, FIRST_BLOCK);
    return a;
}

static void blocks_free(struct arena *a, const struct block *but)
{
    for (struct block *b = a->blocks; b;) {
        struct block *next = b->next;

        if (b != but) {
            UNPOISON(b->bytes, b->size);
            a->total -= sizeof *b + b->size;
            free(b);
        }
        b = next;
    }
}

/* ---- Large allocations ---- */

/* Sanitizers know malloc's memory, not a mapping's: there a large allocation is a malloc that never grows in place. */
#ifdef HAVE_ASAN
static struct large *map_bytes(size_t size)
{
    return calloc(1, size);
}

static void unmap_bytes(struct large *l)
{
    free(l);
}

static struct large *remap_bytes(struct large *old, size_t size)
{
    struct large *l = realloc(old, size);

    if (l)
        memset((char *)l + l->mapped, 0, size - l->mapped);
    return l;
}
#else
static struct large *map_bytes(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

static void unmap_bytes(struct large *l)
{
    munmap(l, l->mapped);
}

static struct large *remap_bytes(struct large *old, size_t size)
{
#    ifdef MREMAP_MAYMOVE
    void *p = mremap(old, old->mapped, size, MREMAP_MAYMOVE);

    return p == MAP_FAILED ? NULL : p;
#    else
    struct large *p = map_bytes(size);

    if (!p)
        return NULL;
    memcpy(p, old, old->mapped);
    unmap_bytes(old);
    return p;
#    endif
}
#endif

static void *large_alloc(struct arena *a, size_t size)
{
    struct large *l = map_bytes(sizeof *l + size);

    if (!l)
        die("out of memory (%zu bytes asked for)", size);
    *l = (struct large){.next = a->large, .mapped = sizeof *l + size};
    if (l->next)
        l->next->previous = l;
    a->large = l;
    a->total += l->mapped;
    return l->bytes;
}

static struct large *large_of(void *p)
{
    return (struct large *)(void *)((char *)p - offsetof(struct large, bytes));
}

static void *large_grow(struct arena *a, void *old, size_t size)
{
    struct large *l = large_of(old);
    size_t had = l->mapped;

    l = remap_bytes(l, sizeof *l + size);
    if (!l)
        die("out of memory (%zu bytes asked for)", size);
    l->mapped = sizeof *l + size;
    if (l->next)
        l->next->previous = l;
    *(l->previous ? &l->previous->next : &a->large) = l;
    a->total += l->mapped - had;
    return l->bytes;
}

static void large_free(struct arena *a, struct large *l)
{
    if (l->next)
        l->next->previous = l->previous;
    *(l->previous ? &l->previous->next : &a->large) = l->next;
    a->total -= l->mapped;
    unmap_bytes(l);
}

/* ---- The arena ---- */

void arena_free(struct arena *a)
{
    if (!a)
        return;
    while (a->large)
        large_free(a, a->large);
    blocks_free(a, NULL);
    free(a);
}

void arena_reset(struct arena *a)
{
    while (a->large)
        large_free(a, a->large);
    blocks_free(a, a->blocks);
    a->blocks->next = NULL;
    a->used = 0;
    POISON(a->blocks->bytes, a->blocks->size);
}

static size_t round_up(size_t size)
{
    if (size > SIZE_MAX / 2)
        die("out of memory (%zu bytes asked for)", size);
    return ((size ? size : 1) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

/* `need` bytes, rounded up, which may hold anything. */
static char *take(struct arena *a, size_t need)
{
    struct block *b = a->blocks;
    char *p;

    if (need > b->size - a->used) {
        size_t step = b->size * 2 < LARGEST_STEP ? b->size * 2 : LARGEST_STEP;

        b = block_new(a, need > step ? need : step);
    }
    p = b->bytes + a->used;
    a->used += need;
    UNPOISON(p, need);
    return p;
}

/* The same, of any size. */
static void *any_bytes(struct arena *a, size_t need)
{
    return need < LARGE ? take(a, need) : large_alloc(a, need);
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t need = round_up(size);

    return need < LARGE ? memset(take(a, need), 0, need) : large_alloc(a, need);
}

void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size)
{
    struct block *b = a->blocks;
    char *p = old;
    size_t had = round_up(old_size), need = round_up(new_size);

    if (old && need <= had)
        return old;
    if (old && had >= LARGE)
        return large_grow(a, old, need);
    if (old && need < LARGE && p + had == b->bytes + a->used && need - had <= b->size - a->used) {
        UNPOISON(p + had, need - had);
        SCRAMBLE(p + had, need - had);
        a->used += need - had;
        return old;
    }
    p = any_bytes(a, need);
    SCRAMBLE(p, need);
    if (old_size)
        memcpy(p, old, old_size);
    return p;
}

void arena_release(struct arena *a, void *p, size_t size)
{
    if (p && round_up(size) >= LARGE)
        large_free(a, large_of(p));
}

char *arena_strndup(struct arena *a, const char *bytes, size_t len)
{
    size_t need = round_up(len + 1);
    char *p = any_bytes(a, need);

    if (len)
        memcpy(p, bytes, len);
    p[len] = '\0';
    return p;
}

char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
    va_list again;
    char *p;
    int len;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0)
        die("vsnprintf failed on \"%s\"", format);
    p = arena_alloc(a, (size_t)len + 1);
    vsnprintf(p, (size_t)len + 1, format, args);
    return p;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    char *p;

    va_start(args, format);
    p = arena_vprintf(a, format, args);
    va_end(args);
    return p;
}

size_t arena_size(const struct arena *a)
{
    return a->total;
}
