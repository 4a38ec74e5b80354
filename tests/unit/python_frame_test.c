/*
 * What pandas statements become: the last frame's algebra written as text, for a table of sources.
 */
#include "base/file.h"
#include "python/python.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HEAD                                                                                                 \
    "import pandas as pd\nimport numpy as np\n"                                                              \
    "a = pd.read_sql('SELECT * FROM raw.a', con)\nb = pd.read_sql('SELECT * FROM raw.b', con)\n"

static struct ir *read_source(struct arena *a, struct arena *scratch, const char *source)
{
    static const struct python_options options = {0};
    struct ir *ir = ir_new(a);
    ir_file_id file = ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "x.py"),
                                                       .language = IR_LANG_PYTHON,
                                                       .source = ir_interns(ir, source)});
    python_read(ir, scratch, file, &options);
    return ir;
}

static void put_expr(const struct ir *ir, ir_expr_id id, struct buf *out)
{
    const struct ir_expr *row = IR(ir, expr, id);
    if (!row->first.v) {
        buf_printf(out, "%s", row->text.v ? ir_string(ir, row->text) : ir_name_of_expr_op(row->op));
        return;
    }
    buf_printf(out, "%s(", ir_name_of_expr_op(row->op));
    for (ir_expr_id e = row->first; e.v; e = IR(ir, expr, e)->next) {
        if (e.v != row->first.v)
            buf_adds(out, " ");
        put_expr(ir, e, out);
    }
    buf_adds(out, ")");
}

static void put_rel(const struct ir *ir, ir_rel_id id, struct buf *out)
{
    const struct ir_rel *row = IR(ir, rel, id);
    if (row->kind == IR_REL_FRAME) {
        const struct ir_frame *frame = IR(ir, frame, row->frame);
        buf_printf(out, "%s%u", ir_string(ir, frame->name), frame->version);
        return;
    }
    buf_printf(out, "%s(", ir_name_of_rel_kind(row->kind));
    if (row->left.v)
        put_rel(ir, row->left, out);
    if (row->right.v) {
        buf_adds(out, " ");
        put_rel(ir, row->right, out);
    }
    if (row->kind == IR_REL_JOIN)
        buf_printf(out, " %s", ir_name_of_join_kind(row->join));
    if (row->kind == IR_REL_OPAQUE)
        buf_printf(out, " %s", ir_string(ir, row->op));
    if (row->kind == IR_REL_LIMIT)
        buf_printf(out, " %u%s", row->count, row->flags & IR_REL_TAIL ? " tail" : "");
    if (row->condition.v) {
        buf_adds(out, " ");
        put_expr(ir, row->condition, out);
    }
    for (IR_EACH(ir, rel_column, i)) {
        const struct ir_rel_column *c = IR(ir, rel_column, i);
        if (c->rel.v != id.v)
            continue;
        buf_printf(out, " %s:%s", ir_name_of_rel_column_kind(c->kind), ir_string(ir, c->name));
        if (c->other.v)
            buf_printf(out, "/%s", ir_string(ir, c->other));
        if (c->flags)
            buf_printf(out, "!%u", c->flags);
        if (c->expr.v) {
            buf_adds(out, "=");
            put_expr(ir, c->expr, out);
        }
    }
    buf_adds(out, ")");
}

