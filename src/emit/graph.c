/* The edges that are drawn: those of the tables, each once. */
#include "emit/graph.h"

struct gather {
    const struct ir *ir;
    struct arena *scratch;
    const struct graph_view *view;
    struct graph_edges edges;
    struct map columns; /* (dataset, name) -> column row */
    struct map ends;    /* (dataset, column row) -> number */
    struct map drawn;   /* (end, end) -> index in edges + 1 */
    struct map told;    /* (from, to) -> 1: edges of columns are drawn */
    uint32_t end_count;
};

static uint32_t end_of(struct gather *g, ir_dataset_id dataset, uint32_t column)
{
    uint32_t end = map_get(&g->ends, map_key(dataset.v, column));

    if (end == 0)
        map_put(&g->ends, map_key(dataset.v, column), end = ++g->end_count);
    return end;
}

static void add(struct gather *g, struct graph_edge edge)
{
    uint64_t key = map_key(end_of(g, edge.from, edge.from_column), end_of(g, edge.to, edge.to_column));
    uint32_t at = map_get(&g->drawn, key);

    if (!g->view->chosen[edge.from.v] || !g->view->chosen[edge.to.v])
        return;
    if (at) {
        g->edges.items[at - 1].sure |= edge.sure;
        g->edges.items[at - 1].value |= edge.value;
        return;
    }
    vec_push(g->scratch, &g->edges, edge);
    map_put(&g->drawn, key, g->edges.count);
}

static void add_columns(struct gather *g)
{
    const struct ir *ir = g->ir;

    for (IR_EACH(ir, column, c))
        map_put(&g->columns, map_key(IR(ir, column, c)->dataset.v, IR(ir, column, c)->name.v), c.v);
    for (IR_EACH(ir, column_edge, i)) {
        const struct ir_column_edge *row = IR(ir, column_edge, i);

        map_put(&g->told, map_key(row->from.v, row->to.v), 1);
        add(g, (struct graph_edge){row->from, row->to,
                                   map_get(&g->columns, map_key(row->from.v, row->from_column.v)),
                                   map_get(&g->columns, map_key(row->to.v, row->to_column.v)),
                                   row->confidence == IR_EXACT, row->role < IR_ROLE_JOIN});
    }
}

struct graph_edges graph_edges_of(const struct ir *ir, struct arena *scratch, const struct graph_view *view)
{
    struct gather g = {.ir = ir,
                       .scratch = scratch,
                       .view = view,
                       .columns = map_new(scratch),
                       .ends = map_new(scratch),
                       .drawn = map_new(scratch),
                       .told = map_new(scratch)};

    if (view->columns)
        add_columns(&g);
    for (IR_EACH(ir, edge, i)) {
        const struct ir_edge *row = IR(ir, edge, i);

        if (!map_get(&g.told, map_key(row->from.v, row->to.v)))
            add(&g, (struct graph_edge){row->from, row->to, 0, 0, row->confidence == IR_EXACT, true});
    }
    return g.edges;
}
