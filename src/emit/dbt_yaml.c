/*
 * The YAML of the project: dbt_project.yml, the sources that models read, and for each layer what is known of its
 * models: their columns and the tests that the code proves.
 */
#include "emit/dbt.h"
#include "emit/yaml_writer.h"

#include "base/map.h"

#include <stdlib.h>
#include <string.h>

/* ---- dbt_project.yml ---- */

static void write_paths(struct yaml_writer *y, const char *key, const char *path)
{
    yaml_key(y, key);
    yaml_flow_list(y);
    yaml_quoted(y, path);
    yaml_list_end(y);
}

static void write_folder(struct yaml_writer *y, const char *folder)
{
    yaml_key(y, folder);
    yaml_map(y);
    yaml_pair(y, "+materialized", "table");
    yaml_map_end(y);
}

static bool has_layer(const struct ir *ir, enum ir_layer layer)
{
    for (IR_EACH(ir, model, m))
        if (IR(ir, model, m)->layer == layer)
            return true;
    return false;
}

int dbt_write_project(struct dbt_writer *w, struct err *e)
{
    struct buf out = buf_new(w->scratch);
    struct yaml_writer *y = yaml_begin(w->scratch, &out);

    yaml_map(y);
    yaml_pair(y, "name", w->options->project_name);
    yaml_key(y, "version");
    yaml_quoted(y, "1.0");
    yaml_key(y, "config-version");
    yaml_literal(y, "2");
    yaml_pair(y, "profile", w->options->project_name);
    write_paths(y, "model-paths", w->options->models_dir);
    write_paths(y, "test-paths", "tests");
    write_paths(y, "macro-paths", "macros");
    yaml_key(y, "clean-targets");
    yaml_flow_list(y);
    yaml_quoted(y, "target");
    yaml_list_end(y);
    yaml_key(y, "models");
    yaml_map(y);
    yaml_key(y, w->options->project_name);
    yaml_map(y);
    for (int layer = IR_LAYER_STAGING; layer <= IR_LAYER_MARTS; layer++)
        if (has_layer(w->ir, (enum ir_layer)layer))
            write_folder(y, ir_name_of_layer((enum ir_layer)layer));
    yaml_map_end(y);
    yaml_map_end(y);
    yaml_map_end(y);
    if (yaml_end(y, e) < 0)
        return -1;
    dbt_add_file(w, &out, "dbt_project.yml");
    return 0;
}

/* ---- sources ---- */

struct source {
    const char *name, *table;
    ir_dataset_id dataset;
};

struct sources {
    struct source *items;
    uint32_t count, capacity;
};

static int by_name(const void *a, const void *b)
{
    const struct source *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    if (!order)
        order = strcmp(x->table, y->table);
    return order ? order : (x->dataset.v > y->dataset.v) - (x->dataset.v < y->dataset.v);
}

static void find_sources(struct dbt_writer *w, struct sources *sources)
{
    for (IR_EACH(w->ir, dataset, d))
        if (IR(w->ir, dataset, d)->layer == IR_LAYER_SOURCE)
            vec_push(w->scratch, sources, ((struct source){dbt_source_name(w, d), dbt_table_name(w, d), d}));
    if (sources->count)
        qsort(sources->items, sources->count, sizeof *sources->items, by_name);
}

static void write_source_place(struct dbt_writer *w, struct yaml_writer *y, ir_dataset_id dataset)
{
    const struct ir_dataset *d = IR(w->ir, dataset, dataset);

    if (d->catalog.v)
        yaml_pair(y, "database", dbt_plain_name(w, dataset, d->catalog, 4));
    if (d->schema.v)
        yaml_pair(y, "schema", dbt_plain_name(w, dataset, d->schema, 2));
    else /* found by the search path: which schema that is, the legacy does not say */
        yaml_pair(y, "schema", "{{ var('legacy_schema', 'public') }}");
}

static void write_tables(struct yaml_writer *y, const struct sources *s, uint32_t *at)
{
    const char *name = s->items[*at].name;

    yaml_key(y, "tables");
    yaml_list(y);
    for (; *at < s->count && strcmp(s->items[*at].name, name) == 0; ++*at) {
        if (*at && strcmp(s->items[*at - 1].name, name) == 0 &&
            strcmp(s->items[*at - 1].table, s->items[*at].table) == 0)
            continue;
        yaml_map(y);
        yaml_pair(y, "name", s->items[*at].table);
        yaml_map_end(y);
    }
    yaml_list_end(y);
}

int dbt_write_sources(struct dbt_writer *w, struct err *e)
{
    struct sources sources = {0};
    struct buf out = buf_new(w->scratch);
    struct yaml_writer *y;

    find_sources(w, &sources);
    if (!sources.count)
        return 0;
    y = yaml_begin(w->scratch, &out);
    yaml_map(y);
    yaml_key(y, "version");
    yaml_literal(y, "2");
    yaml_key(y, "sources");
    yaml_list(y);
    for (uint32_t i = 0; i < sources.count;) {
        yaml_map(y);
        yaml_pair(y, "name", sources.items[i].name);
        write_source_place(w, y, sources.items[i].dataset);
        write_tables(y, &sources, &i);
        yaml_map_end(y);
    }
    yaml_list_end(y);
    yaml_map_end(y);
    if (yaml_end(y, e) < 0)
        return -1;
    dbt_add_file(w, &out, "%s/staging/_sources.yml", w->options->models_dir);
    return 0;
}

