/*
 * Models in Python, whose form dbt looks at before anything runs: one function model(dbt, session) that ends with the
 * return of one DataFrame. Statements are told by their lines: those at the indentation of the function's body.
 */
#include "base/file.h"
#include "ir/scan.h"
#include "lint/dbt.h"

#include <ctype.h>
#include <string.h>

struct python_model {
    const struct dbt *d;
    ir_file_id file;
    struct slice source;
    const char *name;
};

static void add(const struct python_model *m, size_t off, size_t len, const char *problem, const char *why)
{
    FACT_ADD(m->d->f, python_model, at_source(m->file, (uint32_t)off, (uint32_t)len), .model = m->name,
             .problem = problem, .why = why);
}

/* After the statement that begins at `i`: the end of its line, beyond open brackets and strings. */
static size_t skip_statement(struct slice s, size_t i, bool *tuple)
{
    uint32_t depth = 0;

    while (i < s.n) {
        size_t after = scan_python_skip(s, i);

        if (after > i) {
            i = after;
            continue;
        }
        if (strchr("([{", s.p[i]))
            depth++;
        else if (strchr(")]}", s.p[i]) && depth)
            depth--;
        else if (s.p[i] == ',' && !depth)
            *tuple = true;
        else if (s.p[i] == '\\' && i + 1 < s.n)
            i++;
        else if (s.p[i] == '\n' && !depth)
            break;
        i++;
    }
    return i;
}

struct last {
    size_t off, len;
    bool tuple;
};

/* The last statement of the body that begins on the line after `from`. */
static struct last last_statement(struct slice s, size_t from)
{
    struct last last = {0};
    size_t indent = 0, i = from;

    while (i < s.n) {
        size_t start = i, column;
        bool tuple = false;

        while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
            i++;
        column = i - start;
        if (i >= s.n || s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '#') {
            const char *end = i < s.n ? memchr(s.p + i, '\n', s.n - i) : NULL;

            i = end ? (size_t)(end - s.p) + 1 : s.n;
            continue;
        }
        if (!column)
            break;
        indent = indent ? indent : column;
        start = i;
        i = skip_statement(s, i, &tuple) + 1;
        if (column == indent)
            last = (struct last){start, i - 1 - start, tuple};
    }
    return last;
}

static void check_return(const struct python_model *m, size_t body)
{
    struct last last = last_statement(m->source, body);
    struct slice text = slice_sub(m->source, last.off, last.len), rest;

    rest = slice_starts(text, "return") ? slice_trim(slice_sub(text, 6, text.n - 6)) : (struct slice){"", 0};
    if (last.len && (!rest.n || last.tuple))
        add(m, last.off,
            last.tuple                              ? 6
            : strcspn(text.p, " \t\r\n(:") < text.n ? strcspn(text.p, " \t\r\n(:")
                                                    : text.n,
            "return", last.tuple ? "it returns several values" : "its last statement is no return");
}

/* The names between the parentheses of `def model(…)`. */
static void check_parameters(const struct python_model *m, size_t open, size_t close)
{
    struct slice text = slice_trim(slice_sub(m->source, open + 1, close - open - 1));
    uint32_t count = text.n ? 1 : 0;
    uint32_t depth = 0;

    for (size_t i = 0; i < text.n; i++) {
        depth += strchr("([{", text.p[i]) != NULL;
        depth -= depth && strchr(")]}", text.p[i]);
        count += text.p[i] == ',' && !depth && slice_trim(slice_sub(text, i + 1, text.n - i - 1)).n;
    }
    if (count != 2 || !slice_starts(text, "dbt") || isalnum((unsigned char)text.p[3]) || text.p[3] == '_')
        add(m, open, close + 1 - open, "parameters", "its parameters are not dbt and the session");
}

static size_t find_function(struct slice s)
{
    for (size_t i = 0; i + 10 < s.n; i++)
        if ((!i || s.p[i - 1] == '\n') && memcmp(s.p + i, "def model", 9) == 0 &&
            !isalnum((unsigned char)s.p[i + 9]) && s.p[i + 9] != '_')
            return i;
    return SIZE_MAX;
}

