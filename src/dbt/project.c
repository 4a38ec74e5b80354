/* One file of a dbt project by its role: which names it defines, and which of its readers run. */
#include "dbt/dbt.h"

#include "base/file.h"

#include <string.h>

struct project_file {
    struct ir *ir;
    struct arena *scratch;
    ir_file_id file;
    enum dbt_role role;
    const struct dbt_project *project;
    struct ir_resource source; /* the source whose tables are read, and which node that is */
    ir_yaml_node_id owner;
};

static const char *stem(struct arena *a, const char *path)
{
    const char *base = path_base(path), *dot = strrchr(base, '.');

    return arena_strndup(a, base, dot ? (size_t)(dot - base) : strlen(base));
}

static bool in_package(const struct project_file *p)
{
    return p->role == DBT_PACKAGE;
}

static void add_resource(const struct project_file *p, enum ir_resource_kind kind, ir_str name, uint32_t off,
                         uint32_t len, ir_job_id job)
{
    ir_add_resource(p->ir, (struct ir_resource){.kind = kind,
                                                .name = name,
                                                .job = job,
                                                .file = p->file,
                                                .off = off,
                                                .len = len,
                                                .package = in_package(p)});
}

/* ---- SQL ---- */

/* A query of the file from `from` to `to`, under its name. */
static void add_query(const struct project_file *p, enum ir_resource_kind kind, ir_str name, size_t from,
                      size_t to)
{
    bool stored = kind == IR_RESOURCE_MODEL || kind == IR_RESOURCE_SNAPSHOT;
    ir_text_id text = {0};

    if (!in_package(p))
        text = dbt_read_query(p->ir, p->scratch, p->file, from, to, ir_string(p->ir, name), stored,
                              &p->project->sources);
    add_resource(p, kind, name, (uint32_t)from, 0, IR(p->ir, text, text)->job);
}

/* {% snapshot name %} … {% endsnapshot %}: each one is a query. */
static void add_snapshots(const struct project_file *p, uint32_t first)
{
    for (uint32_t i = first; i < p->ir->jinja.count; i++) {
        struct ir_jinja row = p->ir->jinja.items[i];
        uint32_t end = i + 1;

        if (row.kind != IR_JINJA_BLOCK || strcmp(ir_string(p->ir, row.name), "snapshot") != 0)
            continue;
        while (end < p->ir->jinja.count &&
               strcmp(ir_string(p->ir, p->ir->jinja.items[end].name), "endsnapshot") != 0)
            end++;
        add_query(p, IR_RESOURCE_SNAPSHOT, row.value, row.tag_off + row.tag_len,
                  end < p->ir->jinja.count ? p->ir->jinja.items[end].tag_off
                                           : ir_slice(p->ir, IR(p->ir, file, p->file)->source).n);
    }
}

static void add_macros(const struct project_file *p, uint32_t first)
{
    for (uint32_t i = first; i < p->ir->jinja.count; i++) {
        struct ir_jinja row = p->ir->jinja.items[i];
        const char *word = ir_string(p->ir, row.name);

        if (row.kind != IR_JINJA_BLOCK || !row.value.v)
            continue;
        if (strcmp(word, "macro") == 0)
            add_resource(p, IR_RESOURCE_MACRO, row.value, row.off, row.len, (ir_job_id){0});
        else if (strcmp(word, "test") == 0)
            add_resource(p, IR_RESOURCE_MACRO,
                         ir_interns(p->ir, arena_printf(p->scratch, "test_%s", ir_string(p->ir, row.value))),
                         row.off, row.len, (ir_job_id){0});
    }
}

/* ---- YAML ---- */

static ir_str child_value(const struct ir *ir, ir_yaml_node_id parent, const char *key)
{
    const struct ir_yaml_node *row = IR(ir, yaml_node, parent);

    for (uint32_t i = parent.v + 1;
         i < ir->yaml_node.count && ir->yaml_node.items[i].off < row->off + row->len; i++)
        if (ir->yaml_node.items[i].parent.v == parent.v && ir->yaml_node.items[i].kind == IR_YAML_SCALAR &&
            strcmp(ir_string(ir, ir->yaml_node.items[i].key), key) == 0)
            return ir->yaml_node.items[i].value;
    return (ir_str){0};
}

static bool has_key(const struct ir *ir, ir_yaml_node_id node, const char *key)
{
    return node.v && strcmp(ir_string(ir, IR(ir, yaml_node, node)->key), key) == 0;
}

static ir_str without_jinja(const struct ir *ir, ir_str value)
{
    return strstr(ir_string(ir, value), "{{") ? (ir_str){0} : value;
}

/* What the tables of one source have in common; they stand together. */
static void read_owner(struct project_file *p, ir_yaml_node_id owner)
{
    struct ir *ir = p->ir;
    ir_str schema;

    if (p->owner.v == owner.v)
        return;
    schema = child_value(ir, owner, "schema");
    p->owner = owner;
    p->source = (struct ir_resource){.kind = IR_RESOURCE_SOURCE,
                                     .source = child_value(ir, owner, "name"),
                                     .catalog = without_jinja(ir, child_value(ir, owner, "database")),
                                     .file = p->file,
                                     .package = in_package(p)};
    p->source.schema = schema.v ? without_jinja(ir, schema) : p->source.source;
}

