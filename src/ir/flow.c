/*
 * Two nodes of each dataset come first (rows, whole), then the columns, numbered as they are met. The arcs of
 * values are listed before the others, so that one list serves both graphs.
 */
#include "ir/flow.h"

#include <string.h>

struct build {
    struct ir *ir;
    struct arena *arena;
    struct ir_flow *flow;
    VEC(struct ir_flow_node) nodes;
    VEC(struct ir_arc) arcs;
    struct ir_index columns; /* nodes by dataset */
    struct map backed;       /* (pair of datasets, statement) -> 1: column edges tell what flows */
    struct map pairs;        /* (from, to) -> number */
    uint32_t pair_count;
};

uint32_t ir_flow_rows(ir_dataset_id dataset)
{
    return 2 * dataset.v;
}

uint32_t ir_flow_any(ir_dataset_id dataset)
{
    return 2 * dataset.v + 1;
}

uint32_t ir_flow_column(const struct ir_flow *f, struct ir *ir, ir_dataset_id dataset, ir_str column)
{
    return map_get(&f->columns, map_key(dataset.v, ir_fold(ir, column).v));
}

/* ---- nodes ---- */

static void add_node(struct build *b, ir_dataset_id dataset, ir_str column)
{
    uint64_t key = map_key(dataset.v, ir_fold(b->ir, column).v);

    if (dataset.v == 0 || map_get(&b->flow->columns, key))
        return;
    map_put(&b->flow->columns, key, b->nodes.count);
    vec_push(b->arena, &b->nodes, ((struct ir_flow_node){.dataset = dataset, .column = column}));
}

static void add_nodes(struct build *b, ir_dataset_id of, ir_str asked)
{
    struct ir *ir = b->ir;

    for (uint32_t d = 0; d < ir->dataset.count; d++) {
        vec_push(b->arena, &b->nodes, ((struct ir_flow_node){.dataset = {d}, .rows = 1}));
        vec_push(b->arena, &b->nodes, ((struct ir_flow_node){.dataset = {d}, .any = 1}));
    }
    for (IR_EACH(ir, column, c))
        add_node(b, IR(ir, column, c)->dataset, IR(ir, column, c)->name);
    for (IR_EACH(ir, column_edge, e)) {
        const struct ir_column_edge row = *IR(ir, column_edge, e);

        add_node(b, row.from, row.from_column);
        if (row.to_column.v || row.role < IR_ROLE_JOIN)
            add_node(b, row.to, row.to_column);
    }
    for (IR_EACH(ir, column_mention, m))
        add_node(b, IR(ir, column_mention, m)->dataset, IR(ir, column_mention, m)->column);
    if (asked.v)
        add_node(b, of, asked);
    b->columns = ir_index_rows(b->arena, b->nodes.items, b->nodes.count, sizeof *b->nodes.items,
                               offsetof(struct ir_flow_node, dataset), ir->dataset.count);
}

/* ---- arcs ---- */

static void add_arc(struct build *b, uint32_t from, uint32_t to)
{
    vec_push(b->arena, &b->arcs, ((struct ir_arc){from, to}));
}

/* `SELECT *` of columns that are not known: each goes to its namesake, or into the star. */
static void add_star(struct build *b, ir_dataset_id from, ir_dataset_id to)
{
    uint32_t star = ir_flow_column(b->flow, b->ir, to, (ir_str){0});

    for (uint32_t k = b->columns.first[from.v]; k < b->columns.first[from.v + 1]; k++) {
        uint32_t node = b->columns.rows[k];
        uint32_t same = ir_flow_column(b->flow, b->ir, to, b->nodes.items[node].column);

        if (!b->nodes.items[node].rows && !b->nodes.items[node].any)
            add_arc(b, node, same ? same : star);
    }
}

static void add_edge(struct build *b, const struct ir_column_edge *e)
{
    bool direct = e->role < IR_ROLE_JOIN;
    uint32_t from =
        e->from_column.v ? ir_flow_column(b->flow, b->ir, e->from, e->from_column) : ir_flow_any(e->from);

    if (direct && e->from_column.v == 0 && e->to_column.v == 0)
        add_star(b, e->from, e->to);
    else if (direct || e->to_column.v)
        add_arc(b, from, ir_flow_column(b->flow, b->ir, e->to, e->to_column));
    else
        add_arc(b, from, ir_flow_rows(e->to));
}

static void add_edges(struct build *b, bool direct)
{
    for (IR_EACH(b->ir, column_edge, e)) {
        const struct ir_column_edge row = *IR(b->ir, column_edge, e);

        if ((row.role < IR_ROLE_JOIN) == direct && row.from.v && row.to.v)
            add_edge(b, &row);
    }
}

/* Every column is part of its dataset's whole. */
static void add_wholes(struct build *b)
{
    for (uint32_t n = 2 * b->ir->dataset.count; n < b->nodes.count; n++)
        add_arc(b, n, ir_flow_any(b->nodes.items[n].dataset));
}

/* Which rows there are decides about every column, and about the rows of whatever reads them. */
static void add_rows(struct build *b)
{
    for (uint32_t n = 2; n < b->nodes.count; n++)
        if (!b->nodes.items[n].rows)
            add_arc(b, ir_flow_rows(b->nodes.items[n].dataset), n);
    for (IR_EACH(b->ir, edge, e))
        add_arc(b, ir_flow_rows(IR(b->ir, edge, e)->from), ir_flow_rows(IR(b->ir, edge, e)->to));
}

/* ---- what nobody could read ---- */

static uint64_t backing(struct build *b, ir_dataset_id from, ir_dataset_id to, ir_statement_id statement)
{
    uint64_t key = map_key(from.v, to.v);
    uint32_t pair = map_get(&b->pairs, key);

    if (pair == 0)
        map_put(&b->pairs, key, pair = ++b->pair_count);
    return map_key(pair, statement.v);
}

static void add_unread(struct build *b)
{
    struct ir *ir = b->ir;

    for (IR_EACH(ir, column_edge, e)) {
        const struct ir_column_edge *row = IR(ir, column_edge, e);

        map_put(&b->backed, backing(b, row->from, row->to, row->statement), 1);
    }
    for (IR_EACH(ir, edge, e)) {
        const struct ir_edge *row = IR(ir, edge, e);
        bool sure =
            row->confidence == IR_EXACT && IR(ir, statement, row->statement)->understood == IR_UNDERSTOOD;

        if (!sure && !map_get(&b->backed, backing(b, row->from, row->to, row->statement)))
            add_arc(b, ir_flow_any(row->from), ir_flow_rows(row->to));
    }
}

struct ir_flow ir_flow_build(struct ir *ir, struct arena *a, ir_dataset_id of, ir_str asked)
{
    struct ir_flow flow = {.columns = map_new(a)};
    struct build b = {.ir = ir, .arena = a, .flow = &flow, .backed = map_new(a), .pairs = map_new(a)};

    add_nodes(&b, of, asked);
    add_wholes(&b);
    add_edges(&b, true);
    flow.values = ir_graph_build(a, b.nodes.count, b.arcs.items, b.arcs.count);
    add_edges(&b, false);
    add_rows(&b);
    add_unread(&b);
    flow.all = ir_graph_build(a, b.nodes.count, b.arcs.items, b.arcs.count);
    flow.nodes = b.nodes.items;
    flow.count = b.nodes.count;
    return flow;
}
