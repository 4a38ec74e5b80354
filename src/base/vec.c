/* Doubling growth for every vector. */
#include "base/vec.h"

#include "base/err.h"

void *vec_reserve_bytes(struct arena *a, void *items, uint32_t count, uint32_t *capacity, uint32_t extra,
                        size_t item_size)
{
    uint64_t need = (uint64_t)count + extra;
    uint64_t room = *capacity ? *capacity : 8;

    if (need <= *capacity)
        return items;
    while (room < need)
        room *= 2;
    if (room > UINT32_MAX)
        die("a table of more than 2^32 rows");
    items = arena_grow(a, items, (size_t)*capacity * item_size, (size_t)room * item_size);
    *capacity = (uint32_t)room;
    return items;
}