/* ---- properties of models ---- */

static void write_model_tests(struct dbt_writer *w, struct yaml_writer *y, ir_model_id model)
{
    bool any = false;

    for (uint32_t k = w->tests.first[model.v]; k < w->tests.first[model.v + 1]; k++) {
        const struct ir_model_test *test = &w->ir->model_test.items[w->tests.rows[k]];
        struct slice columns = ir_slice(w->ir, test->columns);

        if (test->kind != IR_TEST_UNIQUE_COMBINATION)
            continue;
        if (!any) {
            yaml_key(y, "data_tests");
            yaml_list(y);
        }
        any = true;
        yaml_map(y);
        yaml_key(y, "unique_combination");
        yaml_map(y);
        yaml_key(y, "arguments");
        yaml_map(y);
        yaml_key(y, "columns");
        yaml_flow_list(y);
        for (size_t at = 0; at < columns.n;) {
            const char *end = memchr(columns.p + at, '\n', columns.n - at);
            size_t len = end ? (size_t)(end - columns.p) - at : columns.n - at;

            yaml_string(y, dbt_identifier(w, slice_sub(columns, at, len)));
            at += len + 1;
        }
        yaml_list_end(y);
        yaml_map_end(y);
        yaml_map_end(y);
        yaml_map_end(y);
    }
    if (any)
        yaml_list_end(y);
}

static void write_column_tests(struct dbt_writer *w, struct yaml_writer *y, ir_model_id model, ir_str column)
{
    bool any = false;

    for (uint32_t k = w->tests.first[model.v]; k < w->tests.first[model.v + 1]; k++) {
        const struct ir_model_test *test = &w->ir->model_test.items[w->tests.rows[k]];

        if (test->kind == IR_TEST_UNIQUE_COMBINATION || test->columns.v != column.v)
            continue;
        if (!any) {
            yaml_key(y, "data_tests");
            yaml_list(y);
        }
        any = true;
        yaml_string(y, ir_name_of_test_kind(test->kind));
    }
    if (any)
        yaml_list_end(y);
}

static void write_column(struct dbt_writer *w, struct yaml_writer *y, ir_model_id model, ir_str name,
                         const char *description)
{
    const char *text = ir_string(w->ir, name);

    yaml_map(y);
    yaml_pair(y, "name", text);
    if (*description)
        yaml_pair(y, "description", description);
    if (strcmp(dbt_identifier(w, slice_of(text)), text) != 0) {
        yaml_key(y, "quote");
        yaml_literal(y, "true");
    }
    write_column_tests(w, y, model, name);
    yaml_map_end(y);
}

/* The known columns, and those that only a test names. */
static void write_columns(struct dbt_writer *w, struct yaml_writer *y, ir_model_id model)
{
    struct map written = map_new(w->scratch);
    bool any = w->columns.first[model.v] < w->columns.first[model.v + 1];

    for (uint32_t k = w->tests.first[model.v]; k < w->tests.first[model.v + 1]; k++)
        any |= w->ir->model_test.items[w->tests.rows[k]].kind != IR_TEST_UNIQUE_COMBINATION;
    if (!any)
        return;
    yaml_key(y, "columns");
    yaml_list(y);
    for (uint32_t k = w->columns.first[model.v]; k < w->columns.first[model.v + 1]; k++) {
        const struct ir_model_column *column = &w->ir->model_column.items[w->columns.rows[k]];

        map_put(&written, column->name.v, 1);
        write_column(w, y, model, column->name, ir_string(w->ir, column->description));
    }
    for (uint32_t k = w->tests.first[model.v]; k < w->tests.first[model.v + 1]; k++) {
        const struct ir_model_test *test = &w->ir->model_test.items[w->tests.rows[k]];

        if (test->kind == IR_TEST_UNIQUE_COMBINATION || map_get(&written, test->columns.v))
            continue;
        map_put(&written, test->columns.v, 1);
        write_column(w, y, model, test->columns, "");
    }
    yaml_list_end(y);
}

static void write_model(struct dbt_writer *w, struct yaml_writer *y, ir_model_id id)
{
    const struct ir_model *model = IR(w->ir, model, id);

    yaml_map(y);
    yaml_pair(y, "name", ir_string(w->ir, model->name));
    if (model->description.v)
        yaml_pair(y, "description", dbt_without_jinja(w, ir_slice(w->ir, model->description)));
    write_model_tests(w, y, id);
    write_columns(w, y, id);
    yaml_map_end(y);
}

int dbt_write_properties(struct dbt_writer *w, enum ir_layer layer, struct err *e)
{
    struct buf out = buf_new(w->scratch);
    const char *name = ir_name_of_layer(layer);
    struct yaml_writer *y;

    if (!has_layer(w->ir, layer))
        return 0;
    y = yaml_begin(w->scratch, &out);
    yaml_map(y);
    yaml_key(y, "version");
    yaml_literal(y, "2");
    yaml_key(y, "models");
    yaml_list(y);
    for (IR_EACH(w->ir, model, m))
        if (IR(w->ir, model, m)->layer == layer)
            write_model(w, y, m);
    yaml_list_end(y);
    yaml_map_end(y);
    if (yaml_end(y, e) < 0)
        return -1;
    dbt_add_file(w, &out, "%s/%s/_%s__models.yml", w->options->models_dir, name, name);
    return 0;
}
