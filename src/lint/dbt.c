/* The dbt projects of a run: which file is of which, which names there are, and what a model's configuration says. */
#include "lint/dbt.h"

#include "base/file.h"

#include <ctype.h>
#include <string.h>

/* ---- projects and their files ---- */

static bool is_below(const char *root, const char *path)
{
    size_t n = strlen(root);

    return strcmp(root, ".") == 0 ? *path != '/' : strncmp(path, root, n) == 0 && path[n] == '/';
}

static void find_roots(struct dbt *d)
{
    const struct ir *ir = d->f->ir;

    vec_push(d->f->arena, &d->roots, ((struct dbt_root){.path = "", .name = "", .adapter = ""}));
    for (IR_EACH(ir, resource, i)) {
        const struct ir_resource *row = IR(ir, resource, i);

        if (row->kind == IR_RESOURCE_PROJECT)
            vec_push(d->f->arena, &d->roots,
                     ((struct dbt_root){.path = ir_string(ir, row->identifier),
                                        .name = ir_string(ir, row->name),
                                        .file = row->file,
                                        .whole = !row->package,
                                        .adapter = ""}));
    }
}

/* The innermost project around each file. Runs have few projects. */
static void place_files(struct dbt *d)
{
    const struct ir *ir = d->f->ir;

    d->root_of = ARENA_ARRAY(d->f->arena, uint32_t, ir->file.count);
    d->document = ARENA_ARRAY(d->f->arena, uint32_t, ir->file.count);
    for (IR_EACH(ir, file, i)) {
        size_t longest = 0;

        for (uint32_t r = 1; r < d->roots.count; r++) {
            size_t n = strlen(d->roots.items[r].path);

            if (n > longest && is_below(d->roots.items[r].path, ir_string(ir, IR(ir, file, i)->path))) {
                longest = n;
                d->root_of[i.v] = r;
            }
        }
    }
    for (IR_EACH(ir, yaml_node, n)) {
        const struct ir_yaml_node *row = IR(ir, yaml_node, n);

        if (!row->parent.v && !d->document[row->file.v])
            d->document[row->file.v] = n.v;
    }
}

/* ---- names ---- */

static uint64_t key_of(const struct dbt *d, uint32_t root, uint32_t kind, const char *name)
{
    struct buf text = buf_new(d->f->work);

    for (; *name; name++)
        buf_addc(&text, (char)tolower((unsigned char)*name));
    return hash_bytes(buf_str(&text), text.n) ^ ((uint64_t)root * 0x9E3779B97F4A7C15u + kind);
}

static void gather_names(struct dbt *d)
{
    const struct ir *ir = d->f->ir;

    for (IR_EACH(ir, resource, i)) {
        const struct ir_resource *row = IR(ir, resource, i);
        const char *name = ir_string(ir, row->name);

        if (row->kind == IR_RESOURCE_SOURCE)
            name = arena_printf(d->f->work, "%s.%s", ir_string(ir, row->source), name);
        if (row->kind != IR_RESOURCE_PROJECT)
            map_put(&d->names, key_of(d, d->root_of[row->file.v], row->kind, name), i.v);
    }
}

static void gather_entries(struct dbt *d)
{
    static const char *const lists[] = {"models", "seeds", "snapshots"};

    for (IR_EACH(d->f->ir, file, file))
        for (size_t k = 0; d->document[file.v] && k < sizeof lists / sizeof *lists; k++) {
            ir_yaml_node_id list = yaml_child(d, yaml_root(d, file), lists[k]);

            for (YAML_EACH(d, list, i, item)) {
                const char *name = yaml_text(d, yaml_child(d, (ir_yaml_node_id){item}, "name"));

                if (*name)
                    map_put(&d->entries, key_of(d, d->root_of[file.v], 0, name), item);
            }
        }
}

ir_resource_id dbt_find(const struct dbt *d, uint32_t root, enum ir_resource_kind kind, const char *name)
{
    return (ir_resource_id){map_get(&d->names, key_of(d, root, kind, name))};
}

ir_resource_id dbt_find_ref(const struct dbt *d, uint32_t root, const char *name)
{
    ir_resource_id found = dbt_find(d, root, IR_RESOURCE_MODEL, name);

    found = found.v ? found : dbt_find(d, root, IR_RESOURCE_SEED, name);
    return found.v ? found : dbt_find(d, root, IR_RESOURCE_SNAPSHOT, name);
}

ir_yaml_node_id dbt_entry(const struct dbt *d, uint32_t root, const char *name)
{
    return (ir_yaml_node_id){map_get(&d->entries, key_of(d, root, 0, name))};
}

/* ---- YAML ---- */

ir_yaml_node_id yaml_root(const struct dbt *d, ir_file_id file)
{
    return (ir_yaml_node_id){d->document[file.v]};
}

const char *yaml_text(const struct dbt *d, ir_yaml_node_id node)
{
    return ir_string(d->f->ir, IR(d->f->ir, yaml_node, node)->value);
}

const char *yaml_key_of(const struct dbt *d, ir_yaml_node_id node)
{
    return ir_string(d->f->ir, IR(d->f->ir, yaml_node, node)->key);
}