static void check_function(const struct python_model *m)
{
    size_t def = find_function(m->source), open, close, body;
    const char *end;
    bool tuple;

    if (def == SIZE_MAX) {
        add(m, 0, 0, "no_function", "it defines no function model(dbt, session)");
        return;
    }
    for (open = def; open < m->source.n && m->source.p[open] != '(';)
        open++;
    close = open;
    for (uint32_t depth = 0; close < m->source.n; close++) {
        depth += m->source.p[close] == '(';
        if (m->source.p[close] == ')' && !--depth)
            break;
    }
    if (close >= m->source.n)
        return;
    check_parameters(m, open, close);
    end = memchr(m->source.p + close, '\n', m->source.n - close);
    body = end ? (size_t)(end - m->source.p) + 1 : skip_statement(m->source, close, &tuple);
    check_return(m, body);
}

/* dbt.config(materialized="view"), or the same in YAML. */
static void check_materialized(const struct python_model *m, ir_resource_id id)
{
    struct dbt_config config = dbt_config_of(m->d, id, "materialized");
    const char *at = memmem(m->source.p, m->source.n, "materialized", 12);
    size_t i = at ? (size_t)(at - m->source.p) + 12 : 0;
    struct slice value = {"", 0};

    while (at && i < m->source.n && strchr(" =\t", m->source.p[i]))
        i++;
    if (at && i < m->source.n && strchr("\"'", m->source.p[i]))
        value = slice_sub(m->source, i + 1, scan_python_skip(m->source, i) - i - 2);
    if (slice_is(value, "view") || slice_is(value, "ephemeral"))
        add(m, i + 1, value.n, "materialized", "a model in Python is a table or incremental");
    else if (!value.n && config.value && config.known &&
             (strcmp(config.value, "view") == 0 || strcmp(config.value, "ephemeral") == 0))
        FACT_ADD(m->d->f, python_model, config.at, .model = m->name, .problem = "materialized",
                 .why = "a model in Python is a table or incremental");
}

/* Tables that Python writes and that the project calls a source. */
static void add_lineage_gaps(struct facts *f)
{
    struct ir *ir = f->ir;
    struct map sources = map_new(f->family);

    for (IR_EACH(ir, resource, i)) {
        const struct ir_resource *row = IR(ir, resource, i);

        if (row->kind == IR_RESOURCE_SOURCE && row->schema.v && row->identifier.v && !row->package)
            map_put(&sources, map_key(ir_fold(ir, row->schema).v, ir_fold(ir, row->identifier).v), i.v);
    }
    for (IR_EACH(ir, access, a)) {
        const struct ir_access *row = IR(ir, access, a);
        const struct ir_resource *source;
        uint32_t found =
            row->schema.v ? map_get(&sources, map_key(ir_fold(ir, row->schema).v, ir_fold(ir, row->name).v))
                          : 0;

        if (!found || !mode_writes(row->mode) || !access_is_relation(row) ||
            strcmp(at_language(f, at_access(f, a)), "python") != 0)
            continue;
        source = &ir->resource.items[found];
        FACT_ADD(f, lineage_gap, at_access(f, a), .table = access_written(f, row),
                 .source = arena_printf(f->arena, "source('%s', '%s')", ir_string(ir, source->source),
                                        ir_string(ir, source->name)));
    }
}

void facts_of_dbt_python(struct facts *f)
{
    const struct ir *ir = f->ir;

    if (!f->dbt)
        return;
    add_lineage_gaps(f);
    for (IR_EACH(ir, resource, i)) {
        const struct ir_resource *row = IR(ir, resource, i);
        struct python_model m = {f->dbt, row->file, ir_slice(ir, IR(ir, file, row->file)->source),
                                 ir_string(ir, row->name)};

        if (row->kind != IR_RESOURCE_MODEL || row->package ||
            IR(ir, file, row->file)->language != IR_LANG_PYTHON || strcmp(m.name, "__init__") == 0)
            continue;
        check_function(&m);
        check_materialized(&m, i);
        FACT_ADD(f, python_model_target, at_source(row->file, 0, 0), .model = m.name,
                 .adapter = f->dbt->roots.items[f->dbt->root_of[row->file.v]].adapter);
    }
}
