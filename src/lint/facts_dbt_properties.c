/* Keys in a dbt project's YAML: where they may stand is data. */
#include "base/file.h"
#include "base/suggest.h"
#include "lint/dbt.h"

#include <string.h>

struct owner {
    const char *name;         /* for people */
    const char *const *known; /* keys that dbt knows, config's own left out */
    const char *const *moved; /* those of them that are configurations now */
};

#define KEYS(...)                                                                                            \
    (const char *const[])                                                                                    \
    {                                                                                                        \
        __VA_ARGS__, NULL                                                                                    \
    }

static const struct owner model = {
    "model",
    KEYS("name", "description", "docs", "config", "tests", "data_tests", "columns", "latest_version",
         "deprecation_date", "versions", "access", "constraints", "meta", "group", "time_spine", "tags",
         "primary_key", "agg_time_dimension", "semantic_model", "metrics", "derived_semantics"),
    KEYS("meta", "tags", "docs", "group", "access")};
static const struct owner seed = {
    "seed",
    KEYS("name", "description", "docs", "config", "tests", "data_tests", "columns", "meta", "group", "tags"),
    KEYS("meta", "tags", "docs", "group")};
static const struct owner snapshot = {"snapshot",
                                      KEYS("name", "description", "docs", "config", "tests", "data_tests",
                                           "columns", "meta", "group", "tags", "relation"),
                                      KEYS("meta", "tags", "docs", "group")};
static const struct owner source = {
    "source",
    KEYS("name", "description", "database", "schema", "loader", "loaded_at_field", "loaded_at_query", "meta",
         "tags", "config", "overrides", "freshness", "quoting", "tables", "tests", "data_tests", "catalog"),
    KEYS("meta", "tags", "freshness")};
static const struct owner table = {"source table",
                                   KEYS("name", "description", "identifier", "loaded_at_field",
                                        "loaded_at_query", "meta", "tags", "config", "freshness", "quoting",
                                        "external", "tests", "data_tests", "columns", "loader"),
                                   KEYS("meta", "tags", "freshness")};
static const struct owner column = {"column",
                                    KEYS("name", "description", "data_type", "meta", "tags", "tests",
                                         "data_tests", "quote", "constraints", "config", "policy_tags",
                                         "granularity", "encode", "dimension", "entity"),
                                    KEYS("meta", "tags")};
static const struct owner exposure = {"exposure",
                                      KEYS("name", "description", "label", "type", "url", "maturity", "owner",
                                           "depends_on", "meta", "tags", "config"),
                                      KEYS("meta", "tags")};
static const struct owner macro = {
    "macro", KEYS("name", "description", "docs", "meta", "arguments", "config"), KEYS("docs", "meta")};

static const struct {
    const char *list;
    const struct owner *owner;
} lists[] = {{"models", &model},   {"seeds", &seed},         {"snapshots", &snapshot},
             {"sources", &source}, {"exposures", &exposure}, {"macros", &macro}};

static const char *const file_keys[] = {
    "version",    "models",  "sources",         "seeds",         "snapshots", "macros",     "metrics",
    "exposures",  "groups",  "semantic_models", "saved_queries", "analyses",  "unit_tests", "tests",
    "data_tests", "anchors", "functions",       "catalogs",      NULL};

/* What a test takes beside its own arguments. */
static const char *const test_keys[] = {"name",
                                        "test_name",
                                        "description",
                                        "config",
                                        "arguments",
                                        "tags",
                                        "meta",
                                        "alias",
                                        "where",
                                        "limit",
                                        "severity",
                                        "error_if",
                                        "warn_if",
                                        "fail_calc",
                                        "store_failures",
                                        "store_failures_as",
                                        "enabled",
                                        "column_name",
                                        "group",
                                        "database",
                                        "schema",
                                        "docs",
                                        NULL};

struct properties {
    struct dbt *d;
    const char *old; /* what require-dbt-version says of old versions */
};

static bool is_one_of(const char *key, const char *const *keys)
{
    while (*keys && strcmp(*keys, key) != 0)
        keys++;
    return *keys != NULL;
}

