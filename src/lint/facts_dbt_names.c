/* Names in dbt projects: relations that are written out, references to nothing, names that are there twice. */
#include "base/file.h"
#include "base/suggest.h"
#include "lint/dbt.h"

#include <ctype.h>
#include <string.h>

/* ---- relations that are written out ---- */

struct hardcoded {
    struct dbt *d;
    struct facts *f;
    const struct ir_resource *resource;
    uint32_t root;
    struct map sources; /* folded schema.identifier -> resource */
    struct map aliases; /* statement and folded name -> 1: what FROM calls its items */
};

static uint64_t folded_pair(const struct facts *f, uint32_t root, ir_str schema, ir_str name)
{
    return map_key(ir_fold(f->ir, schema).v, ir_fold(f->ir, name).v) * 31 + root;
}

static void gather_sources(struct hardcoded *h)
{
    struct ir *ir = h->f->ir;

    for (IR_EACH(ir, resource, i)) {
        const struct ir_resource *row = IR(ir, resource, i);

        if (row->kind == IR_RESOURCE_SOURCE && row->schema.v && row->identifier.v)
            map_put(&h->sources, folded_pair(h->f, h->d->root_of[row->file.v], row->schema, row->identifier),
                    i.v);
    }
    for (IR_EACH(ir, input, i)) {
        const struct ir_input *row = IR(ir, input, i);
        ir_statement_id s = IR(ir, query, row->query)->statement;

        if (row->alias.v)
            map_put(&h->aliases, map_key(s.v, ir_fold(ir, row->alias).v), 1);
    }
}

static bool is_own_catalog(const char *schema)
{
    static const char *const schemas[] = {"information_schema", "pg_catalog", "sys", "account_usage",
                                          "pg_temp"};

    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
        if (slice_is_nocase(slice_of(schema), schemas[i]))
            return true;
    return false;
}

/* FROM t, t.items: a list within a row of t, and no table. */
static bool is_nested_field(const struct hardcoded *h, const struct ir_access *a)
{
    struct ir *ir = h->f->ir;
    ir_str first = a->catalog.v ? a->catalog : a->schema;

    return first.v && map_get(&h->aliases, map_key(a->statement.v, ir_fold(ir, first).v));
}

static bool catalogs_agree(const struct ir *ir, const struct ir_access *a, const struct ir_resource *source)
{
    return !a->catalog.v || !source->catalog.v ||
           slice_is_nocase(ir_slice(ir, a->catalog), ir_string(ir, source->catalog));
}

static void add_hardcoded(const struct hardcoded *h, ir_access_id id)
{
    struct facts *f = h->f;
    struct ir *ir = f->ir;
    const struct ir_access *a = IR(ir, access, id);
    ir_resource_id source = {a->schema.v ? map_get(&h->sources, folded_pair(f, h->root, a->schema, a->name))
                                         : 0};
    ir_resource_id ref = dbt_find_ref(h->d, h->root, ir_string(ir, a->name));
    const struct ir_resource *found;
    const char *replacement = "ref() or source()", *declared = "no";

    if (source.v && !catalogs_agree(ir, a, IR(ir, resource, source)))
        source.v = 0;
    found = IR(ir, resource, source.v ? source : ref);
    if (source.v) {
        declared = "source";
        replacement = arena_printf(f->arena, "{{ source('%s', '%s') }}", ir_string(ir, found->source),
                                   ir_string(ir, found->name));
    } else if (ref.v && found->job.v != IR(ir, statement, a->statement)->job.v) {
        declared = "ref";
        replacement = arena_printf(f->arena, "{{ ref('%s') }}", ir_string(ir, found->name));
    }
    FACT_ADD(f, hardcoded_relation, at_access(f, id), .written = access_written(f, a),
             .schema = ir_string(ir, a->schema), .resource = ir_name_of_resource_kind(h->resource->kind),
             .declared = declared, .replacement = replacement,
             .certain = source.v || (ref.v && !a->schema.v));
}

static void add_hardcoded_relations(struct dbt *d)
{
    struct facts *f = d->f;
    struct ir *ir = f->ir;
    struct hardcoded h = {.d = d, .f = f, .sources = map_new(f->family), .aliases = map_new(f->family)};
    uint32_t *of_job = ARENA_ARRAY(f->family, uint32_t, ir->job.count);

    gather_sources(&h);
    for (IR_EACH(ir, resource, i))
        of_job[IR(ir, resource, i)->job.v] = i.v;
    for (IR_EACH(ir, access, a)) {
        const struct ir_access *row = IR(ir, access, a);
        const struct ir_statement *s = IR(ir, statement, row->statement);

        if (row->mode != IR_ACCESS_READ || !access_is_relation(row) || access_is_temp(f, row) ||
            IR(ir, text, s->text)->kind != IR_TEXT_MODEL || row->flags & IR_ACCESS_UNKNOWN_PART ||
            !of_job[s->job.v] || !at_is_written(f, at_access(f, a)) ||
            is_own_catalog(ir_string(ir, row->schema)) || is_nested_field(&h, row))
            continue;
        h.resource = &ir->resource.items[of_job[s->job.v]];
        h.root = d->root_of[s->file.v];
        add_hardcoded(&h, a);
    }
}

