/* Models and snapshots of dbt projects: what their configuration, their tests and their Jinja say together. */
#include "base/file.h"
#include "lint/dbt.h"

#include <ctype.h>
#include <string.h>

/* ---- tests ---- */

static uint32_t count_items(const struct dbt *d, ir_yaml_node_id list)
{
    return list.v ? d->children.first[list.v + 1] - d->children.first[list.v] : 0;
}

static uint32_t count_tests_at(const struct dbt *d, ir_yaml_node_id item)
{
    return count_items(d, yaml_child(d, item, "data_tests")) + count_items(d, yaml_child(d, item, "tests"));
}

/* Tests in properties, of the model and of its columns. */
static uint32_t count_tests(const struct dbt *d, ir_yaml_node_id entry)
{
    uint32_t count = count_tests_at(d, entry);

    for (YAML_EACH(d, yaml_child(d, entry, "columns"), i, column))
        count += count_tests_at(d, (ir_yaml_node_id){column});
    return count;
}

/* Models that a singular test reads, or a unit test names. */
static bool *tested_elsewhere(const struct dbt *d)
{
    const struct ir *ir = d->f->ir;
    bool *tested = ARENA_ARRAY(d->f->family, bool, ir->resource.count);

    for (IR_EACH(ir, resource, t)) {
        ir_file_id file = IR(ir, resource, t)->file;

        if (IR(ir, resource, t)->kind != IR_RESOURCE_TEST)
            continue;
        for (uint32_t k = d->calls.first[file.v]; k < d->calls.first[file.v + 1]; k++) {
            ir_jinja_id call = {d->calls.rows[k]};
            const struct ir_jinja_argument *a = jinja_positional(d, call, 0);

            if (jinja_is(d, call, IR_JINJA_CALL, "ref") && a && a->literal)
                tested[dbt_find_ref(d, d->root_of[file.v], ir_string(ir, a->value)).v] = true;
        }
    }
    for (IR_EACH(ir, file, file))
        for (YAML_EACH(d, yaml_child(d, yaml_root(d, file), "unit_tests"), i, test))
            tested[dbt_find_ref(d, d->root_of[file.v],
                                yaml_text(d, yaml_child(d, (ir_yaml_node_id){test}, "model")))
                       .v] = true;
    return tested;
}

/* ---- Jinja of a model ---- */

/* is_incremental(), or a macro of the project's own, which may ask for it. */
static bool has_filter(const struct dbt *d, const struct ir_resource *r)
{
    for (uint32_t k = d->calls.first[r->file.v]; k < d->calls.first[r->file.v + 1]; k++) {
        ir_jinja_id call = {d->calls.rows[k]};
        const char *name = ir_string(d->f->ir, IR(d->f->ir, jinja, call)->name);

        if (IR(d->f->ir, jinja, call)->kind != IR_JINJA_BLOCK &&
            (strstr(name, "is_incremental") || strcmp(name, "this") == 0 || strncmp(name, "this.", 5) == 0))
            return true;
        if (IR(d->f->ir, jinja, call)->kind == IR_JINJA_CALL &&
            dbt_find(d, d->root_of[r->file.v], IR_RESOURCE_MACRO, name).v)
            return true;
    }
    return false;
}

static bool is_published(const struct ir *ir, const struct ir_resource *r)
{
    static const char *const prefixes[] = {"fct_", "dim_", "mart_"};
    const char *name = ir_string(ir, r->name);

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (slice_starts_nocase(slice_of(name), prefixes[i]))
            return true;
    return strstr(ir_string(ir, IR(ir, file, r->file)->path), "/marts/") != NULL;
}

/* ---- microbatch ---- */

static void add_microbatch(const struct dbt *d, ir_resource_id id)
{
    static const char *const needed[] = {"event_time", "begin", "batch_size"};
    const struct ir_resource *r = IR(d->f->ir, resource, id);
    struct dbt_config strategy = dbt_config_of(d, id, "incremental_strategy");
    struct buf missing = buf_new(d->f->arena);

    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!dbt_config_of(d, id, needed[i]).value)
            buf_printf(&missing, "%s%s", missing.n ? ", " : "", needed[i]);
    if (strcmp(d->roots.items[d->root_of[r->file.v]].adapter, "postgres") == 0 &&
        !dbt_config_of(d, id, "unique_key").value)
        buf_printf(&missing, "%sunique_key", missing.n ? ", " : "");
    if (missing.n)
        FACT_ADD(d->f, microbatch, strategy.at, .model = ir_string(d->f->ir, r->name),
                 .missing = buf_str(&missing));
}

