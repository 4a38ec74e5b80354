/*
 * value.c - making values and looking into them. Lists and dicts are shared and change in place, as
 * Python's do.
 */
#include "python/walk.h"

#include <stdlib.h>

struct py_value *py_value_new(struct py *py, enum py_kind kind, TSNode node)
{
    struct py_value *v = ARENA_NEW(py->scratch, struct py_value);

    v->kind = kind;
    v->node = node;
    return v;
}

const struct py_value *py_unknown(struct py *py, TSNode node)
{
    return py_value_new(py, PY_UNKNOWN, node);
}

/* The room of a list is the power of two above its count: nothing to remember. */
void py_push(struct py *py, struct py_value *list, const struct py_value *item)
{
    uint32_t n = list->count;

    if ((n & (n - 1)) == 0) {
        uint32_t room = n ? 2 * n : 1;
        list->items =
            arena_grow(py->scratch, list->items, n * sizeof *list->items, room * sizeof *list->items);
    }
    list->items[list->count++] = (struct py_value *)item;
}

/* Large dicts get an index of their keys' hashes, kept up as they grow. */
static uint32_t indexed_pair(struct py *py, struct py_value *dict, struct slice key)
{
    struct slice k;

    if (!dict->index) {
        dict->index = ARENA_NEW(py->scratch, struct map);
        *dict->index = map_new(py->scratch);
    }
    for (; dict->indexed + 1 < dict->count; dict->indexed += 2)
        if (py_as_text(dict->items[dict->indexed], &k))
            map_put(dict->index, hash_bytes(k.p, k.n), dict->indexed + 2);
    return map_get(dict->index, hash_bytes(key.p, key.n));
}

const struct py_value *py_dict_get(struct py *py, const struct py_value *dict, struct slice key)
{
    enum { SMALL = 32 };
    uint32_t at = dict->count;
    struct slice k;

    if (at > SMALL)
        at = indexed_pair(py, (struct py_value *)dict, key);
    for (; at >= 2; at -= 2) {
        if (py_as_text(dict->items[at - 2], &k) && slice_eq(k, key))
            return dict->items[at - 1];
        if (dict->count > SMALL)
            return NULL;
    }
    return NULL;
}

/* A later pair wins over an earlier one with the same key. */
void py_dict_set(struct py *py, struct py_value *dict, const struct py_value *key,
                 const struct py_value *value)
{
    py_push(py, dict, key);
    py_push(py, dict, value);
}

bool py_is_list(const struct py_value *v)
{
    return v->kind == PY_LIST || v->kind == PY_TUPLE;
}

bool py_is_known_string(const struct py_value *v)
{
    return v->kind == PY_STRING && v->unknown_parts == 0;
}

bool py_as_text(const struct py_value *v, struct slice *out)
{
    if (v->kind != PY_NUMBER && !py_is_known_string(v))
        return false;
    *out = v->string;
    return true;
}

bool py_as_int(const struct py_value *v, int64_t *out)
{
    char digits[20] = {0};
    char *end;

    if (v->kind != PY_NUMBER || v->string.n == 0 || v->string.n >= sizeof digits)
        return false;
    for (size_t i = 0; i < v->string.n; i++)
        digits[i] = v->string.p[i];
    *out = strtoll(digits, &end, 10);
    return *end == 0;
}
