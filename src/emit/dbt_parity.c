/*
 * Parity: for each model that takes the place of a table a test that compares the two, switched off until somebody
 * asks for it with --vars 'parity: true'. Rows are compared in both directions with their duplicates; floating point
 * is rounded, because its last digits depend on the order of summing, everything else must be the same.
 */
#include "emit/dbt.h"

static bool is_float(struct slice type)
{
    static const char *const types[] = {"double precision", "float8", "real", "float4", "float"};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (slice_is_nocase(type, types[i]))
            return true;
    return false;
}

static void add_columns(const struct dbt_writer *w, struct buf *out, ir_model_id model)
{
    uint32_t from = w->columns.first[model.v], to = w->columns.first[model.v + 1];

    if (from == to)
        buf_adds(out, "    SELECT *");
    for (uint32_t k = from; k < to; k++) {
        const struct ir_model_column *column = &w->ir->model_column.items[w->columns.rows[k]];
        const char *name = dbt_identifier(w, ir_slice(w->ir, column->name));

        buf_adds(out, k == from ? "    SELECT\n        " : ",\n        ");
        if (is_float(ir_slice(w->ir, column->type)))
            buf_printf(out, "ROUND(CAST(%s AS numeric), {{ var('parity_digits', 6) }}) AS %s", name, name);
        else
            buf_adds(out, name);
    }
}

static void write_parity(struct dbt_writer *w, ir_model_id id)
{
    const struct ir_model *model = IR(w->ir, model, id);
    const struct ir_dataset *d = IR(w->ir, dataset, model->dataset);
    struct buf out = buf_new(w->scratch);
    const char *name = ir_string(w->ir, model->name);

    buf_adds(
        &out,
        "{{ config(enabled=var('parity', false), tags=['parity']) }}\n"
        "-- Rows that the legacy table and the model do not have in common, duplicates counted.\n"
        "{% set legacy_table = api.Relation.create(database=var('parity_database', target.database), schema=");
    dbt_add_string(&out, dbt_plain_name(w, model->dataset, d->schema, 2));
    buf_adds(&out, ", identifier=");
    dbt_add_string(&out, dbt_table_name(w, model->dataset));
    buf_adds(&out, ") %}\nWITH legacy AS (\n");
    add_columns(w, &out, id);
    buf_adds(&out, "\n    FROM {{ legacy_table }}\n),\n\nmigrated AS (\n");
    add_columns(w, &out, id);
    buf_adds(&out, "\n    FROM {{ ref(");
    dbt_add_string(&out, name);
    buf_adds(&out, ") }}\n)\n\n"
                   "SELECT 'only in the legacy table' AS side, missing.*\n"
                   "FROM (SELECT * FROM legacy EXCEPT ALL SELECT * FROM migrated) AS missing\n"
                   "UNION ALL\n"
                   "SELECT 'only in the model' AS side, extra.*\n"
                   "FROM (SELECT * FROM migrated EXCEPT ALL SELECT * FROM legacy) AS extra\n");
    dbt_add_file(w, &out, "tests/parity/parity_%s.sql", name);
}

void dbt_write_parity(struct dbt_writer *w)
{
    for (IR_EACH(w->ir, model, m)) {
        const struct ir_dataset *d = IR(w->ir, dataset, IR(w->ir, model, m)->dataset);

        if (d->schema.v && (d->kind == IR_DATASET_TABLE || d->kind == IR_DATASET_UNKNOWN))
            write_parity(w, m);
    }
}
