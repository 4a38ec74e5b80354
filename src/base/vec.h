/*
 * vec.h - a growing array in an arena, typed by a macro.
 *
 *     VEC(struct token) tokens = {0};
 *     vec_push(arena, &tokens, t);
 *     for (uint32_t i = 0; i < tokens.count; i++) use(&tokens.items[i]);
 *
 * Items may move when the vector grows: keep indexes, not pointers, across a push.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#include <stdint.h>

#define VEC(type)                                                                                            \
    struct {                                                                                                 \
        type *items;                                                                                         \
        uint32_t count;                                                                                      \
        uint32_t capacity;                                                                                   \
    }

/* Makes room for `extra` more items. */
#define vec_reserve(a, v, extra)                                                                             \
    ((v)->items = vec_reserve_bytes((a), (v)->items, (v)->count, &(v)->capacity, (extra), sizeof *(v)->items))

/* Appends `item`, which is evaluated after the vector may have moved. */
#define vec_push(a, v, item)                                                                                 \
    do {                                                                                                     \
        if ((v)->count == (v)->capacity)                                                                     \
            vec_reserve((a), (v), 1);                                                                        \
        (v)->items[(v)->count++] = (item);                                                                   \
    } while (0)

/* The work of vec_reserve(); returns the items, perhaps moved. */
void *vec_reserve_bytes(struct arena *a, void *items, uint32_t count, uint32_t *capacity, uint32_t extra,
                        size_t item_size);

#endif