/* `name: x` of an item of sources' tables, or of the snapshots that are all YAML. */
static void add_named(struct project_file *p, ir_yaml_node_id name)
{
    struct ir *ir = p->ir;
    struct ir_yaml_node row = *IR(ir, yaml_node, name);
    ir_yaml_node_id item = row.parent, list = IR(ir, yaml_node, item)->parent;
    ir_yaml_node_id owner = IR(ir, yaml_node, list)->parent, above = IR(ir, yaml_node, owner)->parent;

    if (has_key(ir, list, "tables") && has_key(ir, above, "sources")) {
        ir_str identifier = child_value(ir, item, "identifier");
        struct ir_resource table;

        read_owner(p, owner);
        table = p->source;
        table.name = row.value;
        table.identifier = identifier.v ? without_jinja(ir, identifier) : row.value;
        table.off = row.off;
        table.len = row.len;
        ir_add_resource(ir, table);
    } else if (has_key(ir, list, "snapshots") && child_value(ir, item, "relation").v) {
        add_resource(p, IR_RESOURCE_SNAPSHOT, row.value, row.off, row.len, (ir_job_id){0});
    }
}

static bool is_project_file(const struct project_file *p)
{
    const char *path = ir_string(p->ir, IR(p->ir, file, p->file)->path);

    return strcmp(path_base(path), "dbt_project.yml") == 0 &&
           strcmp(path_dir(p->scratch, path), p->project->root) == 0;
}

static void read_yaml(struct project_file *p)
{
    struct ir *ir = p->ir;
    uint32_t first = ir->yaml_node.count, at = 0, end;
    struct err e;

    if (dbt_read_yaml(ir, p->scratch, p->file, &at, &e) < 0) {
        ir_add_gap(
            ir, (struct ir_gap){.kind = IR_GAP_SYNTAX,
                                .file = p->file,
                                .off = at,
                                .why = ir_interns(ir, e.message),
                                .advice = ir_interns(ir, "Correct the YAML; what stands before was read")});
        return;
    }
    end = ir->yaml_node.count;
    if (!in_package(p) && is_project_file(p))
        ir_add_resource(ir, (struct ir_resource){.kind = IR_RESOURCE_PROJECT,
                                                 .name = child_value(ir, (ir_yaml_node_id){first}, "name"),
                                                 .identifier = ir_interns(ir, p->project->root),
                                                 .file = p->file,
                                                 .package = !p->project->whole});
    for (uint32_t i = first; i < end; i++) {
        struct ir_yaml_node row = ir->yaml_node.items[i];

        if (row.kind == IR_YAML_SCALAR && strcmp(ir_string(ir, row.key), "name") == 0)
            add_named(p, (ir_yaml_node_id){i});
        if (row.kind == IR_YAML_SCALAR && row.quoted && !in_package(p))
            dbt_read_jinja(ir, p->scratch, p->file, row.off, row.off + row.len);
    }
}

/* ---- the whole ---- */

static void read_sql(const struct project_file *p, enum dbt_role role)
{
    struct ir *ir = p->ir;
    uint32_t first = ir->jinja.count;
    size_t n = ir_slice(ir, IR(ir, file, p->file)->source).n;
    ir_str name = ir_interns(ir, stem(p->scratch, ir_string(ir, IR(ir, file, p->file)->path)));

    if (IR(ir, file, p->file)->language == IR_LANG_PYTHON) { /* what it does is for the reader of Python */
        add_resource(p, IR_RESOURCE_MODEL, name, 0, 0, (ir_job_id){0});
        return;
    }
    dbt_read_jinja(ir, p->scratch, p->file, 0, n);
    add_macros(p, first);
    if (role == DBT_MODEL)
        add_query(p, IR_RESOURCE_MODEL, name, 0, n);
    else if (role == DBT_SNAPSHOT)
        add_snapshots(p, first);
    else if (role == DBT_TEST)
        add_query(p, IR_RESOURCE_TEST, name, 0, n);
    else if (role == DBT_ANALYSIS)
        add_query(p, IR_RESOURCE_ANALYSIS, name, 0, n);
}

/* A package's folders are those that dbt has by default. */
static enum dbt_role role_in_package(const char *path)
{
    static const struct {
        const char *folder;
        enum dbt_role role;
    } roles[] = {{"/macros/", DBT_MACRO}, {"/models/", DBT_MODEL}, {"/snapshots/", DBT_SNAPSHOT},
                 {"/seeds/", DBT_SEED},   {"/data/", DBT_SEED},    {"/tests/generic/", DBT_MACRO}};

    if (slice_ends(slice_of(path), ".yml") || slice_ends(slice_of(path), ".yaml"))
        return DBT_PROPERTIES;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (strstr(path, roles[i].folder))
            return roles[i].role;
    return DBT_NONE;
}

void dbt_read_file(struct ir *ir, struct arena *scratch, ir_file_id file, enum dbt_role role,
                   const struct dbt_project *project)
{
    struct project_file p = {.ir = ir, .scratch = scratch, .file = file, .role = role, .project = project};
    uint32_t nodes = ir->yaml_node.count, calls = ir->jinja.count, arguments = ir->jinja_argument.count;
    const char *path = ir_string(ir, IR(ir, file, file)->path);

    if (role == DBT_PACKAGE)
        role = role_in_package(path);
    if (role == DBT_PROPERTIES)
        read_yaml(&p);
    else if (role == DBT_SEED)
        add_resource(&p, IR_RESOURCE_SEED, ir_interns(ir, stem(scratch, path)), 0, 0, (ir_job_id){0});
    else if (role != DBT_NONE)
        read_sql(&p, role);
    if (in_package(&p)) { /* its names are known now, and nothing is said of it */
        ir->yaml_node.count = nodes;
        ir->jinja.count = calls;
        ir->jinja_argument.count = arguments;
    }
}
