/* The answer for programs; its contract is docs/json-schema/impact.schema.json. */
#include "emit/impact.h"

#include "emit/json_edges.h"
#include "emit/names.h"

struct report {
    const struct ir *ir;
    struct arena *scratch;
    const struct ir_impact *impact;
    struct json j;
};

static struct slice display_of(const struct report *r, ir_dataset_id id)
{
    return ir_slice(r->ir, IR(r->ir, dataset, id)->display);
}

static struct slice item_name(const struct report *r, uint32_t item)
{
    const struct ir_reached *row = &r->impact->reached.items[item];

    return row->rows || (item == 0 && !row->column.v)
               ? display_of(r, row->dataset)
               : name_of_column(r->ir, r->scratch, row->dataset, row->column);
}

static void put_targets(struct report *r, const struct ir_use_place *place)
{
    struct json *j = &r->j;

    json_key(j, "to");
    json_open(j, '[');
    for (uint32_t i = 0; i < place->edge_count; i++) {
        const struct ir_column_edge *e = &r->ir->column_edge.items[place->edges[i]];
        bool rows = e->role >= IR_ROLE_JOIN && !e->to_column.v;

        json_open(j, '{');
        json_key_string(j, "name",
                        rows ? display_of(r, e->to) : name_of_column(r->ir, r->scratch, e->to, e->to_column));
        json_key_string(j, "kind", slice_of(rows ? "rows" : "column"));
        json_role(j, e->role);
        json_key_string(j, "confidence", slice_of(ir_name_of_confidence(e->confidence)));
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_place(struct report *r, const struct ir_use_place *place)
{
    const struct ir *ir = r->ir;
    const struct ir_statement *s = IR(ir, statement, place->statement);
    struct json *j = &r->j;
    bool whole = !place->column.v && !place->role;

    json_open(j, '{');
    json_key_string(j, "path", ir_slice(ir, IR(ir, file, place->at.file)->path));
    json_key_number(j, "line", place->at.line);
    json_key_number(j, "column", place->at.column);
    json_key_number(j, "end_line", place->at.end_line);
    json_key_number(j, "end_column", place->at.end_column);
    json_key_string(j, "name",
                    whole ? display_of(r, place->dataset)
                          : name_of_column(ir, r->scratch, place->dataset, place->column));
    json_key(j, "named");
    json_bool(j, place->named);
    json_key_string(j, "use", slice_of(place->word));
    json_key_number(j, "distance", r->impact->reached.items[place->reached].distance);
    json_key_string(j, "statement", slice_of(ir_name_of_statement_kind(s->kind)));
    json_key_string(j, "job", ir_slice(ir, IR(ir, job, s->job)->id));
    put_targets(r, place);
    json_close(j, '}');
}

static void put_reached(struct report *r, uint32_t item)
{
    const struct ir_reached *row = &r->impact->reached.items[item];
    struct json *j = &r->j;

    json_open(j, '{');
    json_key_string(j, "name", item_name(r, item));
    json_key_string(j, "kind", slice_of(row->rows ? "rows" : "column"));
    json_key_string(j, "type", slice_of(row->value ? "DIRECT" : "INDIRECT"));
    json_key_number(j, "distance", row->distance);
    json_key_string(j, "via", item_name(r, row->via));
    json_key_string(j, "via_kind",
                    slice_of(r->impact->reached.items[row->via].rows ? "rows"
                             : row->via || r->impact->column.v       ? "column"
                                                                     : "dataset"));
    json_close(j, '}');
}

static void put_datasets(struct report *r)
{
    struct json *j = &r->j;

    json_key(j, "datasets");
    json_open(j, '[');
    for (uint32_t i = 0; i < r->impact->datasets.count; i++) {
        const struct ir_dataset *row = IR(r->ir, dataset, r->impact->datasets.items[i]);

        json_open(j, '{');
        json_key_string(j, "name", ir_slice(r->ir, row->display));
        json_key_string(j, "kind", slice_of(ir_name_of_dataset_kind(row->kind)));
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_models(struct report *r)
{
    json_key(&r->j, "models");
    json_open(&r->j, '[');
    for (uint32_t i = 0; i < r->impact->models.count; i++)
        json_text(&r->j, ir_slice(r->ir, IR(r->ir, model, r->impact->models.items[i])->name));
    json_close(&r->j, ']');
}

static void put_jobs(struct report *r)
{
    struct json *j = &r->j;

    json_key(j, "jobs");
    json_open(j, '[');
    for (uint32_t i = 0; i < r->impact->jobs.count; i++) {
        const struct ir_job *row = IR(r->ir, job, r->impact->jobs.items[i]);

        json_open(j, '{');
        json_key_string(j, "id", ir_slice(r->ir, row->id));
        json_key_string(j, "kind", slice_of(ir_name_of_job_kind(row->kind)));
        json_close(j, '}');
    }
    json_close(j, ']');
}

void emit_impact_json(const struct ir *ir, struct arena *scratch, const struct ir_impact *impact,
                      struct buf *out)
{
    struct report r = {.ir = ir, .scratch = scratch, .impact = impact, .j = json_new(out, 2)};

    json_open(&r.j, '{');
    json_key_number(&r.j, "schema_version", 1);
    json_key_string(&r.j, "version", slice_of(LINEAGE_VERSION));
    json_key_string(&r.j, "of", item_name(&r, 0));
    json_key_string(&r.j, "of_kind", slice_of(impact->column.v ? "column" : "dataset"));
    json_key(&r.j, "places");
    json_open(&r.j, '[');
    for (uint32_t i = 0; i < impact->places.count; i++)
        put_place(&r, &impact->places.items[i]);
    json_close(&r.j, ']');
    json_key(&r.j, "reached");
    json_open(&r.j, '[');
    for (uint32_t i = 1; i < impact->reached.count; i++)
        put_reached(&r, i);
    json_close(&r.j, ']');
    put_datasets(&r);
    put_models(&r);
    put_jobs(&r);
    json_close(&r.j, '}');
    buf_addc(out, '\n');
}
