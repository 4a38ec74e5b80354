/*
 * The lineage as DOT, written by cgraph: sources and models in the four clusters that a reader of dbt projects
 * expects, and, dashed, what a person has to decide about. Without a plan's models every dataset is drawn.
 */
#include "emit/emit.h"
#include "emit/graph_ids.h"

#include "base/map.h"
#include "emit/drawing.h"

struct drawing {
    const struct ir *ir;
    struct arena *scratch;
    Agraph_t *graph;
    Agraph_t *clusters[IR_LAYER_MARTS + 1];
    Agnode_t **models;   /* by model id */
    Agnode_t **datasets; /* by dataset id */
    struct map drawn;    /* edges: from and to */
};

static const char *const cluster_names[][2] = {
    [IR_LAYER_SOURCE] = {"cluster_sources", "SOURCES"},
    [IR_LAYER_STAGING] = {"cluster_staging", "STAGING"},
    [IR_LAYER_INTERMEDIATE] = {"cluster_intermediate", "INTERMEDIATE"},
    [IR_LAYER_MARTS] = {"cluster_marts", "MARTS"},
};

static Agraph_t *cluster_of(struct drawing *d, enum ir_layer layer)
{
    if (layer == IR_LAYER_NONE)
        return d->graph;
    if (d->clusters[layer])
        return d->clusters[layer];
    d->clusters[layer] = agsubg(d->graph, arena_printf(d->scratch, "%s", cluster_names[layer][0]), 1);
    drawing_set(d->scratch, d->clusters[layer], "label", cluster_names[layer][1]);
    return d->clusters[layer];
}

static Agnode_t *node(struct drawing *d, enum ir_layer layer, const char *prefix, const char *label)
{
    char *name = arena_printf(d->scratch, "%s%s", prefix, label);
    Agraph_t *cluster = cluster_of(d, layer);
    Agnode_t *n = agnode(cluster, name, 1);

    drawing_set(d->scratch, n, "label", label);
    return n;
}

static Agnode_t *dataset_node(struct drawing *d, ir_dataset_id id)
{
    const struct ir_dataset *row = IR(d->ir, dataset, id);

    if (row->model.v)
        return d->models[row->model.v];
    if (!d->datasets[id.v]) {
        d->datasets[id.v] = node(d, row->layer, row->layer == IR_LAYER_SOURCE ? "source." : "dataset.",
                                 ir_string(d->ir, row->display));
        if (row->layer == IR_LAYER_NONE)
            drawing_set(d->scratch, d->datasets[id.v], "style", "dashed");
    }
    return d->datasets[id.v];
}

static void edge(struct drawing *d, Agnode_t *from, Agnode_t *to)
{
    uint64_t key = map_key((uint32_t)AGSEQ(from), (uint32_t)AGSEQ(to));

    if (from == to || map_get(&d->drawn, key))
        return;
    map_put(&d->drawn, key, 1);
    agedge(d->graph, from, to, NULL, 1);
}

static void draw_models(struct drawing *d)
{
    const struct ir *ir = d->ir;

    for (IR_EACH(ir, dataset, s))
        if (IR(ir, dataset, s)->layer == IR_LAYER_SOURCE)
            dataset_node(d, s);
    for (IR_EACH(ir, model, m))
        d->models[m.v] = node(d, IR(ir, model, m)->layer, "model.", ir_string(ir, IR(ir, model, m)->name));
    for (IR_EACH(ir, piece, p)) {
        const struct ir_piece *piece = IR(ir, piece, p);
        Agnode_t *to = d->models[IR(ir, step, piece->step)->model.v];

        if (piece->kind == IR_PIECE_REF)
            edge(d, d->models[piece->model.v], to);
        else if (piece->kind == IR_PIECE_SOURCE)
            edge(d, dataset_node(d, piece->dataset), to);
    }
}

/* What no model stands for: statements left to a person, or everything when nothing was planned. */
static void draw_rest(struct drawing *d)
{
    const struct ir *ir = d->ir;

    for (IR_EACH(ir, edge, e)) {
        const struct ir_edge *row = IR(ir, edge, e);
        enum ir_fate fate = IR(ir, statement, row->statement)->fate;

        if (fate == IR_FATE_REVIEW || fate == IR_FATE_NONE)
            edge(d, dataset_node(d, row->from), dataset_node(d, row->to));
    }
}

int emit_dot(const struct ir *ir, struct arena *scratch, struct buf *out, struct err *e)
{
    struct drawing d = {.ir = ir, .scratch = scratch, .drawn = map_new(scratch)};
    int rc;

    d.graph = drawing_new(scratch, Agstrictdirected, e);
    if (!d.graph)
        return -1;
    d.models = ARENA_ARRAY(scratch, Agnode_t *, ir->model.count);
    d.datasets = ARENA_ARRAY(scratch, Agnode_t *, ir->dataset.count);
    draw_models(&d);
    draw_rest(&d);
    rc = drawing_write(d.graph, out, e);
    agclose(d.graph);
    return rc;
}
