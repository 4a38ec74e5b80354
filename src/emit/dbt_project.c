/*
 * The dbt project as files in memory: models, their properties, the project's own files, the report and the graph.
 */
#include "emit/dbt.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void dbt_add_file(struct dbt_writer *w, const struct buf *content, const char *format, ...)
{
    struct emit_file file = {.content = buf_slice(content)};
    va_list args;

    va_start(args, format);
    file.path = arena_vprintf(w->scratch, format, args);
    va_end(args);
    vec_push(w->scratch, w->out, file);
}

void dbt_add_text(struct dbt_writer *w, const char *path, const char *text)
{
    struct buf content = buf_new(w->scratch);

    buf_adds(&content, text);
    dbt_add_file(w, &content, "%s", path);
}

const char *dbt_plain_name(const struct dbt_writer *w, ir_dataset_id dataset, ir_str part, uint8_t bit)
{
    char *name = arena_strndup(w->scratch, ir_string(w->ir, part), ir_slice(w->ir, part).n);

    for (char *c = name; *c && !(w->quoted[dataset.v] & bit); c++)
        *c = (char)tolower((unsigned char)*c);
    return name;
}

const char *dbt_source_name(const struct dbt_writer *w, ir_dataset_id dataset)
{
    const struct ir_dataset *d = IR(w->ir, dataset, dataset);
    const char *schema = dbt_plain_name(w, dataset, d->schema, 2);

    if (!d->schema.v)
        return "legacy";
    if (!d->catalog.v)
        return schema;
    return arena_printf(w->scratch, "%s_%s", dbt_plain_name(w, dataset, d->catalog, 4), schema);
}

const char *dbt_table_name(const struct dbt_writer *w, ir_dataset_id dataset)
{
    return dbt_plain_name(w, dataset, IR(w->ir, dataset, dataset)->name, 1);
}

static void find_quoted(struct dbt_writer *w)
{
    w->quoted = ARENA_ARRAY(w->scratch, uint8_t, w->ir->dataset.count);
    for (IR_EACH(w->ir, access, a))
        w->quoted[IR(w->ir, access, a)->dataset.v] |= (uint8_t)IR(w->ir, access, a)->quoted;
}

const char *dbt_where(const struct dbt_writer *w, ir_statement_id statement)
{
    struct ir_place at = ir_statement_place(w->ir, statement);

    return arena_printf(w->scratch, "%s:%u", ir_string(w->ir, IR(w->ir, file, at.file)->path), at.line);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct emit_file *)a)->path, ((const struct emit_file *)b)->path);
}

int emit_dbt(const struct ir *ir, struct arena *scratch, const struct emit_dbt_options *options,
             struct emit_files *out, struct err *e)
{
    struct dbt_writer w = {.ir = ir, .scratch = scratch, .options = options, .out = out};
    struct buf dot = buf_new(scratch);

    w.steps = IR_INDEX(scratch, ir, step, model, model);
    w.pieces = IR_INDEX(scratch, ir, piece, step, step);
    w.columns = IR_INDEX(scratch, ir, model_column, model, model);
    w.tests = IR_INDEX(scratch, ir, model_test, model, model);
    w.source_tests = IR_INDEX(scratch, ir, model_test, dataset, dataset);
    w.known = IR_INDEX(scratch, ir, column, dataset, dataset);
    find_quoted(&w);
    dbt_find_exposures(&w);
    dbt_find_shared(&w);
    dbt_write_models(&w);
    if (dbt_write_properties(&w, e) < 0 || dbt_write_sources(&w, e) < 0 || dbt_write_project(&w, e) < 0 ||
        emit_dot(ir, scratch, &dot, e) < 0)
        return -1;
    if (ir->model.count > 1 && (dbt_write_groups(&w, e) < 0 || dbt_write_exposures(&w, e) < 0))
        return -1;
    if (ir->model.count > 1 && !options->in_foreign_project && dbt_write_selectors(&w, e) < 0)
        return -1;
    dbt_add_file(&w, &dot, "lineage.dot");
    dbt_write_scaffold(&w);
    if (options->parity)
        dbt_write_parity(&w);
    dbt_write_migration(&w);
    qsort(out->items, out->count, sizeof *out->items, by_path);
    return 0;
}
