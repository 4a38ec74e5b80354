/*
 * map.h - a hash map from a 64-bit key to a 32-bit value, in an arena.
 *
 * Keys are made of ids (strings are interned, so two of them fit a key: map_key). Values of 0 mean
 * "absent": store ids, which start at 1. Iteration order is not offered, because output must not
 * depend on it.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"

#include <stdint.h>

struct map {
    struct arena *arena;
    struct map_slot *slots;
    uint32_t count;
    uint32_t capacity;
};

struct map map_new(struct arena *a);

/* The value under `key`, 0 when there is none. */
uint32_t map_get(const struct map *m, uint64_t key);

/* Sets the value under `key`; a value of 0 takes the key out. */
void map_put(struct map *m, uint64_t key, uint32_t value);

static inline uint64_t map_key(uint32_t high, uint32_t low)
{
    return (uint64_t)high << 32 | low;
}

/* A 64-bit hash of bytes (FNV-1a with a final mix); stable across machines. */
uint64_t hash_bytes(const void *bytes, size_t len);

#endif
