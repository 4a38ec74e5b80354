/* The graph for programs: nodes, edges and, when they are asked for, columns. */
#include "emit/graph.h"

#include "emit/json_edges.h"

struct report {
    const struct ir *ir;
    struct arena *scratch;
    const struct graph_view *view;
    struct json j;
};

static bool both_chosen(const struct report *r, ir_dataset_id from, ir_dataset_id to)
{
    return r->view->chosen[from.v] && r->view->chosen[to.v];
}

static void put_columns(struct report *r, const struct ir_index *columns, ir_dataset_id id)
{
    json_key(&r->j, "columns");
    json_open(&r->j, '[');
    for (uint32_t k = columns->first[id.v]; k < columns->first[id.v + 1]; k++)
        json_text(&r->j, ir_slice(r->ir, r->ir->column.items[columns->rows[k]].name));
    json_close(&r->j, ']');
}

static void put_nodes(struct report *r)
{
    const struct ir *ir = r->ir;
    struct ir_index columns = IR_INDEX(r->scratch, ir, column, dataset, dataset);

    json_key(&r->j, "nodes");
    json_open(&r->j, '[');
    for (IR_EACH(ir, dataset, i)) {
        const struct ir_dataset *row = IR(ir, dataset, i);

        if (!r->view->chosen[i.v])
            continue;
        json_open(&r->j, '{');
        json_key_string(&r->j, "name", ir_slice(ir, row->display));
        json_key_string(&r->j, "kind", slice_of(ir_name_of_dataset_kind(row->kind)));
        if (r->view->columns) {
            json_key_string(&r->j, "columns_from", slice_of(ir_name_of_knowledge(row->columns_from)));
            put_columns(r, &columns, i);
        }
        json_close(&r->j, '}');
    }
    json_close(&r->j, ']');
}

static void put_edges(struct report *r)
{
    json_key(&r->j, "edges");
    json_open(&r->j, '[');
    for (IR_EACH(r->ir, edge, i))
        if (both_chosen(r, IR(r->ir, edge, i)->from, IR(r->ir, edge, i)->to))
            json_edge(&r->j, r->ir, IR(r->ir, edge, i));
    json_close(&r->j, ']');
}

static void put_column_edges(struct report *r)
{
    json_key(&r->j, "columns");
    json_open(&r->j, '[');
    for (IR_EACH(r->ir, column_edge, i)) {
        const struct ir_column_edge *row = IR(r->ir, column_edge, i);

        if (both_chosen(r, row->from, row->to))
            json_column_edge(&r->j, r->ir, r->scratch, row);
    }
    json_close(&r->j, ']');
}

int emit_graph_json(const struct ir *ir, struct arena *scratch, const struct graph_view *view,
                    struct buf *out, struct err *e)
{
    struct report r = {.ir = ir, .scratch = scratch, .view = view, .j = json_new(out, 2)};

    (void)e;
    json_open(&r.j, '{');
    json_key_number(&r.j, "schema_version", 1);
    json_key_string(&r.j, "version", slice_of(LINEAGE_VERSION));
    put_nodes(&r);
    put_edges(&r);
    if (view->columns)
        put_column_edges(&r);
    json_close(&r.j, '}');
    buf_addc(out, '\n');
    return 0;
}