static const struct {
    const char *source, *last;
} algebra[] = {
    {"x = a.copy()", "a1"},
    {"x = a[a['s'] != 'no']", "filter(a1 ne(s no))"},
    {"x = a[~(a.n > 1) & a.s.notna()]", "filter(a1 and(not(gt(n 1)) not_null(s)))"},
    {"x = a.loc[a['n'] >= 2, ['n', 's']]", "project(filter(a1 ge(n 2)) keep:n keep:s)"},
    {"x = a.rename(columns={'n': 'm'})[['m']]", "project(rename(a1 rename:m/n) keep:m)"},
    {"x = a.drop(columns=['n'])", "drop(a1 drop:n)"},
    {"x = a.drop('n', axis=1)", "drop(a1 drop:n)"},
    {"a['s'] = a['s'].str.strip().str.lower()", "assign(a1 assign:s=lower(strip(s)))"},
    {"a['s'] = a['s'].fillna('?')", "assign(a1 assign:s=coalesce(s ?))"},
    {"a['n'] += 1", "assign(a1 assign:n=add(n 1))"},
    {"x = a.assign(p=lambda d: d.n * 2)", "assign(a1 assign:p=mul(n 2))"},
    {"m = a['n'] > 1\nx = a[m]", "filter(a1 gt(n 1))"},
    {"x = a[a.s.isin(['p', None])]", "filter(a1 or(in(s p) is_null(s)))"},
    {"x = a[a.n.isin([1, 3])]", "filter(a1 in(n 1 3))"},
    {"x = a[a.n.isin([1, 3, None])]", "filter(a1 opaque(n))"},
    {"x = a[a.n.isin([None])]", "filter(a1 opaque(n))"},
    {"x = a[~a.k.isin(b['k'])]", "join(a1 b1 anti join:k/k)"},
    {"x = a.merge(b, on='k', how='left')", "join(a1 b1 left join:k/k)"},
    {"x = pd.merge(a, b, left_on=['k'], right_on=['j'], how='outer')", "join(a1 b1 full join:k/j)"},
    {"x = a.groupby('k', as_index=False)['n'].sum()", "aggregate(a1 key:k aggregate:n=agg_sum(n))"},
    {"x = a.groupby(['k']).agg(t=('n', 'mean'), c=pd.NamedAgg('n', 'count')).reset_index()",
     "aggregate(a1 key:k aggregate:t=agg_mean(n) aggregate:c=agg_count(n))"},
    {"x = a.groupby('k').size().reset_index(name='c')",
     "rename(aggregate(a1 key:k aggregate:0=agg_size) rename:c/0)"},
    {"x = a.sort_values(['n', 's'], ascending=[False, True]).head(3)", "limit(sort(a1 sort:n!1 sort:s) 3)"},
    {"x = a.nlargest(2, 'n')", "limit(sort(a1 sort:n!1) 2)"},
    {"x = a.dropna(subset=['n', 's'])", "filter(a1 and(not_null(n) not_null(s)))"},
    {"x = pd.concat([a, b], ignore_index=True)", "union(a1 b1)"},
    {"x = a.drop_duplicates()", "distinct(a1)"},
    {"a.rename(columns={'n': 'm'}, inplace=True)", "rename(a1 rename:m/n)"},
    {"c = a\nc['n'] = 1\nx = a[['n']]", "project(c1 keep:n)"},
    {"x = a.pivot_table(index='k')", "opaque(a1 pivot_table)"},
    {"x = clean(a)", "opaque(a1 clean)"},
    {"a['n'] = a['n'].apply(f)", "assign(a1 assign:n=opaque(n))"},
    {"m = a['n'] > 1\na['n'] = 5\nx = a[m]", "opaque(a2 a1 [])"},
    {"x = a['s'].value_counts().reset_index()", "aggregate(a1 key:s aggregate:count=agg_size)"},
    {"x = a['s'].value_counts(bins=3)\nx.to_sql('t', con)", "opaque(a1 value_counts)"},
    {"x = a['n'].describe()", "opaque(a1 describe)"},
    {"x = a['n'].explode().reset_index()", "opaque(a1 reset_index)"},
    {"x = a['n'].interpolate()\nx.to_sql('t', con)", "opaque(a1 interpolate)"},
    {"a['n'] = a['n'].rolling(3).mean()",
     "assign(a1 assign:n=case(ge(window(agg_count(n) order 2) 3) window(agg_mean(n) order 2)))"},
    {"a['n'] = a['n'].ewm(3).mean()", "assign(a1 assign:n=opaque(opaque(n)))"},
    {"for x in pd.read_sql('SELECT 1 AS k', con, chunksize=9):\n  x.to_sql('t', con)",
     "opaque(x1 chunksize)"},
    {"c = pd.read_sql('SELECT 1 AS k', con, chunksize=9)\nfor x in c:\n  x['k'] = 2",
     "assign(c2 assign:k=2)"},
    {"for i, x in enumerate(pd.read_sql('SELECT 1 AS k', con, chunksize=9)):\n  x.to_sql('t', con)",
     "opaque(x1 chunksize)"},
    {"for key, x in a.groupby('k'):\n  x.to_sql(key, con)", "opaque(a1 groupby)"},
    {"x = pd.read_sql('SELECT 1 AS k', con, chunksize=None)", "query()"},
    {"x = a['n'].value_counts().max()\nb['n'] = 1", "assign(b1 assign:n=1)"},
    {"x = a.head(n_rows)", "opaque(a1 head)"},
    {"x = pd.read_sql('SELECT 1 AS k', con).rename(columns={'k': 'j'})", "rename(x1 rename:j/k)"},
    {"a.groupby('k').agg(t=('n', 'sum')).to_sql('out', con, index=False)",
     "drop(aggregate(a1 key:k aggregate:t=agg_sum(n)) drop:k)"},
};

