/* sql/: what a statement is, what it touches, and its edit sites. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sql/script.h"
#include "sql_facts_text.h"

static const struct facts_case cases[] = {
    {"CREATE TABLE s.t AS SELECT a FROM r",
     "create_table_as body<SELECT a FROM r>; create s|t<s.t>; read r<r>"},
    {"CREATE TEMP TABLE \"T t\" ON COMMIT DROP AS (SELECT a FROM c.s.r) WITH NO DATA",
     "create_table_as f0 f8 f9 body<(SELECT a FROM c.s.r)>; create T t<\"T t\"> temp q1; read "
     "c|s|r<c.s.r>"},
    {"CREATE TABLE IF NOT EXISTS t (x, y) AS VALUES (1, 2)",
     "create_table_as f2 body<VALUES (1, 2)>; create t<t> (x,y)"},
    {"CREATE TABLE t AS TABLE r", "create_table_as body<TABLE r>; create t<t>; read r<r>"},
    {"CREATE TABLE t AS EXECUTE p", "create_table_as partly; create t<t>"},
    {"SELECT a INTO TEMP TABLE t FROM r",
     "select_into f0 body<SELECT a INTO TEMP TABLE t FROM r> cut<INTO TEMP TABLE t >; create "
     "t<t> temp; read r<r>"},
    {"SELECT a INTO t", "select_into body<SELECT a INTO t> cut<INTO t>; create t<t>"},
    {"CREATE OR REPLACE VIEW v (a, b) AS SELECT 1, 2 WITH LOCAL CHECK OPTION",
     "create_view f1 body<SELECT 1, 2>; replace v<v> (a,b)"},
    {"CREATE TEMP VIEW v AS SELECT 1", "create_view f0 body<SELECT 1>; create v<v> temp"},
    {"CREATE MATERIALIZED VIEW m AS SELECT a AS data FROM r WITH DATA",
     "create_materialized_view body<SELECT a AS data FROM r>; create m<m>; read r<r>"},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY s.m", "refresh; refresh s|m<s.m>"},
    {"INSERT INTO s.t (a, b) SELECT x, y FROM r",
     "insert body<SELECT x, y FROM r>; append s|t<s.t>; read r<r> (a,b)"},
    {"INSERT INTO t AS k OVERRIDING SYSTEM VALUE SELECT 1 ON CONFLICT DO NOTHING",
     "insert body<SELECT 1>; upsert t<t>"},
    {"INSERT INTO t (SELECT 1 FROM r) RETURNING a", "insert body<(SELECT 1 FROM r)>; append t<t>; read r<r>"},
    {"INSERT INTO t DEFAULT VALUES", "insert; append t<t>"},
    {"WITH w AS (SELECT 1) INSERT INTO t (a) SELECT * FROM w",
     "insert body<WITH w AS (SELECT 1) INSERT INTO t (a) SELECT * FROM w> cut<INSERT INTO t "
     "(a) >; append t<t> (a)"},
    {"UPDATE ONLY t SET a = 1 FROM r WHERE t.i = r.i", "update f7; update t<t>; read r<r>"},
    {"DELETE FROM t USING r WHERE t.i = r.i", "delete f7; delete t<t>; read r<r>"},
    {"CREATE TABLE t AS SELECT c.a FROM s.c*",
     "create_table_as body<SELECT c.a FROM s.c*>; create t<t>; read s|c<s.c*>"},
    {"DELETE FROM pg_temp.t", "delete; delete pg_temp|t<pg_temp.t> temp"},
    {"MERGE INTO t USING r ON t.i = r.i WHEN MATCHED THEN DELETE", "merge; upsert t<t>; read r<r>"},
    {"TRUNCATE TABLE a, s.b CASCADE", "truncate; truncate a<a>; truncate s|b<s.b>"},
    {"DROP TABLE IF EXISTS a, \"S\".\"B\", c.s.t CASCADE",
     "drop f2; drop a<a>; drop S|B<\"S\".\"B\"> q3; drop c|s|t<c.s.t>"},
    {"DROP MATERIALIZED VIEW m", "drop; drop m<m>"},
    {"DROP FUNCTION f(int)", "drop"},
    {"CREATE TABLE t (a serial PRIMARY KEY, b text NOT NULL DEFAULT 'x' || 'y', c "
     "numeric(10,2)[] UNIQUE, d timestamptz, e s.mood, LIKE r)",
     "create_table; create t<t>; read r<r>, a serial f11, b text f1 ='x' || 'y', c "
     "numeric(10,2)[] f2, d timestamptz f0, e s.mood f0, like r"},
    {"CREATE TEMP TABLE t (a int, b int, PRIMARY KEY (a, b), FOREIGN KEY (b) REFERENCES r "
     "(i)) INHERITS (p) ON COMMIT DROP",
     "create_table f0 f9; create t<t> temp; read p<p>, like p, a integer f1, b integer f1"},
    {"CREATE TABLE t PARTITION OF p FOR VALUES IN (1)", "create_table; create t<t>; read p<p>, like p"},
    {"ALTER TABLE s.t ADD COLUMN x int, DROP COLUMN y", "alter; alter s|t<s.t>, x integer f0, y  f16 was y"},
    {"CREATE FOREIGN TABLE e.f (a int, b text NOT NULL) SERVER s",
     "create_table; create e|f<e.f>, a integer f0, b text f1"},
    {"ALTER TABLE t RENAME a TO b", "alter; alter t<t>, b  f0 was a"},
    {"ALTER TABLE t ALTER a TYPE text, ALTER b SET NOT NULL",
     "alter; alter t<t>, a text f0 was a, b  f1 was b"},
    {"ALTER VIEW v RENAME TO w", "alter; read v<v>; create w<w>"},
    {"ALTER TABLE a.t SET SCHEMA b", "alter; read a|t<a.t>; create b|t<b>"},
    {"COPY s.t (a, b) FROM '/x.csv'", "copy; append s|t<s.t> (a,b)"},
    {"COPY t TO STDOUT", "copy; read t<t>"},
    {"COPY (SELECT a FROM t) TO STDOUT", "copy body<SELECT a FROM t>; read t<t>"},
    {"CALL s.p(1)", "call; call s|p<s.p>"},
    {"SET search_path = Raw, \"Foo\", public", "set search_path=raw,Foo,public"},
    {"SET LOCAL search_path TO DEFAULT", "set search_path="},
    {"SET statement_timeout = 10", "set statement_timeout=10"},
    {"BEGIN", "transaction"},
    {"GRANT SELECT ON t TO u", "grant"},
    {"CREATE INDEX i ON t (a)", "create_index"},
    {"COMMENT ON TABLE t IS 'x'", "comment"},
    {"CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION s.f()",
     "create_trigger; alter t<t>; call s|f<s.f>"},
    {"CREATE RULE r AS ON INSERT TO t DO INSTEAD INSERT INTO u VALUES (1)",
     "create_other; alter t<t>; append u<u>"},
    {"EXPLAIN (ANALYZE) CREATE TABLE t AS SELECT a FROM r",
     "utility body<SELECT a FROM r>; create t<t>; read r<r>"},
    {"PREPARE p (int) AS SELECT a FROM r WHERE b = $1",
     "utility variables $1 body<SELECT a FROM r WHERE b = $1>; read r<r>"},
    {"DECLARE c CURSOR FOR SELECT a FROM r", "select body<SELECT a FROM r>; read r<r>"},
    {"VACUUM ANALYZE t", "utility"},
    {"SELECT 1; SELECT a FROM t", "select body<SELECT 1> / select body<SELECT a FROM t>; read t<t>"},
    {"SELECT nextval('s'), 'raw.t'::regclass",
     "select body<SELECT nextval('s'), 'raw.t'::regclass>; call nextval<nextval>"},
    {"WITH w AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM w",
     "insert body<WITH w AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM w> "
     "cut<INSERT INTO u >; delete t<t>; append u<u>"},
};

static void statements_say_what_they_touch(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new();
        struct ir *ir = read_facts(a, cases[i].sql, NULL);
        struct buf text = buf_new(a);
        struct err e;

        assert_int_equal(ir_check(ir, &e), 0);
        put_statements(&text, ir);
        put_accesses(&text, ir);
        assert_string_equal(buf_str(&text), cases[i].expected);
        arena_free(a);
    }
}

static void variables_are_no_columns(void **state)
{
    struct arena *a = arena_new();
    struct sql_scope *scope = sql_scope_new(a, NULL);
    struct buf text = buf_new(a);
    struct ir *ir;

    (void)state;
    sql_scope_adds(a, scope, "v_day");
    sql_scope_adds(a, scope, "rec");
    ir = read_facts(a, "SELECT a, V_DAY, rec.x FROM t WHERE d = v_day AND b = \"V_DAY\"", scope);
    put_statements(&text, ir);
    put_uses(&text, ir, 1, 0);
    assert_string_equal(buf_str(&text),
                        "select variables v_day,rec body<SELECT a, V_DAY, rec.x FROM t WHERE d = v_day "
                        "AND b = \"V_DAY\"> filter d filter b filter V_DAY");
    assert_int_equal(ir->use.count - 1, 4);
    arena_free(a);
}

/* What the grammar gets may be shorter than the text: every place is the text's. */
static void places_are_the_texts(void **state)
{
    static const char text[] = "SELECT TOP 5 t.a FROM r.t", sql[] = "SELECT t.a FROM r.t";
    struct arena *a = arena_new();
    struct ir *ir = ir_new(a);
    struct ir_file file = {.source = ir_interns(ir, text)};
    struct sql_reader r = {.ir = ir, .scratch = a, .tables = sql_tables_new(a), .content = slice_of(text)};
    uint32_t map[sizeof sql];
    struct sql_piece piece = {.len = sizeof text - 1, .sql = slice_of(sql), .map = map};

    (void)state;
    for (uint32_t i = 0; i < sizeof sql; i++)
        map[i] = i < 7 ? i : i + 6;
    r.text = ir_text_of_file(ir, ir_add_file(ir, file));
    sql_facts_read(&r, &piece);
    assert_int_equal(ir->use.items[1].off, strstr(text, "t.a") - text);
    assert_int_equal(ir->use.items[1].len, 3);
    assert_int_equal(ir->access.items[1].off, strstr(text, "r.t") - text);
    assert_int_equal(ir->statement.items[1].body_len, sizeof text - 1);
    arena_free(a);
}

