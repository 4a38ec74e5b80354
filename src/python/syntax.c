/*
 * syntax.c - what the grammar did not take: one gap per broken place, the first few; and the constructs
 * of Python 2 that it takes, said once.
 */
#include "python/walk.h"

enum { MAX_PLACES = 5 };

static const char *why_of(struct py *py, TSNode node)
{
    struct slice text = slice_trim(py_bytes(py, node));
    size_t n = 0;

    if (ts_node_is_missing(node))
        return arena_printf(py->scratch, "Python syntax: \"%s\" is missing here", ts_node_type(node));
    while (n < text.n && n < 40 && text.p[n] != '\n')
        n++;
    while (n > 0 && n < text.n && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n--;
    return arena_printf(py->scratch, "Python syntax: \"%.*s\" was not expected here", (int)n, text.p);
}

static void broken(struct py *py, TSNode node, uint32_t number)
{
    if (number <= MAX_PLACES)
        py_gap(py, IR_GAP_SYNTAX, node, why_of(py, node), "correct it; what stands around it was read");
}

static void python2(struct py *py, TSNode node, bool *said)
{
    if (*said)
        return;
    *said = true;
    py_gap(py, IR_GAP_SYNTAX, node,
           py_kind(py, node) == NODE_PRINT ? "Python 2 print statement" : "Python 2 exec statement",
           "port the file to Python 3; the rest of it was read");
}

/* Statements stand neither in an expression nor in an import. */
static bool holds_statements(enum py_node kind)
{
    return kind != NODE_EXPRESSION_STATEMENT && kind != NODE_RETURN && kind != NODE_IMPORT &&
           kind != NODE_IMPORT_FROM;
}

/* Goes down only where something is broken or statements stand. */
void py_syntax_gaps(struct py *py)
{
    TSTreeCursor cursor = ts_tree_cursor_new(py->root);
    uint32_t places = 0;
    bool said = false, more = true;

    while (more) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        enum py_node kind = py_kind(py, node);
        bool bad = kind == NODE_ERROR || ts_node_is_missing(node);
        if (bad)
            broken(py, node, ++places);
        else if (kind == NODE_PRINT || kind == NODE_EXEC)
            python2(py, node, &said);
        if (!bad && (holds_statements(kind) || ts_node_has_error(node)) &&
            ts_tree_cursor_goto_first_child(&cursor))
            continue;
        while (more && !ts_tree_cursor_goto_next_sibling(&cursor))
            more = ts_tree_cursor_goto_parent(&cursor);
    }
    ts_tree_cursor_delete(&cursor);
    if (places > MAX_PLACES)
        py_gap(py, IR_GAP_NOTE, py->root,
               arena_printf(py->scratch, "%u more places in this file are no Python", places - MAX_PLACES),
               "correct them; what stands around them was read");
}