bool yaml_has_key(const struct dbt *d, ir_yaml_node_id node, const char *key)
{
    return strcmp(yaml_key_of(d, node), key) == 0;
}

ir_yaml_node_id yaml_child(const struct dbt *d, ir_yaml_node_id map, const char *key)
{
    for (YAML_EACH(d, map, i, node))
        if (yaml_has_key(d, (ir_yaml_node_id){node}, key))
            return (ir_yaml_node_id){node};
    return (ir_yaml_node_id){0};
}

static bool same_config(const char *written, const char *key)
{
    if (*written == '+')
        written++;
    for (; *written && *key; written++, key++)
        if ((*written == '-' ? '_' : *written) != (*key == '-' ? '_' : *key))
            return false;
    return *written == *key;
}

ir_yaml_node_id yaml_config(const struct dbt *d, ir_yaml_node_id map, const char *key)
{
    for (YAML_EACH(d, map, i, node))
        if (same_config(yaml_key_of(d, (ir_yaml_node_id){node}), key))
            return (ir_yaml_node_id){node};
    return (ir_yaml_node_id){0};
}

struct fact_at at_yaml_key(const struct dbt *d, ir_yaml_node_id node)
{
    const struct ir_yaml_node *row = IR(d->f->ir, yaml_node, node);

    return row->key_len ? at_source(row->file, row->key_off, row->key_len) : at_yaml_value(d, node);
}

/* A scalar's bytes; of a list or mapping its first line. */
struct fact_at at_yaml_value(const struct dbt *d, ir_yaml_node_id node)
{
    const struct ir_yaml_node *row = IR(d->f->ir, yaml_node, node);
    struct slice bytes = at_bytes(d->f, at_source(row->file, row->off, row->len));
    const char *end = bytes.n ? memchr(bytes.p, '\n', bytes.n) : NULL;

    return at_source(row->file, row->off, end ? (uint32_t)(end - bytes.p) : row->len);
}

/* ---- Jinja ---- */

const struct ir_jinja_argument *jinja_positional(const struct dbt *d, ir_jinja_id call, uint32_t at)
{
    for (uint32_t k = d->arguments.first[call.v]; k < d->arguments.first[call.v + 1]; k++) {
        const struct ir_jinja_argument *row = &d->f->ir->jinja_argument.items[d->arguments.rows[k]];

        if (!row->name.v && !at--)
            return row;
    }
    return NULL;
}

const struct ir_jinja_argument *jinja_named(const struct dbt *d, ir_jinja_id call, const char *name)
{
    for (uint32_t k = d->arguments.first[call.v]; k < d->arguments.first[call.v + 1]; k++) {
        const struct ir_jinja_argument *row = &d->f->ir->jinja_argument.items[d->arguments.rows[k]];

        if (row->name.v && same_config(ir_string(d->f->ir, row->name), name))
            return row;
    }
    return NULL;
}

struct fact_at at_jinja(const struct dbt *d, ir_jinja_id row)
{
    const struct ir_jinja *jinja = IR(d->f->ir, jinja, row);

    return at_source(jinja->file, jinja->off, jinja->len);
}

struct fact_at at_argument_of(const struct dbt *d, const struct ir_jinja_argument *argument)
{
    return at_source(IR(d->f->ir, jinja, argument->call)->file, argument->off, argument->len);
}

bool jinja_is(const struct dbt *d, ir_jinja_id row, enum ir_jinja_kind kind, const char *name)
{
    const struct ir_jinja *jinja = IR(d->f->ir, jinja, row);

    return jinja->kind == kind && strcmp(ir_string(d->f->ir, jinja->name), name) == 0;
}

/* ---- a model's configuration ---- */

/* true, false and numbers, which Jinja has without quotes. */
static bool is_constant(const char *value)
{
    return slice_is_nocase(slice_of(value), "true") || slice_is_nocase(slice_of(value), "false") ||
           (*value && strspn(value, "0123456789") == strlen(value));
}

static struct dbt_config config_in_file(const struct dbt *d, ir_file_id file, const char *key)
{
    for (uint32_t k = d->calls.first[file.v]; k < d->calls.first[file.v + 1]; k++) {
        ir_jinja_id call = {d->calls.rows[k]};
        const struct ir_jinja_argument *a;

        if (!jinja_is(d, call, IR_JINJA_CALL, "config") || !(a = jinja_named(d, call, key)))
            continue;
        return (struct dbt_config){ir_string(d->f->ir, a->value),
                                   a->literal || is_constant(ir_string(d->f->ir, a->value)),
                                   at_argument_of(d, a)};
    }
    return (struct dbt_config){0};
}

static struct dbt_config config_of_node(const struct dbt *d, ir_yaml_node_id node)
{
    if (!node.v)
        return (struct dbt_config){0};
    return (struct dbt_config){
        IR(d->f->ir, yaml_node, node)->kind == IR_YAML_SCALAR ? yaml_text(d, node) : "…",
        IR(d->f->ir, yaml_node, node)->kind == IR_YAML_SCALAR && !strstr(yaml_text(d, node), "{{"),
        at_yaml_value(d, node)};
}

