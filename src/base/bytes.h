/*
 * bytes.h - eight bytes of a text as one number, the first of them in its low end: a step of eight where
 * text is scanned or hashed.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BYTES_EACH 0x0101010101010101u /* times a byte: it in all eight places */

static inline uint64_t bytes_load(const char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

static inline uint64_t bytes_one(const char *p, size_t i)
{
    return (uint64_t)(unsigned char)p[i] << 8 * i;
}

static inline uint64_t bytes_four(const char *p)
{
    return bytes_one(p, 0) | bytes_one(p, 1) | bytes_one(p, 2) | bytes_one(p, 3);
}

/* Less than eight bytes; NULs stand for the others. Without a loop: the halves may overlap. */
static inline uint64_t bytes_load_few(const char *p, size_t len)
{
    if (len >= 4)
        return bytes_four(p) | bytes_four(p + len - 4) << 8 * (len - 4);
    return len ? bytes_one(p, 0) | bytes_one(p, len / 2) | bytes_one(p, len - 1) : 0;
}

/* The high bit of each byte that is `c`; above the first of them bits may be set that mean nothing. */
static inline uint64_t bytes_that_are(uint64_t v, unsigned char c)
{
    uint64_t x = v ^ BYTES_EACH * c;

    return (x - BYTES_EACH) & ~x & BYTES_EACH * 0x80;
}

static inline int bytes_are_ascii(uint64_t v)
{
    return (v & BYTES_EACH * 0x80) == 0;
}

/* The place, from 0, of the first byte whose high bit is set in `marks`, which is not 0. */
static inline unsigned bytes_first(uint64_t marks)
{
    return (unsigned)__builtin_ctzll(marks) / 8;
}

/* The first `n` bytes, at most eight, with NULs for the others. */
static inline uint64_t bytes_cut(uint64_t v, unsigned n)
{
    return n < 8 ? v & (((uint64_t)1 << 8 * n) - 1) : v;
}

/* A hash for tables in memory, which is not written down anywhere; map.h has one that is. */
static inline uint64_t bytes_hash(const char *p, size_t len)
{
    uint64_t h = len * 0x9e3779b97f4a7c15u;

    for (; len >= 8; p += 8, len -= 8) {
        h = (h ^ bytes_load(p)) * 0xd6e8feb86659fd93u;
        h ^= h >> 32;
    }
    h = (h ^ bytes_load_few(p, len)) * 0xd6e8feb86659fd93u;
    return h ^ h >> 32;
}

#endif
