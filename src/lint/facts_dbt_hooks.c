/* Hooks that publish tables, and the macro that names schemas: what runs before anybody knows whether tests pass. */
#include "lint/dbt.h"

#include <ctype.h>
#include <string.h>

/* The bytes of a macro's body; empty when it is not read. */
static struct slice body_of(const struct dbt *d, uint32_t root, const char *name, ir_file_id *file)
{
    const struct ir_resource *macro = IR(d->f->ir, resource, dbt_find(d, root, IR_RESOURCE_MACRO, name));
    struct slice source = ir_slice(d->f->ir, IR(d->f->ir, file, macro->file)->source);
    const char *end;

    *file = macro->file;
    if (!macro->name.v || macro->package)
        return (struct slice){"", 0};
    source = slice_sub(source, macro->off, source.n - macro->off);
    end = memmem(source.p, source.n, "endmacro", 8);
    return end ? slice_sub(source, 0, (size_t)(end - source.p)) : source;
}

/* Does `text` hold the word, with one after it from `next`? Blanks and ~ of Jinja may stand between. */
static bool has_phrase(struct slice text, const char *word, const char *const *next)
{
    size_t n = strlen(word);

    for (size_t i = 0; i + n <= text.n; i++) {
        if (!slice_starts_nocase(slice_sub(text, i, n), word) || (i && isalnum((unsigned char)text.p[i - 1])))
            continue;
        for (size_t k = 0; next[k]; k++)
            if (slice_starts_nocase(slice_trim(slice_sub(text, i + n, text.n - i - n)), next[k]))
                return true;
    }
    return false;
}

/* The word by which SQL publishes what was built; NULL without one. */
static const char *publishing(struct slice text)
{
    static const char *const with[] = {"with", NULL}, *const to[] = {"to", NULL};

    if (has_phrase(text, "swap", with))
        return "SWAP WITH";
    if (has_phrase(text, "rename", to))
        return "RENAME TO";
    return NULL;
}

/* `results` as a word of its own. */
static bool reads_results(struct slice text)
{
    for (size_t i = 0; i + 7 <= text.n; i++)
        if (memcmp(text.p + i, "results", 7) == 0 &&
            (!i || (!isalnum((unsigned char)text.p[i - 1]) && text.p[i - 1] != '_')) &&
            (i + 7 == text.n || (!isalnum((unsigned char)text.p[i + 7]) && text.p[i + 7] != '_')))
            return true;
    return false;
}

struct hook {
    const struct dbt *d;
    uint32_t root;
    const char *when;
    struct fact_at at;
};

/* What the macro does itself, or in one that it calls; dispatch() calls the adapters' versions of a name. */
static const char *publishing_macro(const struct hook *h, const char *name, unsigned deep, bool *checks)
{
    const struct ir *ir = h->d->f->ir;
    ir_file_id file;
    struct slice body = body_of(h->d, h->root, name, &file);
    const char *does = publishing(body);

    *checks |= reads_results(body);
    for (uint32_t k = h->d->calls.first[file.v]; deep && !does && body.n && k < h->d->calls.first[file.v + 1];
         k++) {
        const struct ir_jinja *call = &ir->jinja.items[h->d->calls.rows[k]];
        const struct ir_jinja_argument *a = jinja_positional(h->d, (ir_jinja_id){h->d->calls.rows[k]}, 0);
        const char *callee = ir_string(ir, call->name);

        if (call->kind != IR_JINJA_CALL || strcmp(ir_string(ir, call->inside), name) != 0 ||
            strcmp(callee, name) == 0)
            continue;
        if (strcmp(callee, "adapter.dispatch") == 0 && a && a->literal)
            callee = arena_printf(h->d->f->work, "snowflake__%s", ir_string(ir, a->value));
        does = publishing_macro(h, callee, deep - 1, checks);
    }
    return does;
}

/* A hook's text: SQL, or Jinja that calls a macro. */
static void add_hook(const struct hook *h, struct slice text, uint32_t off, ir_file_id file)
{
    const struct ir *ir = h->d->f->ir;
    const char *does = publishing(text), *macro = "";
    bool checks = reads_results(text);

    for (uint32_t k = h->d->calls.first[file.v]; !does && k < h->d->calls.first[file.v + 1]; k++) {
        const struct ir_jinja *call = &ir->jinja.items[h->d->calls.rows[k]];

        if (call->kind != IR_JINJA_CALL || call->off < off || call->off >= off + text.n)
            continue;
        macro = ir_string(ir, call->name);
        does = publishing_macro(h, macro, 2, &checks);
    }
    if (does)
        FACT_ADD(h->d->f, dbt_hook, h->at, .when = h->when, .does = does, .macro = macro, .checks = checks);
}

