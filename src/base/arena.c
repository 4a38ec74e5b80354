/*
 * A list of blocks, each at least twice as useful as a malloc: allocation moves a pointer. Blocks
 * grow with use so that a small file costs one block.
 */
#include "base/arena.h"

#include "base/err.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#endif
#ifdef HAVE_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

#define ALIGNMENT 16
#define FIRST_BLOCK (16 * 1024)
#define LARGEST_STEP (4 * 1024 * 1024)

struct block {
    struct block *next;
    size_t size;
    _Alignas(ALIGNMENT) char bytes[];
};

struct arena {
    struct block *blocks; /* the newest first */
    size_t used;          /* of the newest block */
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

static void blocks_free(struct block *b)
{
    while (b) {
        struct block *next = b->next;

        UNPOISON(b->bytes, b->size);
        free(b);
        b = next;
    }
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    blocks_free(a->blocks);
    free(a);
}

void arena_reset(struct arena *a)
{
    struct block *first = a->blocks;

    while (first->next)
        first = first->next;
    for (struct block *b = a->blocks; b != first;) {
        struct block *next = b->next;

        UNPOISON(b->bytes, b->size);
        free(b);
        b = next;
    }
    a->blocks = first;
    a->used = 0;
    a->total = sizeof *first + first->size;
    POISON(first->bytes, first->size);
}

static size_t round_up(size_t size)
{
    if (size > SIZE_MAX / 2)
        die("out of memory (%zu bytes asked for)", size);
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

void *arena_alloc(struct arena *a, size_t size)
{
    struct block *b = a->blocks;
    size_t need = round_up(size ? size : 1);
    char *p;

    if (need > b->size - a->used) {
        size_t step = b->size * 2 < LARGEST_STEP ? b->size * 2 : LARGEST_STEP;

        b = block_new(a, need > step ? need : step);
    }
    p = b->bytes + a->used;
    a->used += need;
    UNPOISON(p, need);
    memset(p, 0, need);
    return p;
}

void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size)
{
    struct block *b = a->blocks;
    char *p = old;
    size_t had = round_up(old_size ? old_size : 1);
    size_t need = round_up(new_size ? new_size : 1);

    if (old && need <= had)
        return old;
    if (old && p + had == b->bytes + a->used && need - had <= b->size - a->used) {
        UNPOISON(p + had, need - had);
        memset(p + had, 0, need - had);
        a->used += need - had;
        return old;
    }
    p = arena_alloc(a, new_size);
    if (old_size)
        memcpy(p, old, old_size);
    return p;
}

char *arena_strndup(struct arena *a, const char *bytes, size_t len)
{
    char *p = arena_alloc(a, len + 1);

    if (len)
        memcpy(p, bytes, len);
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
