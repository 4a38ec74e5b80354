/*
 * tree.h - libpg_query's JSON as one array of fixed-size nodes.
 *
 * A wrapped node, {"ColumnRef":{…}}, is one node of its kind; a `location` field is kept in the node
 * itself. Strings stay where they are in the JSON, which must outlive the tree. Node 0 is "none": asking
 * it for anything gives none, so that a walk needs no checks on the way down.
 */
#ifndef SQL_TREE_H
#define SQL_TREE_H

#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

enum tree_kind {
    NODE_NONE,
    NODE_ARRAY,
    NODE_STRING,
    NODE_NUMBER,
    NODE_TRUE,
    NODE_FALSE,
    NODE_NULL,
    NODE_OTHER, /* objects from here on */
#define KIND(name) NODE_##name,
#define FIELD(name, kind)
#include "sql/tree.def"
#undef KIND
#undef FIELD
};

enum tree_field {
    FIELD_OTHER,
#define KIND(name)
#define FIELD(name, kind) FIELD_##name,
#include "sql/tree.def"
#undef KIND
#undef FIELD
};

#define TREE_NOWHERE UINT32_MAX

struct tree_node {
    uint16_t kind;
    uint16_t field; /* under which it stands in its parent */
    uint32_t next;  /* sibling */
    uint32_t first; /* object, array: first child; string: offset in the JSON */
    uint32_t value; /* object: location; string: length; number: the value, cut to 32 bits */
};

struct tree {
    const char *json;
    VEC(struct tree_node) nodes;
};

/* The names of tree.def, to be looked up. */
struct tree_names;
const struct tree_names *tree_names_new(struct arena *a);

/* Reads `len` bytes at `json`, which must be followed by a NUL and are changed (escapes are decoded in
 * place). Returns the root, or 0 when the bytes are not JSON. */
uint32_t tree_read(struct tree *t, const struct tree_names *known, struct arena *a, char *json, size_t len);

static inline enum tree_kind tree_kind(const struct tree *t, uint32_t node)
{
    return (enum tree_kind)t->nodes.items[node].kind;
}

static inline enum tree_field tree_field(const struct tree *t, uint32_t node)
{
    return (enum tree_field)t->nodes.items[node].field;
}

static inline uint32_t tree_next(const struct tree *t, uint32_t node)
{
    return t->nodes.items[node].next;
}

/* The child under a field; 0 when there is none. */
static inline uint32_t tree_get(const struct tree *t, uint32_t node, enum tree_field field)
{
    uint32_t child = tree_kind(t, node) >= NODE_OTHER ? t->nodes.items[node].first : 0;

    while (child && t->nodes.items[child].field != field)
        child = t->nodes.items[child].next;
    return child;
}

/* The first child of an object or array, else 0. */
static inline uint32_t tree_first(const struct tree *t, uint32_t node)
{
    enum tree_kind kind = tree_kind(t, node);

    return kind == NODE_ARRAY || kind >= NODE_OTHER ? t->nodes.items[node].first : 0;
}

/* The first item of an array field. */
static inline uint32_t tree_items(const struct tree *t, uint32_t node, enum tree_field field)
{
    return tree_first(t, tree_get(t, node, field));
}

/* Where an object starts in the SQL, or TREE_NOWHERE. */
static inline uint32_t tree_location(const struct tree *t, uint32_t node)
{
    return tree_kind(t, node) >= NODE_OTHER ? t->nodes.items[node].value : TREE_NOWHERE;
}

/* The bytes of a string, or of a {"String":{"sval":…}}; empty for anything else. */
struct slice tree_text(const struct tree *t, uint32_t node);

/* The same for a field. */
struct slice tree_string(const struct tree *t, uint32_t node, enum tree_field field);

bool tree_true(const struct tree *t, uint32_t node, enum tree_field field);
int32_t tree_int(const struct tree *t, uint32_t node, enum tree_field field); /* 0 when missing */

/* How many items from `node` on, itself included. */
uint32_t tree_count(const struct tree *t, uint32_t node);

/* The last of the siblings from `node` on. */
uint32_t tree_last(const struct tree *t, uint32_t node);

#endif