static void a_syntax_error_keeps_its_tables(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = read_facts(a, "SELECT 'é', FROM raw.t", NULL);

    (void)state;
    assert_int_equal(ir->statement.count, 2);
    assert_int_equal(ir->statement.items[1].understood, IR_UNDERSTOOD_PARTLY);
    assert_int_equal(ir->gap.items[1].kind, IR_GAP_SYNTAX);
    assert_int_equal(ir->gap.items[1].off, strlen("SELECT 'é', "));
    assert_string_equal(ir_string(ir, ir->access.items[1].name), "t");
    arena_free(a);
}

static bool refuse(void *data, const char *sql, size_t len)
{
    *(size_t *)data = len;
    return sql[0] != 'S';
}

static void the_guard_is_asked(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = ir_new(a);
    struct ir_file file = {.source = ir_interns(ir, "SELECT a FROM t")};
    size_t seen = 0;
    struct sql_guard guard = {refuse, &seen};
    struct sql_options options = {.guard = &guard};
    struct sql_reader r = {.ir = ir,
                           .scratch = a,
                           .options = &options,
                           .tables = sql_tables_new(a),
                           .content = SLICE("SELECT a FROM t")};
    struct sql_piece piece = {.len = 15, .sql = SLICE("SELECT a FROM t")};

    (void)state;
    r.text = ir_text_of_file(ir, ir_add_file(ir, file));
    sql_facts_read(&r, &piece);
    assert_int_equal(seen, 15);
    assert_int_equal(ir->query.count, 1);
    assert_int_equal(ir->gap.items[1].kind, IR_GAP_CRASH);
    assert_string_equal(ir_string(ir, ir->access.items[1].name), "t");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_say_what_they_touch),
        cmocka_unit_test(variables_are_no_columns),
        cmocka_unit_test(places_are_the_texts),
        cmocka_unit_test(a_syntax_error_keeps_its_tables),
        cmocka_unit_test(the_guard_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
