/*
 * node.c - reading the grammar's nodes: their bytes, kinds, children, callees and arguments.
 *
 * Children always come through one cursor, because a loop over ts_node_named_child() costs the square of
 * their number.
 */
#include "python/walk.h"

#include <string.h>

static enum py_node kind_of_name(const char *name)
{
    static const char *const names[] = {
        "",
#define NODE(constant, text) text,
#include "python/nodes.def"
#undef NODE
    };

    for (uint32_t i = 1; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return (enum py_node)i;
    return NODE_OTHER;
}

const uint8_t *py_kinds(struct arena *a, const TSLanguage *language, uint32_t *count)
{
    uint32_t n = ts_language_symbol_count(language);
    uint8_t *kinds = ARENA_ARRAY(a, uint8_t, n);

    for (uint32_t i = 0; i < n; i++)
        if (ts_language_symbol_type(language, (TSSymbol)i) == TSSymbolTypeRegular)
            kinds[i] = (uint8_t)kind_of_name(ts_language_symbol_name(language, (TSSymbol)i));
    *count = n;
    return kinds;
}

bool py_none(TSNode node)
{
    return ts_node_is_null(node);
}

enum py_node py_kind(const struct py *py, TSNode node)
{
    TSSymbol symbol;

    if (ts_node_is_null(node))
        return NODE_OTHER;
    symbol = ts_node_symbol(node);
    if (symbol < py->walk->kind_count)
        return (enum py_node)py->walk->kinds[symbol];
    return strcmp(ts_node_type(node), "ERROR") == 0 ? NODE_ERROR : NODE_OTHER;
}

struct slice py_bytes(const struct py *py, TSNode node)
{
    if (ts_node_is_null(node))
        return (struct slice){"", 0};
    return slice_sub(py->source, py_start(node), py_len(node));
}

bool py_is(TSNode node, const char *type)
{
    return !ts_node_is_null(node) && strcmp(ts_node_type(node), type) == 0;
}

TSNode py_field(TSNode node, const char *field)
{
    if (ts_node_is_null(node))
        return node;
    return ts_node_child_by_field_name(node, field, (uint32_t)strlen(field));
}

uint32_t py_start(TSNode node)
{
    return ts_node_start_byte(node);
}

uint32_t py_len(TSNode node)
{
    return ts_node_end_byte(node) - ts_node_start_byte(node);
}

struct py_nodes py_children(const struct py *py, TSNode node)
{
    struct py_nodes out = {0};
    TSTreeCursor *cursor = &py->walk->cursor;

    if (ts_node_is_null(node) || ts_node_child_count(node) == 0)
        return out;
    out.items = ARENA_ARRAY(py->scratch, TSNode, ts_node_named_child_count(node));
    ts_tree_cursor_reset(cursor, node);
    for (bool more = ts_tree_cursor_goto_first_child(cursor); more;
         more = ts_tree_cursor_goto_next_sibling(cursor)) {
        TSNode child = ts_tree_cursor_current_node(cursor);
        if (ts_node_is_named(child) && py_kind(py, child) != NODE_COMMENT)
            out.items[out.count++] = child;
    }
    return out;
}

/* The name that a chain of attributes hangs on, and whether that is all there is below it. */
struct slice py_dotted(const struct py *py, TSNode node)
{
    TSNode parts[64];
    uint32_t count = 0;
    struct buf out = buf_new(py->scratch);

    for (; py_kind(py, node) == NODE_ATTRIBUTE && count < 64; node = py_field(node, "object"))
        parts[count++] = py_field(node, "attribute");
    if (py_kind(py, node) == NODE_IDENTIFIER) {
        if (count == 0)
            return py_bytes(py, node);
        buf_add(&out, py_bytes(py, node).p, py_len(node));
    } else if (count > 1) {
        count = 1;
    }
    while (count > 0) {
        TSNode part = parts[--count];
        buf_addc(&out, '.');
        if (!py_none(part))
            buf_add(&out, py_bytes(py, part).p, py_len(part));
    }
    return (struct slice){buf_str(&out), out.n};
}

struct slice py_callee(const struct py *py, TSNode call)
{
    return py_dotted(py, py_field(call, "function"));
}

struct slice py_last(struct slice dotted)
{
    size_t i = dotted.n;

    while (i > 0 && dotted.p[i - 1] != '.')
        i--;
    return slice_sub(dotted, i, dotted.n - i);
}

struct py_nodes py_arguments(const struct py *py, TSNode call)
{
    TSNode list = py_field(call, "arguments");
    struct py_nodes out = {0};

    if (py_kind(py, list) != NODE_GENERATOR)
        return py_children(py, list);
    out.items = ARENA_NEW(py->scratch, TSNode);
    out.items[0] = list;
    out.count = 1;
    return out;
}

TSNode py_argument(const struct py *py, TSNode call, const char *name, int position)
{
    struct py_nodes arguments = py_arguments(py, call);
    TSNode found = {0};
    int at = 0;

    for (uint32_t i = 0; i < arguments.count; i++) {
        TSNode argument = arguments.items[i];
        enum py_node kind = py_kind(py, argument);
        if (kind == NODE_KEYWORD) {
            if (slice_is(py_bytes(py, py_field(argument, "name")), name))
                return py_field(argument, "value");
        } else if (kind == NODE_LIST_SPLAT) {
            at = -1; /* no position after it is known */
        } else if (kind != NODE_DICT_SPLAT && at >= 0) {
            if (at++ == position)
                found = argument;
        }
    }
    return found;
}
