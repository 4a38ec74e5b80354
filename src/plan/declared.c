/*
 * What declarations say beside columns: COMMENT ON, keys and CHECKs of CREATE TABLE. They describe models and sources,
 * and prove tests: a null or a duplicate that the table refuses was never in it. Clauses are read as tokens; of a
 * CHECK only `column IN ('a', 'b')` is taken, which says all there is to say.
 */
#include "plan/planner.h"

#include "ir/identifier.h"
#include "ir/scan.h"

#include <string.h>

struct declaring {
    struct planner *p;
    struct map tests;    /* dataset, kind and columns -> 1 */
    struct map datasets; /* full name, folded -> dataset; UINT32_MAX where two are called so */
};

/* ---- names and literals ---- */

/* A name as the database holds it. */
static ir_str name_of(const struct planner *p, struct scan_token t)
{
    if (t.kind == SCAN_QUOTED)
        return ir_intern(p->ir, t.bytes.p + 1, t.bytes.n > 2 ? t.bytes.n - 2 : 0);
    return ir_fold(p->ir, ir_intern(p->ir, t.bytes.p, t.bytes.n));
}

/* The value of a plain string; false for E'…', $$…$$ and what a YAML or Jinja reader could take otherwise. */
static bool literal_of(const struct planner *p, struct scan_token t, struct slice *value)
{
    struct buf out = buf_new(p->scratch);

    if (t.kind != SCAN_STRING || t.bytes.n < 2 || t.bytes.p[0] != '\'')
        return false;
    for (size_t i = 1; i + 1 < t.bytes.n; i++) {
        char c = t.bytes.p[i];

        if (c == '\\' || c == '\n')
            return false;
        i += c == '\'';
        buf_addc(&out, c);
    }
    *value = (struct slice){buf_str(&out), out.n};
    return !strstr(value->p, "{{") && !strstr(value->p, "{%") && !strstr(value->p, "{#");
}

static bool is_symbol(struct scan_token t, char c)
{
    return t.kind == SCAN_SYMBOL && t.bytes.p[0] == c;
}

/* Reads `(a, b, …)`: names, or strings into `out` with a newline between them; false when there is anything else. */
static bool read_list(const struct planner *p, struct scan *s, bool strings, struct buf *out)
{
    if (!is_symbol(scan_solid(s), '('))
        return false;
    for (;;) {
        struct scan_token t = scan_solid(s);
        struct slice value;

        if (strings && !literal_of(p, t, &value))
            return false;
        if (!strings && t.kind != SCAN_WORD && t.kind != SCAN_QUOTED)
            return false;
        if (!strings)
            value = ir_slice(p->ir, name_of(p, t));
        if (out->n)
            buf_addc(out, '\n');
        buf_add(out, value.p, value.n);
        t = scan_solid(s);
        if (is_symbol(t, ')'))
            return true;
        if (!is_symbol(t, ','))
            return false;
    }
}

/* ---- tests ---- */

/* Does a database of this dialect refuse rows that break a key? */
static bool enforces_keys(enum ir_dialect dialect)
{
    switch (dialect) {
    case IR_DIALECT_REDSHIFT:
    case IR_DIALECT_SNOWFLAKE:
    case IR_DIALECT_BIGQUERY:
    case IR_DIALECT_DATABRICKS:
    case IR_DIALECT_SPARK:
    case IR_DIALECT_HIVE:
    case IR_DIALECT_TRINO:
    case IR_DIALECT_CLICKHOUSE:
        return false;
    default:
        return true;
    }
}

/* A test of a table by its kind and columns; a table has few kinds of tests, and fewer than 2^28 tables. */
static uint64_t key_of(ir_dataset_id dataset, const struct ir_model_test *test)
{
    return map_key(dataset.v << 3 | (uint32_t)test->kind, test->columns.v);
}

static void add_test(struct declaring *d, struct ir_model_test test)
{
    uint64_t key = key_of(test.dataset, &test);

    if (map_get(&d->tests, key))
        return;
    map_put(&d->tests, key, 1);
    if (test.model.v)
        test.dataset = (ir_dataset_id){0};
    ir_add_model_test(d->p->ir, test);
}