/* A variable's name that speaks of time. */
static bool is_date(const char *name)
{
    static const char *const words[] = {"date", "time", "start", "end", "day", "from", "until", "since"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(name, words[i]))
            return true;
    return false;
}

static void add_filters(const struct dbt *d, ir_resource_id id)
{
    const struct ir_resource *r = IR(d->f->ir, resource, id);

    for (uint32_t k = d->calls.first[r->file.v]; k < d->calls.first[r->file.v + 1]; k++) {
        ir_jinja_id call = {d->calls.rows[k]};
        const struct ir_jinja_argument *a = jinja_positional(d, call, 0);
        bool incremental = jinja_is(d, call, IR_JINJA_CALL, "is_incremental");

        if (incremental ||
            (jinja_is(d, call, IR_JINJA_CALL, "var") && a && is_date(ir_string(d->f->ir, a->value))))
            FACT_ADD(d->f, microbatch_filter, at_jinja(d, call), .model = ir_string(d->f->ir, r->name),
                     .call = incremental ? "is_incremental" : "var");
    }
}

/* ---- models ---- */

static const char *plain(struct dbt_config config)
{
    return config.value && config.known ? config.value : config.value ? "an expression" : "";
}

static void add_model(const struct dbt *d, ir_resource_id id, bool tested)
{
    const struct ir *ir = d->f->ir;
    const struct ir_resource *r = IR(ir, resource, id);
    const struct dbt_root *root = &d->roots.items[d->root_of[r->file.v]];
    const char *name = ir_string(ir, r->name);

    if (dbt_config_is(d, id, "incremental_strategy", "microbatch")) {
        add_microbatch(d, id);
        add_filters(d, id);
    }
    if (root->whole)
        FACT_ADD(d->f, dbt_model, at_source(r->file, 0, 0), .model = name,
                 .language = IR(ir, file, r->file)->language == IR_LANG_PYTHON ? "python" : "sql",
                 .materialized = plain(dbt_config_of(d, id, "materialized")),
                 .strategy = plain(dbt_config_of(d, id, "incremental_strategy")),
                 .published = is_published(ir, r),
                 .tests = count_tests(d, dbt_entry(d, d->root_of[r->file.v], name)) + tested,
                 .key = dbt_config_of(d, id, "unique_key").value != NULL, .filter = has_filter(d, r),
                 .adapter = root->adapter);
}

/* ---- snapshots ---- */

static bool has_test(const struct dbt *d, ir_yaml_node_id column, const char *name)
{
    static const char *const keys[] = {"data_tests", "tests"};

    for (size_t k = 0; k < 2; k++)
        for (YAML_EACH(d, yaml_child(d, column, keys[k]), i, test))
            if (strcmp(yaml_text(d, (ir_yaml_node_id){test}), name) == 0 ||
                yaml_child(d, (ir_yaml_node_id){test}, name).v)
                return true;
    return false;
}

static bool is_tested_key(const struct dbt *d, ir_yaml_node_id entry, const char *key)
{
    for (YAML_EACH(d, yaml_child(d, entry, "columns"), i, n)) {
        ir_yaml_node_id column = {n};

        if (slice_is_nocase(slice_of(yaml_text(d, yaml_child(d, column, "name"))), key))
            return has_test(d, column, "unique") && has_test(d, column, "not_null");
    }
    return false;
}

static void add_snapshot(const struct dbt *d, ir_resource_id id)
{
    const struct ir_resource *r = IR(d->f->ir, resource, id);
    struct dbt_config key = dbt_config_of(d, id, "unique_key");
    const char *name = ir_string(d->f->ir, r->name), *p;

    if (!key.value || !d->roots.items[d->root_of[r->file.v]].whole)
        return;
    for (p = key.value; isalnum((unsigned char)*p) || *p == '_';)
        p++;
    FACT_ADD(d->f, snapshot_key, key.at, .snapshot = name, .key = key.value,
             .plain = key.known && !*p && *key.value,
             .tested = is_tested_key(d, dbt_entry(d, d->root_of[r->file.v], name), key.value));
}

void facts_of_dbt_models(struct facts *f)
{
    const bool *tested = f->dbt ? tested_elsewhere(f->dbt) : NULL;

    if (!f->dbt)
        return;
    for (IR_EACH(f->ir, resource, i)) {
        if (IR(f->ir, resource, i)->package)
            continue;
        if (IR(f->ir, resource, i)->kind == IR_RESOURCE_MODEL)
            add_model(f->dbt, i, tested[i.v]);
        else if (IR(f->ir, resource, i)->kind == IR_RESOURCE_SNAPSHOT)
            add_snapshot(f->dbt, i);
    }
}