static const char *near_key(const struct facts *f, const char *key, const char *const *keys)
{
    const char *near;
    size_t n = 0;

    while (keys[n])
        n++;
    near = suggest(key, keys, n);
    return near ? arena_printf(f->arena, "; did you mean %s?", near) : "";
}

static void add(const struct properties *p, ir_yaml_node_id node, const char *problem, const char *owner,
                const char *near)
{
    FACT_ADD(p->d->f, dbt_property, at_yaml_key(p->d, node), .problem = problem,
             .key = yaml_key_of(p->d, node), .owner = owner, .near = near, .old = p->old);
}

/* An item of data_tests: a name, or a name over a mapping of what it takes. */
static void check_tests(const struct properties *p, ir_yaml_node_id tests)
{
    for (YAML_EACH(p->d, tests, i, item))
        for (YAML_EACH(p->d, (ir_yaml_node_id){item}, k, test))
            for (YAML_EACH(p->d, (ir_yaml_node_id){test}, m, key))
                if (!is_one_of(yaml_key_of(p->d, (ir_yaml_node_id){key}), test_keys))
                    add(p, (ir_yaml_node_id){key}, "flat_argument",
                        yaml_key_of(p->d, (ir_yaml_node_id){test}), "");
}

static void check_item(const struct properties *p, ir_yaml_node_id item, const struct owner *owner)
{
    for (YAML_EACH(p->d, item, i, n)) {
        ir_yaml_node_id node = {n};
        const char *key = yaml_key_of(p->d, node);

        if (!is_one_of(key, owner->known))
            add(p, node, "unknown_key", owner->name, near_key(p->d->f, key, owner->known));
        else if (is_one_of(key, owner->moved))
            add(p, node, "outside_config", owner->name, "");
        if (strcmp(key, "tests") == 0)
            add(p, node, "tests_key", owner->name, "");
        if (strcmp(key, "tests") == 0 || strcmp(key, "data_tests") == 0)
            check_tests(p, node);
        if (strcmp(key, "columns") == 0 || strcmp(key, "tables") == 0)
            for (YAML_EACH(p->d, node, k, part))
                check_item(p, (ir_yaml_node_id){part}, *key == 't' ? &table : &column);
    }
}

/* Only files that are about resources: others have keys of their own. */
static bool is_properties(const struct dbt *d, ir_file_id file)
{
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        ir_yaml_node_id list = yaml_child(d, yaml_root(d, file), lists[k].list);

        if (list.v && IR(d->f->ir, yaml_node, list)->kind == IR_YAML_LIST)
            return true;
    }
    return false;
}

static void check_properties(const struct properties *p, ir_file_id file)
{
    for (YAML_EACH(p->d, yaml_root(p->d, file), i, n)) {
        ir_yaml_node_id node = {n};

        if (!is_one_of(yaml_key_of(p->d, node), file_keys))
            add(p, node, "unknown_key", "properties file",
                near_key(p->d->f, yaml_key_of(p->d, node), file_keys));
        for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
            if (yaml_has_key(p->d, node, lists[k].list))
                for (YAML_EACH(p->d, node, m, item))
                    check_item(p, (ir_yaml_node_id){item}, lists[k].owner);
    }
}

/* ---- dbt_project.yml ---- */

/* Below models: and kin a mapping is a folder, and everything else a configuration. */
static void check_plus(const struct properties *p, ir_yaml_node_id level)
{
    for (YAML_EACH(p->d, level, i, n)) {
        ir_yaml_node_id node = {n};
        const char *key = yaml_key_of(p->d, node);

        if (*key == '+')
            continue;
        if (IR(p->d->f->ir, yaml_node, node)->kind == IR_YAML_MAP)
            check_plus(p, node);
        else if (*key)
            add(p, node, "without_plus", "dbt_project.yml", "");
    }
}

static void check_project(const struct properties *p, ir_file_id file)
{
    static const char *const levels[] = {"models", "seeds", "snapshots", "sources", "tests", "data_tests"};

    /* Folders stand below the project's own name: there, and right below the list. A list that is no mapping is empty. */
    for (size_t k = 0; k < sizeof levels / sizeof *levels; k++)
        check_plus(p, yaml_child(p->d, yaml_root(p->d, file), levels[k]));
}

