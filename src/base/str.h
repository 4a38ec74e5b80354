/*
 * str.h - byte strings: views of them, a buffer that grows, and the pool that interns them.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* A view of bytes that something else owns; not NUL-terminated unless its source says so. */
struct slice {
    const char *p;
    size_t n;
};

#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})

/* Those that compare stand here, because mostly with a literal, whose length is then known when this is compiled. */

static inline struct slice slice_of(const char *nul_terminated)
{
    return (struct slice){nul_terminated, strlen(nul_terminated)};
}

static inline struct slice slice_sub(struct slice s, size_t off, size_t len)
{
    if (off > s.n)
        off = s.n;
    if (len > s.n - off)
        len = s.n - off;
    return (struct slice){off ? s.p + off : s.p, len}; /* an empty slice may have no bytes at all */
}

struct slice slice_trim(struct slice s); /* ASCII white space at both ends */

static inline bool slice_eq(struct slice a, struct slice b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool slice_is(struct slice a, const char *nul_terminated)
{
    return slice_eq(a, slice_of(nul_terminated));
}

static inline bool slice_starts(struct slice s, const char *prefix)
{
    size_t n = strlen(prefix);

    return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

static inline bool slice_ends(struct slice s, const char *suffix)
{
    size_t n = strlen(suffix);

    return s.n >= n && memcmp(s.p + s.n - n, suffix, n) == 0;
}

/* The same with ASCII case folding. The cases of a letter differ in one bit alone: where the first byte differs in
 * another, nothing is called. */
static inline bool slice_starts_nocase(struct slice s, const char *prefix)
{
    size_t n = strlen(prefix);

    return s.n >= n && (n == 0 || (((s.p[0] ^ prefix[0]) & ~32) == 0 && strncasecmp(s.p, prefix, n) == 0));
}

static inline bool slice_is_nocase(struct slice a, const char *nul_terminated)
{
    return a.n == strlen(nul_terminated) && slice_starts_nocase(a, nul_terminated);
}

/* Does `text` match the glob `pattern` (`*` any run but not '/', `**` any run, `?` one byte)? */
bool glob_match(const char *pattern, const char *text);

/* A string under construction, in an arena; `p` is always NUL-terminated once anything was added. */
struct buf {
    struct arena *arena;
    char *p;
    size_t n;
    size_t capacity;
};

struct buf buf_new(struct arena *a);
/* Makes room for `extra` more bytes and the NUL after them, to be written at p + n. */
void buf_reserve(struct buf *b, size_t extra);
void buf_add(struct buf *b, const char *bytes, size_t len);
void buf_adds(struct buf *b, const char *nul_terminated);
void buf_addc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct slice buf_slice(const struct buf *b);
const char *buf_str(const struct buf *b); /* "" when nothing was added */

/* Every string of a run, once each. Id 0 is "none" and reads as "". Equal ids mean equal bytes. */
struct strpool;

struct strpool *strpool_new(struct arena *a);

/* Returns the id of these bytes, adding them on first sight (a copy, NUL-terminated). */
uint32_t strpool_intern(struct strpool *pool, const char *bytes, size_t len);

/* The bytes of an id, NUL-terminated, owned by the pool and never moved. */
const char *strpool_get(const struct strpool *pool, uint32_t id);
size_t strpool_len(const struct strpool *pool, uint32_t id);

/* How many ids there are, the "none" of id 0 included. */
uint32_t strpool_count(const struct strpool *pool);

#endif
