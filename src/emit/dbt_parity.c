/*
 * Parity: what compares each model with the legacy table that it takes the place of, switched off until somebody asks
 * for it with --vars 'parity: true'. How rows are compared is written in macros of Jinja's (src/emit/parity/), which see
 * the types in the warehouse; here is said which tables there are, and what the code and the settings tell of their
 * columns.
 */
#include "emit/dbt.h"
#include "emit/dbt_clocks.h"
#include "emit/embedded.h"

#include "base/file.h"

#include <string.h>

static bool is_compared(const struct dbt_writer *w, ir_model_id model)
{
    enum ir_dataset_kind kind = IR(w->ir, dataset, IR(w->ir, model, model)->dataset)->kind;

    return kind == IR_DATASET_TABLE || kind == IR_DATASET_UNKNOWN;
}

static void add_setting(struct buf *out, const char *column, const char *what, bool number, const char *why)
{
    buf_adds(out, "\n            [");
    dbt_add_string(out, column);
    buf_adds(out, ", ");
    if (number)
        buf_adds(out, what);
    else
        dbt_add_string(out, what);
    buf_adds(out, ", ");
    dbt_add_string(out, why);
    buf_adds(out, "],");
}

/* What the code tells: clocks and dice can't be the same twice. */
static void add_clocks(struct dbt_writer *w, struct buf *out, const struct dbt_clocks *clocks,
                       ir_model_id model)
{
    ir_dataset_id dataset = IR(w->ir, model, model)->dataset;

    for (uint32_t k = w->columns.first[model.v]; k < w->columns.first[model.v + 1]; k++) {
        struct slice name = ir_slice(w->ir, w->ir->model_column.items[w->columns.rows[k]].name);
        const char *why = dbt_clock_of(clocks, dataset, name);
        const char *column = arena_strndup(w->scratch, name.p, name.n);

        if (why)
            add_setting(out, column, "excluded", false, why);
        else if (dbt_is_loading_time(clocks, dataset, name))
            add_setting(out, column, "loading time", false, "a time of loading by its name");
    }
}

/* Does a setting's glob of tables ("" for all) mean this one? */
static bool is_meant(const struct dbt_writer *w, const char *glob, ir_model_id model)
{
    const struct ir_model *m = IR(w->ir, model, model);
    const struct ir_dataset *d = IR(w->ir, dataset, m->dataset);
    const char *table = dbt_table_name(w, m->dataset);

    return !*glob || glob_match(glob, table) || glob_match(glob, ir_string(w->ir, m->name)) ||
           (d->schema.v &&
            glob_match(
                glob, arena_printf(w->scratch, "%s.%s", dbt_plain_name(w, m->dataset, d->schema, 2), table)));
}

static void add_chosen(struct dbt_writer *w, struct buf *out, ir_model_id model)
{
    for (uint32_t i = 0; i < w->options->parity_setting_count; i++) {
        const struct emit_parity_setting *s = &w->options->parity_settings[i];
        const char *dot = strrchr(s->glob, '.');
        const char *table = dot ? arena_strndup(w->scratch, s->glob, (size_t)(dot - s->glob)) : "";

        if (is_meant(w, table, model))
            add_setting(out, dot ? dot + 1 : s->glob, s->what, *s->what >= '0' && *s->what <= '9',
                        "chosen in .lineage.yml");
    }
}

static void add_table(struct dbt_writer *w, struct buf *out, const struct dbt_clocks *clocks,
                      ir_model_id model)
{
    const struct ir_model *m = IR(w->ir, model, model);
    const struct ir_dataset *d = IR(w->ir, dataset, m->dataset);

    buf_adds(out, "    ");
    dbt_add_string(out, ir_string(w->ir, m->name));
    buf_adds(out, ": {\n        'schema': ");
    dbt_add_string(out, d->schema.v ? dbt_plain_name(w, m->dataset, d->schema, 2) : "");
    buf_adds(out, ", 'table': ");
    dbt_add_string(out, dbt_table_name(w, m->dataset));
    buf_adds(out, ",\n        'settings': [");
    add_clocks(w, out, clocks, model);
    add_chosen(w, out, model);
    buf_adds(out, "],\n    },\n");
}

static void write_tables(struct dbt_writer *w)
{
    struct dbt_clocks *clocks = dbt_find_clocks(w->ir, w->scratch);
    struct buf out = buf_new(w->scratch);

    buf_adds(
        &out,
        "{# The tables that are compared. A setting is [column, how, why]: how is 'excluded', 'exact' or a\n"
        "   tolerance, and the last one that fits a column holds. Without one its type and name decide. #}\n"
        "{% macro parity_tables() %}{{ return({\n");
    for (IR_EACH(w->ir, model, m))
        if (is_compared(w, m))
            add_table(w, &out, clocks, m);
    buf_adds(&out, "}) }}{% endmacro %}\n");
    dbt_add_file(w, &out, "macros/parity/parity_tables.sql");
}

static void write_test(struct dbt_writer *w, ir_model_id model)
{
    struct buf out = buf_new(w->scratch);
    const char *name = ir_string(w->ir, IR(w->ir, model, model)->name);

    buf_adds(&out, "{{ config(enabled=var('parity', false), tags=['parity']) }}\n"
                   "-- Rows that the legacy table and the model do not have in common, duplicates counted.\n"
                   "{{ parity_differences(");
    dbt_add_string(&out, name);
    buf_adds(&out, ", ref(");
    dbt_add_string(&out, name);
    buf_adds(&out, ")) }}\n");
    dbt_add_file(w, &out, "tests/parity/parity_%s.sql", name);
}

/* A model that says something of all tables, kept run after run. */
static void write_summary(struct dbt_writer *w, const char *name, const char *comment)
{
    struct buf out = buf_new(w->scratch);

    buf_printf(&out,
               "{{ config(enabled=var('parity', false), materialized='incremental', tags=['parity']) }}\n"
               "-- %s\n{{ %s({\n",
               comment, name);
    for (IR_EACH(w->ir, model, m)) {
        if (!is_compared(w, m))
            continue;
        buf_adds(&out, "    ");
        dbt_add_string(&out, ir_string(w->ir, IR(w->ir, model, m)->name));
        buf_adds(&out, ": ref(");
        dbt_add_string(&out, ir_string(w->ir, IR(w->ir, model, m)->name));
        buf_adds(&out, "),\n");
    }
    buf_adds(&out, "}) }}\n");
    dbt_add_file(w, &out, "%s/parity/%s.sql", w->options->models_dir, name);
}

static void write_embedded(struct dbt_writer *w)
{
    for (size_t i = 0; i < embedded_parity_count; i++) {
        const struct embedded_file *file = &embedded_parity[i];
        struct buf out = buf_new(w->scratch);

        buf_add(&out, file->text, file->len);
        dbt_add_file(w, &out, "%s",
                     slice_ends(slice_of(file->path), ".sql")
                         ? arena_printf(w->scratch, "macros/%s", file->path)
                         : path_base(file->path));
    }
}

bool emit_is_parity(const char *path)
{
    return strstr(path, "parity/") || strncmp(path, "parity.", 7) == 0;
}

void dbt_write_parity(struct dbt_writer *w)
{
    bool any = false;

    for (IR_EACH(w->ir, model, m)) {
        if (!is_compared(w, m))
            continue;
        any = true;
        write_test(w, m);
    }
    if (!any)
        return;
    write_tables(w);
    write_summary(w, "parity_row_counts",
                  "How many rows each legacy table and its model have, for each comparison.");
    write_summary(w, "parity_columns",
                  "How each column is compared, and what its values are here and there.");
    write_embedded(w);
}
