/* What a project says of itself in YAML: where what stands, and its sources, looked up in rows of yaml_node. */
#include "dbt/dbt.h"

#include <string.h>

/* The row after those of a node and all below it. */
static uint32_t end_of(const struct ir *ir, ir_yaml_node_id node)
{
    const struct ir_yaml_node *row = IR(ir, yaml_node, node);
    uint32_t i = node.v + 1;

    while (node.v && i < ir->yaml_node.count && ir->yaml_node.items[i].off < row->off + row->len)
        i++;
    return node.v ? i : 0;
}

/* The child of `parent` under `key`; none when there is none. */
static ir_yaml_node_id child(const struct ir *ir, ir_yaml_node_id parent, const char *key)
{
    for (ir_yaml_node_id i = {parent.v + 1}, end = {end_of(ir, parent)}; i.v < end.v; i.v++)
        if (IR(ir, yaml_node, i)->parent.v == parent.v &&
            strcmp(ir_string(ir, IR(ir, yaml_node, i)->key), key) == 0)
            return i;
    return (ir_yaml_node_id){0};
}

/* A YAML text as rows of a run of its own. */
static struct ir *tree_of(struct arena *a, const char *path, struct slice yaml, struct err *e)
{
    struct ir *ir = ir_new(a);
    ir_file_id file = ir_add_file(
        ir, (struct ir_file){.path = ir_interns(ir, path), .source = ir_intern(ir, yaml.p, yaml.n)});
    struct err why;
    uint32_t at, line = 1, column = 1;

    if (dbt_read_yaml(ir, a, file, &at, &why) == 0)
        return ir;
    for (uint32_t i = 0; i < at && i < yaml.n; i++) {
        line += yaml.p[i] == '\n';
        column = yaml.p[i] == '\n' ? 1 : column + 1;
    }
    err_set(e, "%s:%u:%u: %s", path, line, column, why.message);
    return NULL;
}

/* ---- dbt_project.yml ---- */

static const struct {
    const char *key, *old_key, *usual[2];
    enum dbt_role role;
} folders[] = {{"model-paths", "source-paths", {"models"}, DBT_MODEL},
               {"snapshot-paths", NULL, {"snapshots"}, DBT_SNAPSHOT},
               {"macro-paths", NULL, {"macros"}, DBT_MACRO},
               {"test-paths", NULL, {"tests"}, DBT_TEST},
               {"analysis-paths", NULL, {"analyses", "analysis"}, DBT_ANALYSIS},
               {"seed-paths", "data-paths", {"seeds", "data"}, DBT_SEED}};

static void add_folder(struct arena *a, struct dbt_project *p, const char *path, enum dbt_role role)
{
    size_t n;

    while (slice_starts(slice_of(path), "./"))
        path += 2;
    for (n = strlen(path); n && path[n - 1] == '/';)
        n--;
    if (n)
        vec_push(a, p, ((struct dbt_folder){arena_strndup(a, path, n), role}));
}

void dbt_project_open(struct arena *a, const char *root, struct slice yaml, struct dbt_project *project)
{
    struct ir *ir = tree_of(a, "dbt_project.yml", yaml, NULL);
    ir_yaml_node_id top = {1}, list;

    *project = (struct dbt_project){.root = root};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        list = ir ? child(ir, top, folders[i].key) : (ir_yaml_node_id){0};
        if (ir && !list.v && folders[i].old_key)
            list = child(ir, top, folders[i].old_key);
        for (size_t k = 0; !list.v && k < 2; k++)
            if (folders[i].usual[k])
                add_folder(a, project, folders[i].usual[k], folders[i].role);
        for (ir_yaml_node_id n = {list.v + 1}, end = {ir ? end_of(ir, list) : 0}; n.v < end.v; n.v++)
            if (IR(ir, yaml_node, n)->parent.v == list.v)
                add_folder(a, project, ir_string(ir, IR(ir, yaml_node, n)->value), folders[i].role);
    }
}

