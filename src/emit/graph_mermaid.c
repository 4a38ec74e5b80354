/*
 * A flowchart of Mermaid, as Markdown pages show it. With columns each dataset is a subgraph of its columns; what
 * carries values has an arrow's head, what only acts on rows a circle.
 */
#include "emit/graph.h"

#include <string.h>

/* What stands around a node's text, by kind. */
static const char *const brackets[][2] = {
    [IR_DATASET_UNKNOWN] = {"[(", ")]"},   [IR_DATASET_TABLE] = {"[", "]"},
    [IR_DATASET_VIEW] = {"(", ")"},        [IR_DATASET_MATVIEW] = {"(", ")"},
    [IR_DATASET_TEMP] = {"[", "]:::temp"}, [IR_DATASET_CTE] = {"[", "]"},
    [IR_DATASET_FRAME] = {"{{", "}}"},     [IR_DATASET_FILE] = {"[[", "]]"},
    [IR_DATASET_RESULT] = {"([", "])"},
};

/* Quoted; what Mermaid or HTML would read otherwise as a numbered entity. */
static void add_text(struct buf *out, struct slice text)
{
    buf_addc(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (strchr("\"#<>&`\\;", c) || (unsigned char)c < ' ')
            buf_printf(out, "#%u;", (unsigned char)c < ' ' ? ' ' : (unsigned char)c);
        else
            buf_addc(out, c);
    }
    buf_addc(out, '"');
}

static void put_node(const struct ir *ir, ir_dataset_id id, struct buf *out)
{
    const struct ir_dataset *row = IR(ir, dataset, id);

    buf_printf(out, "  d%u%s", id.v, brackets[row->kind][0]);
    add_text(out, ir_slice(ir, row->display));
    buf_printf(out, "%s\n", brackets[row->kind][1]);
}

static void put_table(const struct ir *ir, const struct ir_index *columns, ir_dataset_id id, struct buf *out)
{
    if (columns->first[id.v] == columns->first[id.v + 1]) {
        put_node(ir, id, out);
        return;
    }
    buf_printf(out, "  subgraph d%u[", id.v);
    add_text(out, ir_slice(ir, IR(ir, dataset, id)->display));
    buf_adds(out, "]\n");
    for (uint32_t k = columns->first[id.v]; k < columns->first[id.v + 1]; k++) {
        buf_printf(out, "    c%u[", columns->rows[k]);
        add_text(out, ir_slice(ir, ir->column.items[columns->rows[k]].name));
        buf_adds(out, "]\n");
    }
    buf_adds(out, "  end\n");
}

static void put_end(ir_dataset_id dataset, uint32_t column, struct buf *out)
{
    buf_printf(out, "%c%u", column ? 'c' : 'd', column ? column : dataset.v);
}

int emit_graph_mermaid(const struct ir *ir, struct arena *scratch, const struct graph_view *view,
                       struct buf *out, struct err *e)
{
    struct graph_edges edges = graph_edges_of(ir, scratch, view);
    struct ir_index columns = IR_INDEX(scratch, ir, column, dataset, dataset);

    (void)e;
    buf_adds(out, "flowchart LR\n  classDef temp stroke-dasharray: 4 3\n");
    for (IR_EACH(ir, dataset, i)) {
        if (!view->chosen[i.v])
            continue;
        if (view->columns)
            put_table(ir, &columns, i, out);
        else
            put_node(ir, i, out);
    }
    for (uint32_t i = 0; i < edges.count; i++) {
        const struct graph_edge *edge = &edges.items[i];

        buf_adds(out, "  ");
        put_end(edge->from, edge->from_column, out);
        buf_printf(out, " %s%c ", edge->sure ? "--" : "-.-", edge->value ? '>' : 'o');
        put_end(edge->to, edge->to_column, out);
        buf_addc(out, '\n');
    }
    return 0;
}