static void test_algebra(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof algebra / sizeof *algebra; i++) {
        struct arena *a = arena_new(), *scratch = arena_new();
        struct ir *ir = read_source(a, scratch, arena_printf(a, HEAD "%s\n", algebra[i].source));
        struct buf out = buf_new(a);
        put_rel(ir, ir->frame.items[ir->frame.count - 1].rel, &out);
        assert_string_equal(buf_str(&out), algebra[i].last);
        arena_free(scratch);
        arena_free(a);
    }
}

static const struct ir_access *target_of(const struct ir *ir, ir_statement_id statement)
{
    for (IR_EACH(ir, access, i))
        if (IR(ir, access, i)->statement.v == statement.v && (IR(ir, access, i)->flags & IR_ACCESS_TARGET))
            return IR(ir, access, i);
    return NULL;
}

static void test_to_sql(void **state)
{
    static const struct {
        const char *call, *schema, *name;
        enum ir_access_mode mode;
        bool index;
    } cases[] = {
        {"a.to_sql('t', con, schema='s', if_exists='replace', index=False)", "s", "t", IR_ACCESS_REPLACE,
         false},
        {"a.to_sql('t', con, if_exists='append')", "", "t", IR_ACCESS_APPEND, true},
        {"a.to_sql(name='t', con=con, index=False)", "", "t", IR_ACCESS_CREATE, false},
        {"a.groupby('k')['n'].sum().to_sql('t', con)", "", "t", IR_ACCESS_CREATE, false},
        {"unknown.to_sql('t', con, index=False)", "", "t", IR_ACCESS_CREATE, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new(), *scratch = arena_new();
        struct ir *ir = read_source(a, scratch, arena_printf(a, HEAD "%s\n", cases[i].call));
        ir_statement_id last = {ir->statement.count - 1};
        const struct ir_statement *s = IR(ir, statement, last);
        const struct ir_access *target = target_of(ir, last);
        assert_int_equal(s->kind, IR_KIND_TO_SQL);
        assert_non_null(target);
        assert_int_equal(target->mode, cases[i].mode);
        assert_string_equal(ir_string(ir, target->name), cases[i].name);
        assert_string_equal(ir_string(ir, target->schema), cases[i].schema);
        assert_int_equal((s->flags & IR_STMT_INDEX_COLUMN) != 0, cases[i].index);
        assert_true(s->frame.v);
        arena_free(scratch);
        arena_free(a);
    }
}

/* Each version has one statement that makes it; a bare read is made by its SELECT. */
static void test_versions(void **state)
{
    (void)state;
    struct arena *a = arena_new(), *scratch = arena_new();
    struct ir *ir = read_source(a, scratch, HEAD "# why\n# more\na['n'] = 1\na['n'] = 2\n");
    assert_int_equal(ir->frame.count - 1, 4);
    assert_int_equal(ir->statement.count - 1, 2);
    assert_int_equal(ir->text.count - 1, 2);
    assert_int_equal(ir->text.items[1].frame.v, 1);
    assert_int_equal(ir->frame.items[4].version, 3);
    assert_string_equal(ir_string(ir, ir->frame.items[3].comment), "why\nmore");
    assert_string_equal(ir_string(ir, ir->frame.items[4].comment), "");
    assert_int_equal(ir->statement.items[2].frame.v, 4);
    assert_int_equal(ir->access.items[1].frame.v, 1);
    assert_int_equal(ir->gap.count - 1, 0);
    arena_free(scratch);
    arena_free(a);
}

static void test_gap_place(void **state)
{
    (void)state;
    struct arena *a = arena_new(), *scratch = arena_new();
    const char *source = HEAD "x = a.melt(id_vars='k').rename(columns={'k': 'j'})\n";
    struct ir *ir = read_source(a, scratch, source);
    assert_int_equal(ir->gap.count - 1, 1);
    const struct ir_gap *gap = &ir->gap.items[1];
    assert_int_equal(gap->kind, IR_GAP_OPERATION);
    assert_int_equal(gap->off, strstr(source, "melt") - source);
    assert_int_equal(gap->len, strlen("melt(id_vars='k')"));
    assert_int_equal(gap->statement.v, 1);
    assert_int_equal(ir->statement.items[1].understood, IR_UNDERSTOOD_PARTLY);
    arena_free(scratch);
    arena_free(a);
}

/* A gap names the operation where it stands, however the frame gets to to_sql. */
static void test_gap_operations(void **state)
{
    static const struct {
        const char *source, *operation, *place;
    } cases[] = {
        {"w = a['s'].describe()\nw.to_sql('t', con)", "describe", "describe()"},
        {"w = a['n'].interpolate()\nw.to_sql('t', con)", "interpolate", "interpolate()"},
        {"for w in pd.read_sql('SELECT 1', con, chunksize=9):\n  w.to_sql('t', con)", "chunksize", "9"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new(), *scratch = arena_new();
        const char *source = arena_printf(a, HEAD "%s\n", cases[i].source);
        struct ir *ir = read_source(a, scratch, source);
        assert_int_equal(ir->gap.count - 1, 1);
        const struct ir_gap *gap = &ir->gap.items[1];
        assert_int_equal(gap->kind, IR_GAP_OPERATION);
        assert_string_equal(arena_strndup(a, source + gap->off, gap->len), cases[i].place);
        assert_non_null(strstr(ir_string(ir, gap->why), cases[i].operation));
        arena_free(scratch);
        arena_free(a);
    }
}

/* Long chains, deep nesting and series that double neither overflow nor take for ever. */
static void test_large(void **state)
{
    static const char *const starts[] = {"x = a", "x = a[", "x = a", "s = a.n"};
    static const char *const parts[] = {".rename(columns={'p': 'q'})", "~(", ".n", "\ns = s + s"};
    (void)state;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        struct arena *a = arena_new(), *scratch = arena_new();
        struct buf source = buf_new(a);
        buf_adds(&source, HEAD);
        buf_adds(&source, starts[i]);
        for (int k = 0; k < 3000; k++)
            buf_adds(&source, parts[i]);
        buf_adds(&source, "\nx = a[s > 1]\n");
        struct ir *ir = read_source(a, scratch, buf_str(&source));
        struct err e;
        assert_int_equal(ir_check(ir, &e), 0);
        assert_true(ir->expr.count < 20000000);
        arena_free(scratch);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_algebra),        cmocka_unit_test(test_to_sql),
        cmocka_unit_test(test_versions),       cmocka_unit_test(test_gap_place),
        cmocka_unit_test(test_gap_operations), cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
