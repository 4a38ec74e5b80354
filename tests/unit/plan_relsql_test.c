/*
 * The SQL of DataFrame chains: each source's last frame is lowered with the frames before it folded in, over
 * tables whose columns are k text, n integer, s text and id integer NOT NULL.
 */
#include "plan/relsql.h"
#include "python/python.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HEAD                                                                                                 \
    "import pandas as pd\nimport numpy as np\n"                                                              \
    "a = pd.read_sql('SELECT * FROM a', con)\nb = pd.read_sql('SELECT * FROM b', con)\n"

/* Queries are sources, frames are folded. */
static struct relsql_leaf resolve(void *context, const struct ir *ir, ir_rel_id leaf)
{
    const struct ir_rel *row = IR(ir, rel, leaf);
    (void)context;
    if (row->kind == IR_REL_FRAME)
        return (struct relsql_leaf){.kind = RELSQL_FOLD};
    return (struct relsql_leaf){.kind = RELSQL_SOURCE, .dataset = {row->text.v}};
}

static void add_schema(struct ir *ir, ir_rel_id rel)
{
    static const struct {
        const char *name, *type;
        uint32_t flags;
    } columns[] = {
        {"id", "integer", IR_COLUMN_NOT_NULL}, {"k", "text", 0}, {"n", "integer", 0}, {"s", "text", 0}};
    for (uint32_t i = 0; i < 4; i++)
        ir_add_rel_schema(ir, (struct ir_rel_schema){.rel = rel,
                                                     .ordinal = i + 1,
                                                     .name = ir_interns(ir, columns[i].name),
                                                     .type = ir_interns(ir, columns[i].type),
                                                     .flags = columns[i].flags});
}

static struct ir *read_source(struct arena *a, struct arena *scratch, const char *source)
{
    static const struct python_options options = {0};
    struct ir *ir = ir_new(a);
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "x.py"),
                                                       .language = IR_LANG_PYTHON,
                                                       .source = ir_interns(ir, source)});
    python_read(ir, scratch, file, &options);
    ir_add_dataset(ir, (struct ir_dataset){.name = ir_interns(ir, "a")});
    ir_add_dataset(ir, (struct ir_dataset){.name = ir_interns(ir, "b")});
    for (IR_EACH(ir, rel, i))
        if (IR(ir, rel, i)->kind == IR_REL_QUERY)
            add_schema(ir, i);
    return ir;
}

static void put_steps(const struct ir *ir, struct buf *out)
{
    for (IR_EACH(ir, step, s)) {
        if (IR(ir, step, s)->name.v)
            buf_printf(out, "%s: ", ir_string(ir, IR(ir, step, s)->name));
        for (IR_EACH(ir, piece, i)) {
            const struct ir_piece *piece = IR(ir, piece, i);
            if (piece->step.v != s.v)
                continue;
            if (piece->kind == IR_PIECE_STEP)
                buf_adds(out, ir_string(ir, IR(ir, step, piece->target)->name));
            else if (piece->kind == IR_PIECE_SOURCE)
                buf_printf(out, "<%s>", ir_string(ir, IR(ir, dataset, piece->dataset)->name));
            else
                buf_adds(out, ir_string(ir, piece->literal));
        }
        buf_adds(out, s.v + 1 < ir->step.count ? "\n;\n" : "");
    }
}

static const struct {
    const char *source, *sql;
} rows[] = {
    {"x = a[a['s'] != 'no'][['id', 's']]",
     "SELECT id, s\nFROM <a>\nWHERE s IS DISTINCT FROM 'no'  -- pandas: != keeps nulls"},
    {"x = a[(a.n > 1) & (a.id != 2)][['id']]", "SELECT id\nFROM <a>\nWHERE n > 1\n    AND id <> 2"},
    {"x = a[~(a.n > 1)][['id']]",
     "SELECT id\nFROM <a>\nWHERE (n > 1) IS NOT TRUE  -- pandas: the opposite of a null comparison is true"},
    {"a['f'] = a['n'] > 1\nx = a[['id', 'f']]", "SELECT\n    id,\n    (n > 1) IS TRUE AS f\nFROM <a>"},
    {"x = a[a.s == \"it's {{ x }}\"][['id']]", "SELECT id\nFROM <a>\nWHERE s = E'it''s {\\x7B x }}'"},
    {"x = a[a.s.str.contains('5%', na=False)][['id']]", "SELECT id\nFROM <a>\nWHERE s LIKE '%5\\%%'"},
    {"x = a.rename(columns={'n': 'Order', 'k': 'user'})[['Order', 'user']]",
     "SELECT n AS \"Order\", k AS \"user\"\nFROM <a>"},
    {"x = a.groupby('k', as_index=False)['n'].sum()",
     "SELECT\n    k,\n    COALESCE(SUM(n), 0) AS n\nFROM <a>\n"
     "WHERE k IS NOT NULL  -- pandas: groupby drops null keys\nGROUP BY k"},
    {"x = a.groupby('id', as_index=False).agg(c=('n', 'size'), m=('s', 'min'))",
     "SELECT\n    id,\n    COUNT(*)           AS c,\n    MIN(s COLLATE \"C\") AS m\nFROM <a>\nGROUP BY id"},
    {"x = a[['id', 'n']].merge(b[['k', 'n']], on='n', how='left')",
     "SELECT a.id, a.n, b.k\nFROM <a> AS a\nLEFT JOIN <b> AS b\n"
     "    ON a.n IS NOT DISTINCT FROM b.n  -- pandas: merge matches null keys"},
    {"x = a[['id', 'n']].merge(b[['id', 'n']], on='id')",
     "SELECT a.id, a.n AS n_x, b.n AS n_y\nFROM <a> AS a\nINNER JOIN <b> AS b\n    ON a.id = b.id"},
    {"g = b.groupby('k', as_index=False)['n'].sum()\nx = a[['id', 'k']].merge(g, on='k', how='left')",
     "g: SELECT\n    k,\n    COALESCE(SUM(n), 0) AS n\nFROM <b>\n"
     "WHERE k IS NOT NULL  -- pandas: groupby drops null keys\nGROUP BY k\n;\n"
     "SELECT a.id, a.k, g.n\nFROM <a> AS a\nLEFT JOIN g\n    ON a.k = g.k"},
    {"x = a.sort_values('n', ascending=False).head(3)[['id']]",
     "SELECT id\nFROM <a>\nORDER BY n DESC NULLS LAST\nLIMIT 3"},
    {"x = pd.concat([a[['id', 'k']], b[['id', 'n']]])",
     "SELECT\n    id,\n    k,\n    CAST(NULL AS BIGINT) AS n\nFROM <a>\nUNION ALL\n"
     "SELECT\n    id,\n    CAST(NULL AS TEXT) AS k,\n    n\nFROM <b>"},
    {"x = a[['k', 'n']].drop_duplicates()", "SELECT DISTINCT k, n\nFROM <a>"},
    {"x = a[a.id.isin(b['id'])][['id']]",
     "b: SELECT id, k, n, s\nFROM <b>\n;\n"
     "SELECT a.id\nFROM <a> AS a\nWHERE EXISTS (SELECT 1 FROM b AS found WHERE found.id = a.id)"},
    {"y = a[a.n > 1]\nx = y[['id']].merge(y[['id', 'k']], on='id')",
     "y: SELECT id, k, n, s\nFROM <a>\nWHERE n > 1\n;\n"
     "SELECT y.id, y2.k\nFROM y\nINNER JOIN y AS y2\n    ON y.id = y2.id"},
};