/* models: → the project's name → the folders on the way to the file: the deepest that sets the key. */
static struct dbt_config config_in_project(const struct dbt *d, const struct ir_resource *r, const char *key)
{
    const struct dbt_root *root = &d->roots.items[d->root_of[r->file.v]];
    const char *path = ir_string(d->f->ir, IR(d->f->ir, file, r->file)->path);
    const char *top = r->kind == IR_RESOURCE_SNAPSHOT ? "snapshots"
                      : r->kind == IR_RESOURCE_SEED   ? "seeds"
                                                      : "models";
    ir_yaml_node_id level = yaml_child(d, yaml_root(d, root->file), top), found = yaml_config(d, level, key),
                    next;

    if (strcmp(root->path, ".") != 0)
        path += strlen(root->path) + 1;
    path = strchr(path, '/'); /* the folder of models itself is not part of it */
    level = yaml_child(d, level, root->name);
    while (level.v && path) {
        next = yaml_config(d, level, key);
        found = next.v ? next : found;
        path++;
        next = yaml_child(d, level, arena_strndup(d->f->work, path, strcspn(path, "/.")));
        level = next;
        path = strchr(path, '/');
    }
    if (level.v && (next = yaml_config(d, level, key)).v)
        found = next;
    return config_of_node(d, found);
}

struct dbt_config dbt_config_of(const struct dbt *d, ir_resource_id resource, const char *key)
{
    const struct ir_resource *r = IR(d->f->ir, resource, resource);
    struct dbt_config found = config_in_file(d, r->file, key);
    ir_yaml_node_id entry = dbt_entry(d, d->root_of[r->file.v], ir_string(d->f->ir, r->name));

    if (!found.value)
        found = config_of_node(d, yaml_config(d, yaml_child(d, entry, "config"), key));
    return found.value ? found : config_in_project(d, r, key);
}

bool dbt_config_is(const struct dbt *d, ir_resource_id resource, const char *key, const char *value)
{
    struct dbt_config config = dbt_config_of(d, resource, key);

    return config.value && config.known && slice_is_nocase(slice_of(config.value), value);
}

/* ---- what a project is built with ---- */

/* The type that all outputs of the project's profile have. */
static void find_adapter(struct dbt *d, struct dbt_root *root)
{
    const char *profile = yaml_text(d, yaml_child(d, yaml_root(d, root->file), "profile"));

    for (IR_EACH(d->f->ir, file, file)) {
        const char *path = ir_string(d->f->ir, IR(d->f->ir, file, file)->path);
        ir_yaml_node_id outputs;

        if (strcmp(path_base(path), "profiles.yml") != 0 || !*profile)
            continue;
        outputs = yaml_child(d, yaml_child(d, yaml_root(d, file), profile), "outputs");
        for (YAML_EACH(d, outputs, i, output)) {
            const char *type = yaml_text(d, yaml_child(d, (ir_yaml_node_id){output}, "type"));

            if (*root->adapter && strcmp(root->adapter, type) != 0) {
                root->adapter = "";
                return;
            }
            root->adapter = type;
        }
    }
}

/* Packages that are named and not installed may define any name. */
static void find_packages(struct dbt *d)
{
    const struct ir *ir = d->f->ir;
    bool *installed = ARENA_ARRAY(d->f->work, bool, d->roots.count);

    for (IR_EACH(ir, resource, i))
        if (IR(ir, resource, i)->kind != IR_RESOURCE_PROJECT && IR(ir, resource, i)->package)
            installed[d->root_of[IR(ir, resource, i)->file.v]] = true;
    for (IR_EACH(ir, file, file)) {
        const char *base = path_base(ir_string(ir, IR(ir, file, file)->path));

        if ((strcmp(base, "packages.yml") == 0 || strcmp(base, "dependencies.yml") == 0) &&
            d->document[file.v] && !installed[d->root_of[file.v]])
            d->roots.items[d->root_of[file.v]].packages = true;
    }
}

struct dbt *dbt_new(struct facts *f)
{
    struct ir *ir = f->ir;
    struct dbt *d;

    if (ir->resource.count <= 1 && ir->yaml_node.count <= 1 && ir->jinja.count <= 1)
        return NULL;
    d = arena_alloc(f->arena, sizeof *d);
    *d = (struct dbt){.f = f,
                      .children = IR_INDEX(f->arena, ir, yaml_node, parent, yaml_node),
                      .calls = IR_INDEX(f->arena, ir, jinja, file, file),
                      .arguments = IR_INDEX(f->arena, ir, jinja_argument, call, jinja),
                      .resources = IR_INDEX(f->arena, ir, resource, file, file),
                      .names = map_new(f->arena),
                      .entries = map_new(f->arena)};
    find_roots(d);
    place_files(d);
    gather_names(d);
    gather_entries(d);
    find_packages(d);
    for (uint32_t i = 1; i < d->roots.count; i++)
        find_adapter(d, &d->roots.items[i]);
    return d;
}