static const char *below(const char *root, const char *path)
{
    size_t n = strcmp(root, ".") == 0 ? 0 : strlen(root);

    if (n && (strncmp(path, root, n) != 0 || path[n] != '/'))
        return path;
    return path + n + (n != 0);
}

static bool has_suffix(const char *path, const char *const *suffixes)
{
    while (*suffixes && !slice_ends(slice_of(path), *suffixes))
        suffixes++;
    return *suffixes != NULL;
}

enum dbt_role dbt_role_of(const struct dbt_project *project, const char *path)
{
    static const char *const yaml[] = {".yml", ".yaml", NULL}, *const sql[] = {".sql", NULL},
                             *const csv[] = {".csv", NULL};
    const char *p = below(project->root, path);
    size_t longest = 0;
    enum dbt_role role = DBT_NONE;

    if (strncmp(p, "dbt_packages/", 13) == 0 || strncmp(p, "dbt_modules/", 12) == 0)
        return has_suffix(p, sql) || has_suffix(p, csv) || has_suffix(p, yaml) ? DBT_PACKAGE : DBT_NONE;
    if (has_suffix(p, yaml))
        return DBT_PROPERTIES;
    for (uint32_t i = 0; i < project->count; i++) {
        size_t n = strlen(project->items[i].path);

        if (n > longest && strncmp(p, project->items[i].path, n) == 0 && p[n] == '/') {
            longest = n;
            role = project->items[i].role;
        }
    }
    if (role == DBT_TEST && strncmp(p + longest, "/generic/", 9) == 0)
        role = DBT_MACRO;
    if (role == DBT_MODEL && slice_ends(slice_of(p), ".py"))
        return role;
    return has_suffix(p, role == DBT_SEED ? csv : sql) ? role : DBT_NONE;
}

/* ---- sources ---- */

/* A value that YAML itself says: one with Jinja in it is only known when dbt runs. */
static const char *known(struct arena *a, const struct ir *ir, ir_yaml_node_id map, const char *key)
{
    ir_yaml_node_id node = child(ir, map, key);
    struct slice value = ir_slice(ir, IR(ir, yaml_node, node)->value);

    if (!node.v || !value.n || memmem(value.p, value.n, "{{", 2))
        return NULL;
    return arena_strndup(a, value.p, value.n);
}

static void read_tables(struct arena *a, const struct ir *ir, ir_yaml_node_id source, struct dbt_sources *out)
{
    struct dbt_source row = {.source = known(a, ir, source, "name"),
                             .catalog = known(a, ir, source, "database"),
                             .schema = known(a, ir, source, "schema")};
    ir_yaml_node_id tables = child(ir, source, "tables");

    if (!child(ir, source, "schema").v)
        row.schema = row.source;
    for (ir_yaml_node_id t = {tables.v + 1}, end = {end_of(ir, tables)}; t.v < end.v; t.v++) {
        if (IR(ir, yaml_node, t)->parent.v != tables.v)
            continue;
        row.table = known(a, ir, t, "name");
        row.identifier = known(a, ir, t, "identifier");
        if (!row.identifier)
            row.identifier = row.table;
        if (row.source && row.table)
            vec_push(a, out, row);
    }
}

int dbt_read_sources(struct arena *a, const char *path, struct slice yaml, struct dbt_sources *out,
                     struct err *e)
{
    struct ir *ir = tree_of(a, path, yaml, e);
    ir_yaml_node_id list;

    if (!ir)
        return -1;
    list = child(ir, (ir_yaml_node_id){1}, "sources");
    for (ir_yaml_node_id s = {list.v + 1}, end = {end_of(ir, list)}; s.v < end.v; s.v++)
        if (IR(ir, yaml_node, s)->parent.v == list.v)
            read_tables(a, ir, s, out);
    return 0;
}
