/*
 * The dialects' tables against the cases of tests/cases/dialect_*: every row is used by one of them, and
 * whatever the rows do to a text, each name that is reported, cut from the original, is that name. The same
 * holds for the texts after changes that mean nothing: blanks and comments between tokens, longer names.
 */
#include "sql_reading.h"

#include "base/file.h"
#include "sql/dialect.h"

#include <ctype.h>

#define CASES LINEAGE_SOURCE_DIR "/tests/cases"

typedef void visit_fn(void *data, const char *path, enum ir_dialect dialect, struct slice sql);

static enum ir_dialect dialect_named(struct slice name)
{
    for (unsigned d = IR_DIALECT_GENERIC; d <= IR_DIALECT_SQLITE; d++)
        if (slice_is(name, ir_name_of_dialect((enum ir_dialect)d)))
            return (enum ir_dialect)d;
    return IR_DIALECT_UNKNOWN;
}

/* A case is of the dialect that its folder is named after (dialect_tsql); of several, that its files are (tsql.sql). */
static void visit_input(struct arena *a, const char *dir, enum ir_dialect dialect, visit_fn *visit,
                        void *data)
{
    const char **names;
    size_t count;
    struct err e = {{0}};

    if (!path_is_dir(dir))
        return;
    assert_int_equal(dir_list(a, dir, &names, &count, &e), 0);
    for (size_t i = 0; i < count; i++) {
        const char *path = path_join(a, dir, names[i]), *dot = strchr(names[i], '.');
        struct slice stem = {names[i], dot ? (size_t)(dot - names[i]) : strlen(names[i])};
        struct slice sql;

        if (path_is_dir(path) || file_read(a, path, 0, &sql, &e) != 0)
            continue;
        visit(data, path, dialect != IR_DIALECT_UNKNOWN ? dialect : dialect_named(stem), sql);
    }
}

static void visit_cases(visit_fn *visit, void *data)
{
    struct arena *a = arena_new();
    const char **groups, **cases;
    size_t group_count, case_count;
    struct err e = {{0}};

    assert_int_equal(dir_list(a, CASES, &groups, &group_count, &e), 0);
    for (size_t g = 0; g < group_count; g++) {
        const char *dir = path_join(a, CASES, groups[g]);

        if (strncmp(groups[g], "dialect_", 8) != 0 || !path_is_dir(dir))
            continue;
        assert_int_equal(dir_list(a, dir, &cases, &case_count, &e), 0);
        for (size_t c = 0; c < case_count; c++)
            visit_input(a, path_join(a, path_join(a, dir, cases[c]), "input"),
                        dialect_named(slice_of(groups[g] + 8)), visit, data);
    }
    arena_free(a);
}

static struct ir *read_as(struct arena *a, struct sql_tables *tables, struct slice sql,
                          enum ir_dialect dialect, uint32_t *uses)
{
    struct sql_options options = {.dialect = dialect, .tables = tables, .row_uses = uses};
    struct arena *scratch = arena_new();
    struct ir *ir = ir_new(a);
    ir_file_id file = ir_add_file(
        ir, (struct ir_file){.path = ir_interns(ir, "x.sql"), .source = ir_intern(ir, sql.p, sql.n)});

    sql_read(ir, scratch, ir_text_of_file(ir, file), &options);
    arena_free(scratch);
    return ir;
}

/* ---- every row has its case ---- */

struct usage {
    struct arena *arena;
    struct sql_tables *tables;
    uint32_t *uses;
};

static void count_rows(void *data, const char *path, enum ir_dialect dialect, struct slice sql)
{
    struct usage *u = data;
    struct arena *a = arena_new();

    (void)path;
    read_as(a, u->tables, sql, dialect, u->uses);
    arena_free(a);
}

static void every_row_is_used_by_a_case(void **state)
{
    size_t count, unused = 0;
    const struct sql_rule *rules = sql_dialect_rules(&count);
    struct arena *a = arena_new();
    struct usage u = {.arena = a, .tables = sql_tables_new(a), .uses = ARENA_ARRAY(a, uint32_t, count)};

    (void)state;
    memset(u.uses, 0, count * sizeof *u.uses);
    visit_cases(count_rows, &u);
    for (size_t i = 0; i < count; i++)
        if (!u.uses[i]) {
            print_error("no case of tests/cases/dialect_* uses the row \"%s\": %.90s\n", rules[i].reads,
                        rules[i].pattern);
            unused++;
        }
    assert_int_equal(unused, 0);
    arena_free(a);
}

/* ---- places ---- */

/* What a name and its place have in common: letters and digits, in lower case. */
static struct slice plain(struct arena *a, struct slice s)
{
    struct buf b = buf_new(a);

    for (size_t i = 0; i < s.n; i++)
        if (isalnum((unsigned char)s.p[i]) || s.p[i] == '_' || s.p[i] & 0x80)
            buf_addc(&b, (char)tolower((unsigned char)s.p[i]));
    return buf_slice(&b);
}

static bool place_holds(struct arena *a, struct slice cut, struct slice name, bool at_end)
{
    const char *decorator = cut.n && cut.p[0] == '`' ? memchr(cut.p, '$', cut.n) : NULL;

    if (decorator) /* BigQuery's `t$20240131` is a part of the table t */
        cut.n = (size_t)(decorator - cut.p);
    struct slice c = plain(a, cut), n = plain(a, name);

    if (n.n > c.n)
        return false;
    return at_end ? memcmp(c.p + c.n - n.n, n.p, n.n) == 0 : !n.n || memmem(c.p, c.n, n.p, n.n);
}