static bool key_is(const char *key, const char *name)
{
    if (*key == '+')
        key++;
    while (*key && *name && (*key == '_' ? '-' : *key) == *name)
        key++, name++;
    return !*key && !*name;
}

static const char *when_of(const char *key)
{
    return key_is(key, "post-hook") ? "post_hook" : key_is(key, "on-run-end") ? "on_run_end" : NULL;
}

static void add_node(const struct dbt *d, ir_yaml_node_id node, const char *when)
{
    const struct ir_yaml_node *row = IR(d->f->ir, yaml_node, node);
    struct hook h = {d, d->root_of[row->file.v], when, at_yaml_value(d, node)};

    for (YAML_EACH(d, node, i, item))
        add_node(d, (ir_yaml_node_id){item}, when);
    if (row->kind == IR_YAML_SCALAR)
        add_hook(&h, at_bytes(d->f, at_source(row->file, row->off, row->len)), row->off, row->file);
}

static void add_hooks(const struct dbt *d)
{
    for (IR_EACH(d->f->ir, yaml_node, n)) {
        const char *when = when_of(yaml_key_of(d, n));

        if (when)
            add_node(d, n, when);
    }
    for (IR_EACH(d->f->ir, jinja, call)) {
        const struct ir_jinja_argument *a;
        struct hook h = {d, d->root_of[IR(d->f->ir, jinja, call)->file.v], "post_hook", {.len = 0}};

        if (!jinja_is(d, call, IR_JINJA_CALL, "config") || !(a = jinja_named(d, call, "post_hook")))
            continue;
        h.at = at_argument_of(d, a);
        add_hook(&h, at_bytes(d->f, h.at), a->off, h.at.file);
    }
}

/* ---- generate_schema_name ---- */

/* Names that ask which target runs, or leave it to dbt's own macros. */
static bool asks_for_target(const char *name)
{
    return strcmp(name, "target.name") == 0 || strcmp(name, "env_var") == 0 || strcmp(name, "var") == 0 ||
           strcmp(name, "target.profile_name") == 0 || strstr(name, "_for_env") || strstr(name, "default__");
}

static bool writes_target(const char *name)
{
    return strcmp(name, "target.schema") == 0 || strcmp(name, "default_schema") == 0;
}

static bool is_macro(const struct ir *ir, const struct ir_jinja *row, const char *name)
{
    return strcmp(ir_string(ir, row->inside), name) == 0;
}

/* A tag {{ … }} in which the custom schema stands and the target's does not. */
static bool gives_it_alone(const struct ir *ir, uint32_t at)
{
    const struct ir_jinja *row = &ir->jinja.items[at];
    struct slice source = ir_slice(ir, IR(ir, file, row->file)->source);

    if (strcmp(ir_string(ir, row->name), "custom_schema_name") != 0 || source.p[row->tag_off + 1] != '{')
        return false;
    if (row->tag_off && !isspace((unsigned char)source.p[row->tag_off - 1]) &&
        !(row->tag_off > 1 && memcmp(source.p + row->tag_off - 2, "%}", 2) == 0))
        return false; /* text right before it is part of the name */
    for (uint32_t i = at; i > 0 && ir->jinja.items[i].tag_off == row->tag_off; i--)
        if (writes_target(ir_string(ir, ir->jinja.items[i].name)))
            return false;
    for (uint32_t i = at; i < ir->jinja.count && ir->jinja.items[i].tag_off == row->tag_off; i++)
        if (writes_target(ir_string(ir, ir->jinja.items[i].name)))
            return false;
    return true;
}

static void add_schema_macros(const struct dbt *d)
{
    const struct ir *ir = d->f->ir;

    for (IR_EACH(ir, jinja, i)) {
        const struct ir_jinja *row = IR(ir, jinja, i);
        bool guarded = false, branches = false;

        if (!is_macro(ir, row, "generate_schema_name") || !gives_it_alone(ir, i.v))
            continue;
        for (uint32_t k = d->calls.first[row->file.v]; k < d->calls.first[row->file.v + 1]; k++) {
            const struct ir_jinja *other = &ir->jinja.items[d->calls.rows[k]];

            if (!is_macro(ir, other, "generate_schema_name"))
                continue;
            guarded |= asks_for_target(ir_string(ir, other->name));
            branches |= writes_target(ir_string(ir, other->name));
        }
        FACT_ADD(d->f, schema_macro, at_jinja(d, i), .guarded = guarded, .branches = branches);
    }
}

void facts_of_dbt_hooks(struct facts *f)
{
    if (!f->dbt)
        return;
    add_hooks(f->dbt);
    add_schema_macros(f->dbt);
}