static void test_sql(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *a = arena_new(), *scratch = arena_new();
        struct ir *ir = read_source(a, scratch, arena_printf(a, HEAD "%s\n", rows[i].source));
        struct relsql *r = relsql_new(ir, scratch, IR_DIALECT_POSTGRES, resolve, NULL);
        ir_rel_id rel = ir->frame.items[ir->frame.count - 1].rel;
        struct buf out = buf_new(a);
        assert_true(relsql_check(r, rel).ok);
        assert_int_equal(ir->step.count, 1);
        assert_true(relsql_lower(r, ir_add_model(ir, (struct ir_model){0}), rel).ok);
        put_steps(ir, &out);
        if (strcmp(buf_str(&out), rows[i].sql) != 0)
            fail_msg("%s\n  gave\n%s\n  expected\n%s", rows[i].source, buf_str(&out), rows[i].sql);
        arena_free(scratch);
        arena_free(a);
    }
}

/* What can't be said exactly is refused, with its reason. */
static void test_refused(void **state)
{
    static const struct {
        const char *source, *why;
    } cases[] = {
        {"x = a.head(3)", "sort"},
        {"x = a.drop_duplicates(subset=['k'])", "duplicates"},
        {"x = a.pivot_table(index='k')", "pivot_table"},
        {"a['n'] = a['n'].apply(f)\nx = a[['n']]", "apply"},
        {"x = a[['nope']]", "nope"},
        {"a['t'] = a['n'].astype(str)", "astype"},
        {"x = a.rename(columns={'k': 'n'})", "two columns n"},
        {"a['n'] = a['n'] % a['id']", "divisor"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new(), *scratch = arena_new();
        struct ir *ir = read_source(a, scratch, arena_printf(a, HEAD "%s\n", cases[i].source));
        struct relsql *r = relsql_new(ir, scratch, IR_DIALECT_POSTGRES, resolve, NULL);
        struct relsql_result result =
            relsql_lower(r, (ir_model_id){0}, ir->frame.items[ir->frame.count - 1].rel);
        assert_false(result.ok);
        if (!strstr(ir_string(ir, result.why), cases[i].why))
            fail_msg("%s: %s", cases[i].source, ir_string(ir, result.why));
        assert_true(result.rel.v);
        assert_int_equal(ir->step.count, 1);
        arena_free(scratch);
        arena_free(a);
    }
}

/* Thousands of versions, each built on the one before twice over, cost what they are long. */
static void test_large(void **state)
{
    static const char *const parts[] = {"a['n'] = a['n'] + a['n']\n",
                                        "a = a[['id', 'n']].merge(a[['id']], on='id')\n"};
    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct arena *a = arena_new(), *scratch = arena_new();
        struct buf source = buf_new(a);
        buf_adds(&source, HEAD);
        for (int k = 0; k < 1500; k++)
            buf_adds(&source, parts[i]);
        struct ir *ir = read_source(a, scratch, buf_str(&source));
        struct relsql *r = relsql_new(ir, scratch, IR_DIALECT_POSTGRES, resolve, NULL);
        relsql_lower(r, ir_add_model(ir, (struct ir_model){0}), ir->frame.items[ir->frame.count - 1].rel);
        struct err e;
        assert_int_equal(ir_check(ir, &e), 0);
        assert_true(ir->piece.count < 20000);
        arena_free(scratch);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sql),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