/* "<1.10": the project runs with a dbt that does not know the newer form. */
static const char *old_versions(const struct dbt *d, uint32_t root)
{
    ir_yaml_node_id node = yaml_child(d, yaml_root(d, d->roots.items[root].file), "require-dbt-version");
    struct slice text =
        at_bytes(d->f, at_source(d->roots.items[root].file, IR(d->f->ir, yaml_node, node)->off,
                                 IR(d->f->ir, yaml_node, node)->len));
    const char *written = arena_strndup(d->f->arena, text.p, text.n), *less = strchr(written, '<');
    unsigned minor = 0;

    if (!node.v || !less)
        return "";
    less += strspn(less, "<= ");
    if (strncmp(less, "1.", 2) == 0)
        for (less += 2; *less >= '0' && *less <= '9'; less++)
            minor = minor * 10 + (unsigned)(*less - '0');
    else
        return *less == '0' ? written : "";
    return minor <= 10 ? written : "";
}

/* ---- packages ---- */

static const char *pinning_of(const struct dbt *d, ir_yaml_node_id item, ir_yaml_node_id *at)
{
    ir_yaml_node_id version = yaml_child(d, item, "version"), revision = yaml_child(d, item, "revision");
    const struct ir_yaml_node *row = IR(d->f->ir, yaml_node, version.v ? version : revision);
    struct slice text = at_bytes(d->f, at_source(row->file, row->off, row->len));
    const char *value = yaml_text(d, version.v ? version : revision);

    *at = version.v ? version : revision.v ? revision : item;
    if (!version.v && !revision.v)
        return "none";
    if (revision.v)
        return strpbrk(value, "0123456789") ? "exact" : "branch";
    if (memchr(text.p, '<', text.n))
        return "range";
    return memchr(text.p, '>', text.n) ? "open" : "exact";
}

static void check_packages(const struct dbt *d, ir_file_id file, bool locked)
{
    ir_yaml_node_id list = yaml_child(d, yaml_root(d, file), "packages"), at;

    for (YAML_EACH(d, list, i, n)) {
        ir_yaml_node_id item = {n}, name = yaml_child(d, item, "package");
        const char *pinned = pinning_of(d, item, &at);

        name = name.v ? name : yaml_child(d, item, "git");
        if (!name.v)
            continue; /* local: this repository's own */
        FACT_ADD(d->f, dbt_package, at.v == n ? at_yaml_value(d, name) : at_yaml_value(d, at),
                 .package = yaml_text(d, name), .version = at.v == n ? "" : yaml_text(d, at),
                 .pinned = pinned, .locked = locked);
    }
}

/* The projects in which package-lock.yml stands. */
static bool *find_locks(const struct dbt *d)
{
    bool *locked = ARENA_ARRAY(d->f->family, bool, d->roots.count);

    for (IR_EACH(d->f->ir, file, file))
        if (strcmp(path_base(ir_string(d->f->ir, IR(d->f->ir, file, file)->path)), "package-lock.yml") == 0)
            locked[d->root_of[file.v]] = true;
    return locked;
}

void facts_of_dbt_properties(struct facts *f)
{
    struct dbt *d = f->dbt;
    const bool *locked = d ? find_locks(d) : NULL;

    if (!d)
        return;
    for (IR_EACH(f->ir, file, file)) {
        const char *base = path_base(ir_string(f->ir, IR(f->ir, file, file)->path));
        uint32_t root = d->root_of[file.v];
        struct properties p = {d, old_versions(d, root)};

        if (!d->document[file.v])
            continue;
        if (root && d->roots.items[root].file.v == file.v)
            check_project(&p, file);
        else if (strcmp(base, "packages.yml") == 0 || strcmp(base, "dependencies.yml") == 0)
            check_packages(d, file, locked[root]);
        else if (is_properties(d, file))
            check_properties(&p, file);
    }
}