/* ---- references to nothing ---- */

static const char *near_name(const struct dbt *d, uint32_t root, enum ir_resource_kind kind, const char *name)
{
    const struct ir *ir = d->f->ir;
    VEC(const char *) names = {0};
    const char *near;

    for (IR_EACH(ir, resource, i)) {
        const struct ir_resource *row = IR(ir, resource, i);

        if (d->root_of[row->file.v] != root || row->kind == IR_RESOURCE_PROJECT)
            continue;
        if (kind == IR_RESOURCE_SOURCE && row->kind == kind)
            vec_push(d->f->work, &names,
                     arena_printf(d->f->work, "%s.%s", ir_string(ir, row->source), ir_string(ir, row->name)));
        else if (kind == row->kind || (kind == IR_RESOURCE_MODEL &&
                                       (row->kind == IR_RESOURCE_SEED || row->kind == IR_RESOURCE_SNAPSHOT)))
            vec_push(d->f->work, &names, ir_string(ir, row->name));
    }
    near = suggest(name, names.items, names.count);
    return near ? arena_printf(d->f->arena, "; did you mean %s?", near) : "";
}

static void add_reference(const struct dbt *d, uint32_t root, struct fact_at at, enum ir_resource_kind kind,
                          const char *what, const char *name)
{
    FACT_ADD(d->f, dbt_reference, at, .kind = what, .name = name, .near = near_name(d, root, kind, name),
             .packages = d->roots.items[root].packages);
}

/* ref('m'), ref('package', 'm'); names that are computed are not looked at. */
static void check_ref(const struct dbt *d, uint32_t root, ir_jinja_id call)
{
    const struct ir *ir = d->f->ir;
    const struct ir_jinja_argument *first = jinja_positional(d, call, 0),
                                   *second = jinja_positional(d, call, 1);
    const struct ir_jinja_argument *name = second ? second : first;

    if (!name || !name->literal || (second && !first->literal) ||
        (second && strcmp(ir_string(ir, first->value), d->roots.items[root].name) != 0) ||
        dbt_find_ref(d, root, ir_string(ir, name->value)).v)
        return;
    add_reference(d, root, at_argument_of(d, name), IR_RESOURCE_MODEL, "ref", ir_string(ir, name->value));
}

static void check_source(const struct dbt *d, uint32_t root, ir_jinja_id call)
{
    const struct ir *ir = d->f->ir;
    const struct ir_jinja_argument *source = jinja_positional(d, call, 0),
                                   *table = jinja_positional(d, call, 1);
    const char *name;

    if (!source || !table || !source->literal || !table->literal)
        return;
    name = arena_printf(d->f->arena, "%s.%s", ir_string(ir, source->value), ir_string(ir, table->value));
    if (!dbt_find(d, root, IR_RESOURCE_SOURCE, name).v)
        add_reference(d, root, at_argument_of(d, table), IR_RESOURCE_SOURCE, "source", name);
}