static const struct ir_column *column_of(const struct planner *p, ir_dataset_id dataset, struct slice name)
{
    for (uint32_t k = p->columns.first[dataset.v]; k < p->columns.first[dataset.v + 1]; k++) {
        const struct ir_column *column = &p->ir->column.items[p->columns.rows[k]];

        if (slice_eq(ir_slice(p->ir, ir_fold(p->ir, column->name)), name) ||
            slice_eq(ir_slice(p->ir, column->name), name))
            return column;
    }
    return NULL;
}

/* A table's key of one or more columns. UNIQUE lets rows with a null pass, which the combination's test does not. */
static void add_key(struct declaring *d, struct ir_model_test test, struct slice names, bool primary)
{
    struct planner *p = d->p;
    bool several = memchr(names.p, '\n', names.n) != NULL;

    test.kind = several ? IR_TEST_UNIQUE_COMBINATION : IR_TEST_UNIQUE;
    test.why = ir_interns(p->ir, primary ? "it is the primary key" : "it is declared UNIQUE");
    for (size_t at = 0; at < names.n;) {
        const char *end = memchr(names.p + at, '\n', names.n - at);
        size_t len = end ? (size_t)(end - names.p) - at : names.n - at;
        const struct ir_column *column = column_of(p, test.dataset, slice_sub(names, at, len));

        if (!column || (several && !primary && !(column->flags & IR_COLUMN_NOT_NULL)))
            return;
        at += len + 1;
    }
    test.columns = several ? ir_intern(p->ir, names.p, names.n) : column_of(p, test.dataset, names)->name;
    add_test(d, test);
}

static void add_values(struct declaring *d, struct ir_model_test test, struct scan s)
{
    struct planner *p = d->p;
    struct buf values = buf_new(p->scratch);
    struct scan_token name;
    const struct ir_column *column;

    if (!is_symbol(scan_solid(&s), '('))
        return;
    name = scan_solid(&s);
    column = name.kind == SCAN_WORD || name.kind == SCAN_QUOTED
                 ? column_of(p, test.dataset, ir_slice(p->ir, name_of(p, name)))
                 : NULL;
    if (!column || !slice_is_nocase(scan_solid(&s).bytes, "in") || !read_list(p, &s, true, &values) ||
        !is_symbol(scan_solid(&s), ')'))
        return;
    test.kind = IR_TEST_ACCEPTED_VALUES;
    test.columns = column->name;
    test.values = ir_intern(p->ir, values.p, values.n);
    test.why = ir_interns(p->ir, "a CHECK allows no others");
    add_test(d, test);
}

/* Flags of the columns; identity columns are the database's, and not in what a model selects. */
static void add_column_tests(struct declaring *d, struct ir_model_test test, bool enforced)
{
    struct planner *p = d->p;

    for (uint32_t k = p->columns.first[test.dataset.v]; k < p->columns.first[test.dataset.v + 1]; k++) {
        struct ir_column column = p->ir->column.items[p->columns.rows[k]];

        test.columns = column.name;
        if (column.flags & (IR_COLUMN_GENERATED | IR_COLUMN_DROPPED | IR_COLUMN_INFERRED))
            continue;
        test.warn = 0;
        test.kind = IR_TEST_NOT_NULL;
        test.why = ir_interns(p->ir, "it is declared NOT NULL");
        if (column.flags & IR_COLUMN_NOT_NULL)
            add_test(d, test);
        test.warn = !enforced;
        test.kind = IR_TEST_UNIQUE;
        test.why = ir_interns(p->ir, "it is declared a key");
        if (column.flags & IR_COLUMN_UNIQUE)
            add_test(d, test);
    }
}