struct places {
    struct sql_tables *tables;
    const char *path;
    uint32_t checked, wrong;
};

static void check(struct places *p, const struct ir *ir, ir_text_id text, const char *what, ir_str name,
                  uint32_t off, uint32_t len, bool at_end)
{
    struct arena *a = arena_new();
    struct slice content = ir_slice(ir, IR(ir, text, text)->content);
    struct slice cut = slice_sub(content, off, len), n = ir_slice(ir, name);

    p->checked++;
    if (!place_holds(a, cut, n, at_end)) {
        p->wrong++;
        print_error("%s: at %u: the place of %s %.*s is \"%.*s\"\n", p->path, off, what, (int)n.n, n.p,
                    (int)cut.n, cut.p);
    }
    arena_free(a);
}

static ir_text_id text_of_query(const struct ir *ir, ir_query_id q)
{
    return IR(ir, statement, IR(ir, query, q)->statement)->text;
}

/* Names that a rewrite made up stand nowhere. */
static bool is_made_up(const struct ir *ir, ir_str name)
{
    struct slice n = ir_slice(ir, name);

    return n.n == 0 || (n.n > 1 && n.p[0] == '_' && n.p[1] == '_');
}

static void check_accesses(struct places *p, const struct ir *ir)
{
    for (uint32_t i = 1; i < ir->access.count; i++) {
        struct ir_access x = ir->access.items[i];
        /* UPDATE a SET … FROM t a: the place of the target is its alias */
        bool by_alias =
            x.flags & IR_ACCESS_TARGET && (x.mode == IR_ACCESS_UPDATE || x.mode == IR_ACCESS_DELETE);

        if (!by_alias && x.len && !is_made_up(ir, x.name))
            check(p, ir, IR(ir, statement, x.statement)->text, ir_name_of_access_mode(x.mode), x.name, x.off,
                  x.len, true);
    }
    for (uint32_t i = 1; i < ir->target_column.count; i++) {
        struct ir_target_column x = ir->target_column.items[i];

        check(p, ir, IR(ir, statement, IR(ir, access, x.access)->statement)->text, "target column", x.name,
              x.off, x.len, true);
    }
}

static void check_columns(struct places *p, const struct ir *ir)
{
    for (uint32_t i = 1; i < ir->use.count; i++) {
        struct ir_use x = ir->use.items[i];

        if (!is_made_up(ir, x.column))
            check(p, ir, text_of_query(ir, x.query), "column", x.column, x.off, x.len, false);
    }
    for (uint32_t i = 1; i < ir->output.count; i++) {
        struct ir_output x = ir->output.items[i];

        /* PIVOT's columns are written nowhere */
        if (x.has_alias && x.len && !is_made_up(ir, x.name))
            check(p, ir, text_of_query(ir, x.query), "output", x.name, x.off, x.len, true);
    }
    for (uint32_t i = 1; i < ir->join_column.count; i++) {
        struct ir_join_column x = ir->join_column.items[i];

        check(p, ir, text_of_query(ir, IR(ir, join, x.join)->query), "USING", x.name, x.off, x.len, true);
    }
}

static void check_text(struct places *p, struct slice sql, enum ir_dialect dialect)
{
    struct arena *a = arena_new();
    struct ir *ir = read_as(a, p->tables, sql, dialect, NULL);

    check_accesses(p, ir);
    check_columns(p, ir);
    arena_free(a);
}

/* The text with `with` put before each blank between two tokens; every `step`th, from the `first`th. */
static struct slice spread(struct arena *a, struct slice sql, enum ir_dialect dialect, const char *with,
                           uint32_t first, uint32_t step)
{
    struct sql_tokens *t = sql_lex(a, sql, 0, (uint32_t)sql.n, sql_dialect_lexing(dialect));
    struct buf out = buf_new(a);
    uint32_t at = 0;

    for (uint32_t i = 0; i < t->list.count; i++) {
        struct sql_token k = t->list.items[i];
        uint32_t end = k.off + k.len;

        if (i % step != first || end >= sql.n || sql.p[end] != ' ' || k.kind == TOK_META)
            continue;
        buf_add(&out, sql.p + at, end - at);
        buf_adds(&out, with);
        at = end;
    }
    buf_add(&out, sql.p + at, sql.n - at);
    return buf_slice(&out);
}

static void check_places(void *data, const char *path, enum ir_dialect dialect, struct slice sql)
{
    static const char *const between[] = {"   ", "\t", " /* from x join y */", " /* '\"`[ */ "};
    struct places *p = data;
    struct arena *a = arena_new();

    p->path = path;
    check_text(p, sql, dialect);
    for (size_t i = 0; i < sizeof between / sizeof *between; i++)
        for (uint32_t step = 1; step <= 3; step++)
            check_text(p, spread(a, sql, dialect, between[i], step - 1, step), dialect);
    arena_free(a);
}

static void no_row_moves_a_place(void **state)
{
    struct arena *a = arena_new();
    struct places p = {.tables = sql_tables_new(a)};

    (void)state;
    visit_cases(check_places, &p);
    assert_true(p.checked > 1000);
    assert_int_equal(p.wrong, 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_used_by_a_case),
        cmocka_unit_test(no_row_moves_a_place),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sql_exit();
    return failed;
}