/* What Jinja and dbt define themselves. */
static bool is_builtin(const char *name)
{
    static const char *const names[] = {"ref",
                                        "source",
                                        "config",
                                        "var",
                                        "env_var",
                                        "log",
                                        "print",
                                        "return",
                                        "run_query",
                                        "statement",
                                        "load_result",
                                        "is_incremental",
                                        "should_full_refresh",
                                        "store_raw_result",
                                        "write",
                                        "render",
                                        "toyaml",
                                        "fromyaml",
                                        "tojson",
                                        "fromjson",
                                        "set",
                                        "set_strict",
                                        "zip",
                                        "zip_strict",
                                        "range",
                                        "dict",
                                        "lipsum",
                                        "cycler",
                                        "joiner",
                                        "namespace",
                                        "caller",
                                        "super",
                                        "loop",
                                        "local_md5",
                                        "diff_of_two_dicts",
                                        "load_relation",
                                        "this",
                                        "doc",
                                        "builtins",
                                        "try_or_compiler_error",
                                        "debug",
                                        "selected_resources",
                                        "submit_python_job",
                                        "metric",
                                        "noop_statement",
                                        "make_temp_relation",
                                        "make_backup_relation",
                                        "make_intermediate_relation",
                                        "get_columns_in_query",
                                        "function",
                                        "get_columns_in_relation",
                                        "create_schema",
                                        "drop_schema",
                                        "drop_relation",
                                        "drop_relation_if_exists",
                                        "rename_relation",
                                        "truncate_relation",
                                        "run_hooks",
                                        "generate_schema_name",
                                        "generate_alias_name",
                                        "generate_database_name",
                                        "create_table_as",
                                        "create_view_as",
                                        "create_indexes",
                                        "get_merge_sql",
                                        "get_delete_insert_merge_sql",
                                        "get_insert_overwrite_merge_sql",
                                        "generate_schema_name_for_env",
                                        "persist_docs",
                                        "apply_grants",
                                        "should_revoke",
                                        "incremental_validate_on_schema_change",
                                        "process_schema_changes",
                                        "after_commit",
                                        "before_begin",
                                        "in_transaction",
                                        "dispatch",
                                        "partition_range",
                                        "convert_datetime",
                                        "dates_in_range",
                                        "py_current_timestring",
                                        "get_or_create_relation",
                                        "load_cached_relation",
                                        "copy_grants",
                                        "get_quoted_csv",
                                        "date_spine",
                                        "get_fixture_sql",
                                        "current_timestamp",
                                        "get_where_subquery",
                                        "strptime"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* `x | join(…)`, `x is divisibleby(…)`. */
static bool is_filter(const struct facts *f, const struct ir_jinja *call)
{
    struct slice before =
        slice_trim(at_bytes(f, at_source(call->file, call->tag_off, call->off - call->tag_off)));

    return slice_ends(before, "|") || slice_ends(before, " is") || slice_ends(before, " not");
}

/* Names that the file itself gives a meaning: set, for, a macro's parameters. */
static bool is_local(const struct dbt *d, const struct ir_jinja *call)
{
    for (uint32_t k = d->calls.first[call->file.v]; k < d->calls.first[call->file.v + 1]; k++) {
        const struct ir_jinja *row = &d->f->ir->jinja.items[d->calls.rows[k]];

        if (row->kind == IR_JINJA_NAME && row->name.v == call->name.v)
            return true;
    }
    return false;
}

static void check_macro(const struct dbt *d, uint32_t root, ir_jinja_id id)
{
    const struct ir *ir = d->f->ir;
    const struct ir_jinja *call = IR(ir, jinja, id);
    const char *name = ir_string(ir, call->name), *dot = strchr(name, '.');
    const char *project = d->roots.items[root].name;

    if (dot && (strncmp(name, project, (size_t)(dot - name)) != 0 || project[dot - name]))
        return; /* of a package, or of an object */
    name = dot ? dot + 1 : name;
    if (is_builtin(name) || strstr(name, "__") || dbt_find(d, root, IR_RESOURCE_MACRO, name).v ||
        is_filter(d->f, call) || is_local(d, call))
        return;
    add_reference(d, root, at_jinja(d, id), IR_RESOURCE_MACRO, "macro", name);
}

static void add_references(const struct dbt *d)
{
    for (IR_EACH(d->f->ir, jinja, i)) {
        uint32_t root = d->root_of[IR(d->f->ir, jinja, i)->file.v];

        if (!d->roots.items[root].whole || IR(d->f->ir, jinja, i)->kind != IR_JINJA_CALL)
            continue;
        if (jinja_is(d, i, IR_JINJA_CALL, "ref"))
            check_ref(d, root, i);
        else if (jinja_is(d, i, IR_JINJA_CALL, "source"))
            check_source(d, root, i);
        else
            check_macro(d, root, i);
    }
}

/* ---- names that are there twice ---- */

static bool is_ref_kind(enum ir_resource_kind kind)
{
    return kind == IR_RESOURCE_MODEL || kind == IR_RESOURCE_SEED || kind == IR_RESOURCE_SNAPSHOT;
}

static void add_duplicates(const struct dbt *d)
{
    struct ir *ir = d->f->ir;
    struct map seen = map_new(d->f->family);

    for (IR_EACH(ir, resource, i)) {
        const struct ir_resource *row = IR(ir, resource, i), *first;
        uint64_t key = map_key(d->root_of[row->file.v], ir_fold(ir, row->name).v);
        uint32_t before;

        if (!is_ref_kind(row->kind) || row->package || dbt_config_is(d, i, "enabled", "false"))
            continue;
        before = map_get(&seen, key);
        map_put(&seen, key, before ? before : i.v);
        first = &ir->resource.items[before];
        if (before && first->file.v != row->file.v)
            FACT_ADD(d->f, duplicate_resource, at_source(row->file, row->off, row->len),
                     .name = ir_string(ir, row->name),
                     .other = ir_string(ir, IR(ir, file, first->file)->path));
    }
}

void facts_of_dbt_names(struct facts *f)
{
    if (!f->dbt)
        return;
    add_hardcoded_relations(f->dbt);
    add_references(f->dbt);
    add_duplicates(f->dbt);
}
