/* Datasets as boxes of a kind's shape, or with columns as records with a port for each column. */
#include "emit/graph_draw.h"

#include <string.h>

struct drawing {
    const struct ir *ir;
    struct arena *scratch;
    const struct graph_view *view;
    Agraph_t *graph;
    Agnode_t **nodes; /* by dataset id */
    struct ir_index columns;
};

static const struct look {
    const char *shape, *style;
} looks[] = {
    [IR_DATASET_UNKNOWN] = {"cylinder", ""}, [IR_DATASET_TABLE] = {"box", ""},
    [IR_DATASET_VIEW] = {"box", "rounded"},  [IR_DATASET_MATVIEW] = {"box", "rounded,bold"},
    [IR_DATASET_TEMP] = {"box", "dashed"},   [IR_DATASET_CTE] = {"box", "dotted"},
    [IR_DATASET_FRAME] = {"component", ""},  [IR_DATASET_FILE] = {"folder", ""},
    [IR_DATASET_RESULT] = {"ellipse", ""},
};

/* Text in a label: what Graphviz reads as layout or escape stands for itself. */
static void add_label(struct buf *out, struct slice text, bool record)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '\\' || (record && strchr("{}|<> ", c)))
            buf_addc(out, '\\');
        buf_addc(out, c == '\n' || c == '\t' || c == '\r' ? ' ' : c);
    }
}

static const char *label_of(struct drawing *d, ir_dataset_id id)
{
    struct buf label = buf_new(d->scratch);

    if (d->view->columns)
        buf_adds(&label, "<rows> ");
    add_label(&label, ir_slice(d->ir, IR(d->ir, dataset, id)->display), d->view->columns);
    for (uint32_t k = d->columns.first[id.v]; d->view->columns && k < d->columns.first[id.v + 1]; k++) {
        buf_printf(&label, "|<c%u> ", d->columns.rows[k]);
        add_label(&label, ir_slice(d->ir, d->ir->column.items[d->columns.rows[k]].name), true);
    }
    return buf_str(&label);
}

static void draw_node(struct drawing *d, ir_dataset_id id)
{
    const struct ir_dataset *row = IR(d->ir, dataset, id);
    struct look look = looks[row->kind];
    Agnode_t *n = agnode(d->graph, arena_printf(d->scratch, "%s", ir_string(d->ir, row->display)), 1);

    if (d->view->columns)
        look.shape = strncmp(look.style, "rounded", 7) == 0 ? "Mrecord" : "record";
    drawing_set(d->scratch, n, "label", label_of(d, id));
    drawing_set(d->scratch, n, "shape", look.shape);
    drawing_set(d->scratch, n, "style", look.style);
    drawing_set(d->scratch, n, "tooltip", ir_name_of_dataset_kind(row->kind));
    d->nodes[id.v] = n;
}

/* The rows' port is the record's head, so that a column's own name cannot be mistaken for it. */
static void set_port(struct drawing *d, Agedge_t *edge, const char *end, uint32_t column)
{
    drawing_set(d->scratch, edge, end, column ? arena_printf(d->scratch, "c%u", column) : "rows");
}

static void draw_edge(struct drawing *d, const struct graph_edge *e)
{
    Agedge_t *edge = agedge(d->graph, d->nodes[e->from.v], d->nodes[e->to.v], NULL, 1);

    if (d->view->columns) {
        set_port(d, edge, "tailport", e->from_column);
        set_port(d, edge, "headport", e->to_column);
        drawing_set(d->scratch, edge, "color", e->value ? "black" : "gray60");
    }
    if (!e->sure)
        drawing_set(d->scratch, edge, "style", "dashed");
}

Agraph_t *graph_draw(const struct ir *ir, struct arena *scratch, const struct graph_view *view, struct err *e)
{
    struct drawing d = {.ir = ir, .scratch = scratch, .view = view};
    struct graph_edges edges = graph_edges_of(ir, scratch, view);

    d.graph = drawing_new(scratch, Agdirected, e);
    if (!d.graph)
        return NULL;
    d.nodes = ARENA_ARRAY(scratch, Agnode_t *, ir->dataset.count);
    d.columns = IR_INDEX(scratch, ir, column, dataset, dataset);
    drawing_default(scratch, d.graph, AGNODE, "tooltip", "");
    drawing_default(scratch, d.graph, AGEDGE, "style", "");
    for (IR_EACH(ir, dataset, i))
        if (view->chosen[i.v])
            draw_node(&d, i);
    for (uint32_t i = 0; i < edges.count; i++)
        draw_edge(&d, &edges.items[i]);
    return d.graph;
}

int emit_graph_dot(const struct ir *ir, struct arena *scratch, const struct graph_view *view, struct buf *out,
                   struct err *e)
{
    Agraph_t *graph = graph_draw(ir, scratch, view, e);
    int rc = graph ? drawing_write(graph, out, e) : -1;

    if (graph)
        agclose(graph);
    return rc;
}