static void add_table_tests(struct declaring *d, ir_statement_id statement, struct ir_model_test test)
{
    const struct ir_statement *s = IR(d->p->ir, statement, statement);
    const struct ir_text *text = IR(d->p->ir, text, s->text);
    struct scan scan = {slice_sub(ir_slice(d->p->ir, text->content), 0, s->off + s->len), s->off};
    bool enforced = enforces_keys(text->dialect);

    add_column_tests(d, test, enforced);
    for (struct scan_token t = scan_solid(&scan); t.kind != SCAN_END; t = scan_solid(&scan)) {
        struct scan after = scan;
        struct buf names = buf_new(d->p->scratch);
        bool primary = slice_is_nocase(t.bytes, "primary");

        if (t.kind != SCAN_WORD)
            continue;
        test.warn = !enforced;
        if ((primary && slice_is_nocase(scan_solid(&after).bytes, "key") &&
             read_list(d->p, &after, false, &names)) ||
            (slice_is_nocase(t.bytes, "unique") && read_list(d->p, &after, false, &names)))
            add_key(d, test, buf_slice(&names), primary);
        after = scan;
        test.warn = !enforced || text->dialect == IR_DIALECT_MYSQL;
        if (slice_is_nocase(t.bytes, "check"))
            add_values(d, test, after);
    }
}

/* A declared table is a source, or a model takes its place. */
static void prove_table(struct declaring *d, ir_statement_id statement)
{
    struct planner *p = d->p;
    ir_dataset_id dataset = IR(p->ir, access, plan_target(p, statement))->dataset;
    struct ir_dataset *row = IR(p->ir, dataset, dataset);
    struct ir_model_test test = {.dataset = dataset};

    if (row->columns_from != IR_KNOWN_DDL || IR(p->ir, statement, statement)->understood != IR_UNDERSTOOD)
        return;
    if (row->layer == IR_LAYER_SOURCE || p->builds[dataset.v].model) {
        if (p->builds[dataset.v].model)
            test.model = row->model;
        add_table_tests(d, statement, test);
    }
}

/* ---- COMMENT ON ---- */

static uint32_t full_name(const struct planner *p, ir_str catalog, ir_str schema, ir_str name)
{
    return ir_interns(p->ir, arena_printf(p->scratch, "%s.%s.%s", ir_string(p->ir, ir_fold(p->ir, catalog)),
                                          ir_string(p->ir, ir_fold(p->ir, schema)),
                                          ir_string(p->ir, ir_fold(p->ir, name))))
        .v;
}

static void index_names(struct declaring *d)
{
    const struct ir *ir = d->p->ir;

    for (IR_EACH(ir, dataset, i)) {
        const struct ir_dataset *row = IR(ir, dataset, i);
        uint32_t key = full_name(d->p, row->catalog, row->schema, row->name);

        if (row->kind != IR_DATASET_FRAME)
            map_put(&d->datasets, key, map_get(&d->datasets, key) ? UINT32_MAX : i.v);
    }
}

/* Reads a name of up to four parts, the last first; returns how many. */
static uint32_t read_name(const struct planner *p, struct scan *s, ir_str parts[4])
{
    for (uint32_t n = 1; n <= 4; n++) {
        struct scan_token t = scan_solid(s);
        struct scan after = *s;

        if (t.kind != SCAN_WORD && t.kind != SCAN_QUOTED)
            return 0;
        memmove(parts + 1, parts, 3 * sizeof *parts);
        parts[0] = name_of(p, t);
        if (!is_symbol(scan_solid(&after), '.'))
            return n;
        *s = after;
    }
    return 0;
}

