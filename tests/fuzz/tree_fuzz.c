/* The reader of the parser's JSON on arbitrary bytes: it refuses, or gives a tree whose every node is
 * reached once and whose strings lie inside the JSON. */
#include "sql/tree.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_node(const struct tree *t, uint32_t node, size_t size)
{
    const struct tree_node *n = &t->nodes.items[node];

    if (n->next && (n->next <= node || n->next >= t->nodes.count))
        abort();
    if (n->kind == NODE_STRING && ((size_t)n->first + n->value > size || tree_text(t, node).n != n->value))
        abort();
    if (tree_first(t, node) && (tree_first(t, node) <= node || tree_first(t, node) >= t->nodes.count))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    char *json = malloc(size + 1); /* on the heap by itself, so that one byte too far is seen */
    struct tree t;

    if (!json)
        abort();
    if (size)
        memcpy(json, data, size);
    json[size] = '\0';
    if (tree_read(&t, tree_names_new(a), a, json, size)) {
        for (uint32_t i = 1; i < t.nodes.count; i++)
            check_node(&t, i, size);
    }
    free(json);
    arena_free(a);
    return 0;
}
