/*
 * rows.c - rows on their way through the client: what a query gave, and whatever is made of it without our knowing
 * how (fetchall(), a DataFrame, a list of tuples, the variable of a loop), until a call hands it to a database.
 */
#include "python/walk.h"

enum { ITEMS_SEEN = 8 };

ir_text_id py_rows_of(const struct py_value *v)
{
    ir_text_id rows = v->rows.v ? v->rows : v->text;

    for (uint32_t i = 0; i < v->count && i < ITEMS_SEEN && !rows.v; i++)
        rows = v->items[i]->rows;
    return rows;
}

const struct py_value *py_unknown_of(struct py *py, TSNode node, const struct py_value *of)
{
    struct py_value *v = py_value_new(py, PY_UNKNOWN, node);

    v->rows = py_rows_of(of);
    return v;
}

/* The first of a call's arguments that holds rows, or what they are a part of. */
static ir_text_id rows_of_arguments(struct py *py, TSNode call)
{
    struct py_nodes nodes = py_arguments(py, call);
    ir_text_id rows = {0};

    for (uint32_t i = 0; i < nodes.count && !rows.v; i++) {
        TSNode node = nodes.items[i];
        if (py_kind(py, node) == NODE_KEYWORD)
            node = py_field(node, "value");
        if (py_kind(py, node) != NODE_LAMBDA)
            rows = py_rows_of(py_eval(py, node));
    }
    return rows;
}

const struct py_value *py_rows_through(struct py *py, TSNode call, const struct py_value *receiver,
                                       const struct py_value *made)
{
    bool opaque = made->kind == PY_OBJECT || (made->kind == PY_UNKNOWN && !made->count);
    ir_text_id rows = receiver ? py_rows_of(receiver) : (ir_text_id){0};
    struct py_value *v;

    if (!opaque || py->walk->quiet || made->text.v || made->rows.v || made->env || made->handle ||
        made->connection.n)
        return made;
    if (!rows.v)
        rows = rows_of_arguments(py, call);
    if (!rows.v)
        return made;
    v = ARENA_NEW(py->scratch, struct py_value);
    *v = *made;
    v->rows = rows;
    return v;
}

void py_rows_hand(struct py *py, TSNode call, TSNode sql, ir_text_id text)
{
    struct py_nodes nodes = py_arguments(py, call);

    for (uint32_t i = 0; text.v && i < nodes.count; i++) {
        bool keyword = py_kind(py, nodes.items[i]) == NODE_KEYWORD;
        TSNode node = keyword ? py_field(nodes.items[i], "value") : nodes.items[i];
        const struct py_value *v;
        if (ts_node_eq(node, sql))
            continue;
        v = py_eval(py, node);
        if (v->connection.n || v->kind == PY_STRING)
            continue;
        if (!IR(py->ir, text, text)->rows.v && py_rows_of(v).v != text.v)
            IR(py->ir, text, text)->rows = py_rows_of(v);
    }
}