/* COMMENT ON TABLE t IS 'x' and its like: what it is about, when that is a table or column known here. */
static bool read_comment(const struct declaring *d, ir_statement_id statement, ir_dataset_id *dataset,
                         ir_str *column, struct slice *text)
{
    const struct planner *p = d->p;
    const struct ir_statement *s = IR(p->ir, statement, statement);
    struct scan scan = {slice_sub(ir_slice(p->ir, IR(p->ir, text, s->text)->content), 0, s->off + s->len),
                        s->off};
    struct scan_token what;
    ir_str parts[4] = {{0}};
    bool of_column;

    if (!slice_is_nocase(scan_solid(&scan).bytes, "comment") ||
        !slice_is_nocase(scan_solid(&scan).bytes, "on"))
        return false;
    what = scan_solid(&scan);
    if (slice_is_nocase(what.bytes, "materialized"))
        what = scan_solid(&scan);
    of_column = slice_is_nocase(what.bytes, "column");
    if ((!of_column && !slice_is_nocase(what.bytes, "table") && !slice_is_nocase(what.bytes, "view")) ||
        read_name(p, &scan, parts) < (of_column ? 2u : 1u) || !slice_is_nocase(scan_solid(&scan).bytes, "is"))
        return false;
    *column = of_column ? parts[0] : (ir_str){0};
    dataset->v = map_get(&d->datasets, full_name(p, parts[2 + of_column < 4 ? 2 + of_column : 3],
                                                 parts[1 + of_column], parts[of_column]));
    return dataset->v && dataset->v != UINT32_MAX && literal_of(p, scan_solid(&scan), text) && text->n;
}

static void describe(struct declaring *d, ir_statement_id statement)
{
    struct ir *ir = d->p->ir;
    ir_dataset_id dataset;
    ir_str column;
    struct slice text;

    if (!read_comment(d, statement, &dataset, &column, &text))
        return;
    if (!column.v) {
        IR(ir, dataset, dataset)->description = ir_intern(ir, text.p, text.n);
    } else {
        for (uint32_t k = d->p->columns.first[dataset.v]; k < d->p->columns.first[dataset.v + 1]; k++) {
            struct ir_column *row = &ir->column.items[d->p->columns.rows[k]];

            if (ir_fold(ir, row->name).v == ir_fold(ir, column).v)
                row->description = ir_intern(ir, text.p, text.n);
        }
    }
    if (IR(ir, dataset, dataset)->layer != IR_LAYER_NONE)
        map_put(&d->p->described, statement.v, dataset.v);
}

void plan_descriptions(struct planner *p)
{
    struct declaring d = {.p = p, .datasets = map_new(p->scratch)};

    p->described = map_new(p->arena);
    index_names(&d);
    for (IR_EACH(p->ir, statement, s))
        if (IR(p->ir, statement, s)->kind == IR_KIND_COMMENT)
            describe(&d, s);
}

/* ---- contracts ---- */

/* Rows that go through the table's declared columns and types, all of them known. */
static bool keeps_types(const struct planner *p, ir_model_id model)
{
    ir_dataset_id dataset = IR(p->ir, model, model)->dataset;
    const struct plan_build *b = &p->builds[dataset.v];

    if (!b->inserts || b->shape != SHAPE_ROWS || b->frame.v ||
        IR(p->ir, dataset, dataset)->columns_from != IR_KNOWN_DDL ||
        IR(p->ir, model, model)->materialized != IR_MAT_TABLE)
        return false;
    for (uint32_t k = p->columns.first[dataset.v]; k < p->columns.first[dataset.v + 1]; k++) {
        const struct ir_column *column = &p->ir->column.items[p->columns.rows[k]];

        if (!column->type.v ||
            column->flags & (IR_COLUMN_GENERATED | IR_COLUMN_INFERRED | IR_COLUMN_DROPPED) ||
            ir_needs_quotes(ir_slice(p->ir, column->name)))
            return false;
    }
    return p->columns.first[dataset.v] < p->columns.first[dataset.v + 1];
}

void plan_declared(struct planner *p)
{
    struct declaring d = {.p = p, .tests = map_new(p->arena)};

    for (IR_EACH(p->ir, model_test, t)) {
        const struct ir_model_test *test = IR(p->ir, model_test, t);

        map_put(&d.tests, key_of(IR(p->ir, model, test->model)->dataset, test), 1);
    }
    for (IR_EACH(p->ir, model, m)) {
        struct ir_model *model = IR(p->ir, model, m);

        model->contract = keeps_types(p, m);
        if (!model->description.v)
            model->description = IR(p->ir, dataset, model->dataset)->description;
    }
    for (IR_EACH(p->ir, statement, s)) {
        if (IR(p->ir, statement, s)->kind == IR_KIND_CREATE_TABLE)
            prove_table(&d, s);
        arena_reset(p->scratch);
    }
}
