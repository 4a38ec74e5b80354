/*
 * What is known of the models of a folder: their columns, whose they are, the tests that the code proves, and their
 * types where declarations give every one of them. Sources are described in the same way.
 */
#include "emit/dbt.h"
#include "emit/yaml_writer.h"

#include "base/file.h"
#include "base/map.h"

#include <string.h>

/* ---- tests ---- */

/* The tests of a model, or of a dataset that is a source. */
static struct ir_index tests_of(const struct dbt_writer *w, ir_model_id model, ir_dataset_id dataset,
                                uint32_t *from, uint32_t *to)
{
    const struct ir_index *ix = model.v ? &w->tests : &w->source_tests;
    uint32_t id = model.v ? model.v : dataset.v;

    *from = ix->first[id];
    *to = ix->first[id + 1];
    return *ix;
}

static void write_names(struct dbt_writer *w, struct yaml_writer *y, ir_str names, bool identifiers)
{
    struct slice s = ir_slice(w->ir, names);

    yaml_flow_list(y);
    for (size_t at = 0; at <= s.n;) {
        const char *end = memchr(s.p + at, '\n', s.n - at);
        size_t len = end ? (size_t)(end - s.p) - at : s.n - at;
        struct slice name = slice_sub(s, at, len);

        if (identifiers)
            yaml_string(y, dbt_identifier(w, name));
        else
            yaml_quoted(y, arena_strndup(w->scratch, name.p, name.n));
        at += len + 1;
    }
    yaml_list_end(y);
}

static void write_severity(struct yaml_writer *y, const struct ir_model_test *test)
{
    if (!test->warn)
        return;
    yaml_key(y, "config");
    yaml_map(y);
    yaml_pair(y, "severity", "warn");
    yaml_map_end(y);
}

static void write_test(struct dbt_writer *w, struct yaml_writer *y, const struct ir_model_test *test)
{
    bool combination = test->kind == IR_TEST_UNIQUE_COMBINATION;
    bool values = test->kind == IR_TEST_ACCEPTED_VALUES;

    if (!combination && !values && !test->warn) {
        yaml_string(y, ir_name_of_test_kind(test->kind));
        return;
    }
    yaml_map(y);
    yaml_key(y, ir_name_of_test_kind(test->kind));
    yaml_map(y);
    if (combination || values) {
        yaml_key(y, "arguments");
        yaml_map(y);
        yaml_key(y, combination ? "columns" : "values");
        write_names(w, y, combination ? test->columns : test->values, combination);
        yaml_map_end(y);
    }
    write_severity(y, test);
    yaml_map_end(y);
    yaml_map_end(y);
}

/* The tests of the table as a whole (`column` 0), or of one column. */
static void write_tests(struct dbt_writer *w, struct yaml_writer *y, ir_model_id model, ir_dataset_id dataset,
                        ir_str column)
{
    uint32_t from, to;
    struct ir_index ix = tests_of(w, model, dataset, &from, &to);
    bool any = false;

    for (uint32_t k = from; k < to; k++) {
        const struct ir_model_test *test = &w->ir->model_test.items[ix.rows[k]];
        bool whole = test->kind == IR_TEST_UNIQUE_COMBINATION;

        if (whole == (column.v != 0) || (!whole && test->columns.v != column.v))
            continue;
        if (!any) {
            yaml_key(y, "data_tests");
            yaml_list(y);
        }
        any = true;
        write_test(w, y, test);
    }
    if (any)
        yaml_list_end(y);
}

void dbt_write_table_tests(struct dbt_writer *w, struct yaml_writer *y, ir_model_id model,
                           ir_dataset_id dataset)
{
    write_tests(w, y, model, dataset, (ir_str){0});
}

/* ---- columns ---- */

void dbt_write_column(struct dbt_writer *w, struct yaml_writer *y, struct dbt_column column)
{
    const char *text = ir_string(w->ir, column.name);

    yaml_map(y);
    yaml_pair(y, "name", text);
    if (column.description.v)
        yaml_pair(y, "description", dbt_without_jinja(w, ir_slice(w->ir, column.description)));
    if (column.type.v)
        yaml_pair(y, "data_type", ir_string(w->ir, column.type));
    if (strcmp(dbt_identifier(w, slice_of(text)), text) != 0) {
        yaml_key(y, "quote");
        yaml_literal(y, "true");
    }
    write_tests(w, y, column.model, column.dataset, column.name);
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
        dbt_write_column(w, y,
                         (struct dbt_column){.model = model,
                                             .name = column->name,
                                             .description = column->description,
                                             .type = column->type});
    }
    for (uint32_t k = w->tests.first[model.v]; k < w->tests.first[model.v + 1]; k++) {
        const struct ir_model_test *test = &w->ir->model_test.items[w->tests.rows[k]];

        if (test->kind == IR_TEST_UNIQUE_COMBINATION || map_get(&written, test->columns.v))
            continue;
        map_put(&written, test->columns.v, 1);
        dbt_write_column(w, y, (struct dbt_column){.model = model, .name = test->columns});
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
    dbt_write_model_config(w, y, id);
    dbt_write_table_tests(w, y, id, (ir_dataset_id){0});
    write_columns(w, y, id);
    yaml_map_end(y);
}

static const char *folder_of(const struct dbt_writer *w, ir_model_id model)
{
    return path_dir(w->scratch, ir_string(w->ir, IR(w->ir, model, model)->path));
}

static int write_folder(struct dbt_writer *w, const char *folder, struct err *e)
{
    struct buf out = buf_new(w->scratch);
    struct yaml_writer *y = yaml_begin(w->scratch, &out);

    yaml_map(y);
    yaml_key(y, "version");
    yaml_literal(y, "2");
    yaml_key(y, "models");
    yaml_list(y);
    for (IR_EACH(w->ir, model, m))
        if (strcmp(folder_of(w, m), folder) == 0)
            write_model(w, y, m);
    yaml_list_end(y);
    yaml_map_end(y);
    if (yaml_end(y, e) < 0)
        return -1;
    dbt_add_file(w, &out, "%s/%s/_%s__models.yml", w->options->models_dir, folder, path_base(folder));
    return 0;
}

int dbt_write_properties(struct dbt_writer *w, struct err *e)
{
    struct map written = map_new(w->scratch);

    for (IR_EACH(w->ir, model, m)) {
        const char *folder = folder_of(w, m);
        uint64_t key = hash_bytes(folder, strlen(folder));

        if (map_get(&written, key))
            continue;
        map_put(&written, key, 1);
        if (write_folder(w, folder, e) < 0)
            return -1;
    }
    return 0;
}
