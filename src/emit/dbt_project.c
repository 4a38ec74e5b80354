/*
 * The dbt project as files in memory: models, their properties, the project's own files, the report and the graph.
 */
#include "emit/dbt.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Rows that agree in all the columns are a failure, however many nulls they hold: what GROUP BY can't give. */
static const char unique_combination[] = "{% test unique_combination(model, columns) %}\n"
                                         "\n"
                                         "select {{ columns | join(', ') }}, count(*) as n\n"
                                         "from {{ model }}\n"
                                         "group by {{ columns | join(', ') }}\n"
                                         "having count(*) > 1\n"
                                         "\n"
                                         "{% endtest %}\n";

static const char gitignore[] = "target/\ndbt_packages/\nlogs/\n";

void dbt_add_file(struct dbt_writer *w, const struct buf *content, const char *format, ...)
{
    struct emit_file file = {.content = buf_slice(content)};
    va_list args;

    va_start(args, format);
    file.path = arena_vprintf(w->scratch, format, args);
    va_end(args);
    vec_push(w->scratch, w->out, file);
}

static void add_text(struct dbt_writer *w, const char *path, const char *text)
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

/* What dbt needs to find the warehouse; nothing secret is written, dbt takes it from the environment. */
static void write_profile(struct dbt_writer *w)
{
    struct buf out = buf_new(w->scratch);

    buf_printf(
        &out,
        "# Copy to ~/.dbt/profiles.yml, or beside dbt_project.yml as profiles.yml. Nothing secret belongs\n"
        "# into this file: dbt reads the environment.\n"
        "%s:\n"
        "  target: dev\n"
        "  outputs:\n"
        "    dev:\n"
        "      type: postgres\n"
        "      host: \"{{ env_var('DBT_HOST', 'localhost') }}\"\n"
        "      port: \"{{ env_var('DBT_PORT', '5432') | as_number }}\"\n"
        "      user: \"{{ env_var('DBT_USER') }}\"\n"
        "      password: \"{{ env_var('DBT_PASSWORD') }}\"\n"
        "      dbname: \"{{ env_var('DBT_DATABASE') }}\"\n"
        "      schema: \"{{ env_var('DBT_SCHEMA', 'analytics') }}\"\n"
        "      threads: 4\n",
        w->options->project_name);
    dbt_add_file(w, &out, "profiles.yml.example");
}

static bool needs_unique_combination(const struct ir *ir)
{
    for (IR_EACH(ir, model_test, t))
        if (IR(ir, model_test, t)->kind == IR_TEST_UNIQUE_COMBINATION)
            return true;
    return false;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct emit_file *)a)->path, ((const struct emit_file *)b)->path);
}

int emit_dbt(const struct ir *ir, struct arena *scratch, const struct emit_dbt_options *options,
             struct emit_files *out, struct err *e)
{
    static const enum ir_layer layers[] = {IR_LAYER_STAGING, IR_LAYER_INTERMEDIATE, IR_LAYER_MARTS};
    struct dbt_writer w = {.ir = ir, .scratch = scratch, .options = options, .out = out};
    struct buf dot = buf_new(scratch);

    w.steps = IR_INDEX(scratch, ir, step, model, model);
    w.pieces = IR_INDEX(scratch, ir, piece, step, step);
    w.columns = IR_INDEX(scratch, ir, model_column, model, model);
    w.tests = IR_INDEX(scratch, ir, model_test, model, model);
    find_quoted(&w);
    dbt_write_models(&w);
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
        if (dbt_write_properties(&w, layers[i], e) < 0)
            return -1;
    if (dbt_write_sources(&w, e) < 0 || dbt_write_project(&w, e) < 0 || emit_dot(ir, scratch, &dot, e) < 0)
        return -1;
    dbt_add_file(&w, &dot, "lineage.dot");
    write_profile(&w);
    add_text(&w, ".gitignore", gitignore);
    if (needs_unique_combination(ir))
        add_text(&w, "tests/generic/unique_combination.sql", unique_combination);
    if (options->parity)
        dbt_write_parity(&w);
    dbt_write_migration(&w);
    qsort(out->items, out->count, sizeof *out->items, by_path);
    return 0;
}
