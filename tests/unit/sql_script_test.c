/* The splitter, the dialect layer, the client's lines and what is read by tokens alone. */
#include "sql_reading.h"

#include "sql/reader.h"

#include <stdlib.h>
#include <time.h>

static const struct {
    const char *sql, *statements;
} splits[] = {
    {"SELECT 1; SELECT 2", "select[]: SELECT 1\nselect[]: SELECT 2\n"},
    {";;\n-- a\n;", ""},
    {"SELECT ';' -- ;\n, $$;$$, \";\" /* ; */;SELECT 2",
     "select[]: SELECT ';' -- ;\n, $$;$$, \";\"\nselect[]: SELECT 2\n"},
    {"SELECT (1; SELECT 2", "select[]: SELECT (1\nselect[]: SELECT 2\n"},
    {"CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b); SELECT 1",
     "other[]: CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)\nselect[]: SELECT 1\n"},
    {"\\set x 1\nSELECT 1\n\\echo ; x\n;\\c b\nSELECT 2 \\g\nSELECT 3",
     "select[]: SELECT 1\n\\echo ; x\nselect[]: SELECT 2\nselect[]: SELECT 3\n"},
    {"SELECT 1\nGO\nSELECT 2\nGO\n", "select[]: SELECT 1\nselect[]: SELECT 2\n"},
    {"COPY t FROM stdin;\nit's; a\n\\.\nSELECT 1;", "copy[]: COPY t FROM stdin\nselect[]: SELECT 1\n"},
    {"SELECT 'a\nb\nINSERT INTO t SELECT 1;", "select[]: SELECT 'a\nb\n\ninsert[]: INSERT INTO t SELECT 1\n"},
    {"CREATE OR REPLACE TEMP TABLE t AS SELECT 1",
     "create_table_as[W]: CREATE OR REPLACE TEMP TABLE t AS SELECT 1\n"},
};

static void statements_are_split(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
        struct arena *a = arena_new();

        assert_string_equal(show_statements(a, read_script(a, splits[i].sql, false)), splits[i].statements);
        arena_free(a);
    }
}

static const struct {
    const char *sql, *accesses;
} token_reads[] = {
    {"SELECT * FROM a, b.c x JOIN d ON 1 LEFT JOIN LATERAL f(1) ON 1", "read a\nread b.c\nread d\n"},
    {"WITH x AS (SELECT * FROM a), y (q, r) AS NOT MATERIALIZED (SELECT 1 FROM x) SELECT * FROM Y JOIN b",
     "read a\nread b\n"},
    {"WITH x AS (SELECT * FROM a) INSERT INTO s.t SELECT * FROM x", "append s.t\nread a\n"},
    {"UPDATE t SET a = 1 FROM b WHERE c IN (SELECT d FROM e)", "update t\nread b\nread e\n"},
    {"DELETE FROM ONLY t USING b WHERE 1", "delete t\nread b\n"},
    {"MERGE INTO t USING s ON 1 WHEN MATCHED THEN DELETE", "upsert t\nread s\n"},
    {"TRUNCATE TABLE s.t", "truncate s.t\n"},
    {"CREATE TABLE IF NOT EXISTS t AS SELECT * FROM a", "create t\nread a\n"},
    {"CREATE OR REPLACE TABLE t AS SELECT * FROM a", "replace t\nread a\n"},
    {"INSERT OVERWRITE TABLE t SELECT 1 FROM a", "overwrite t\nread a\n"},
    {"SELECT EXTRACT(day FROM d), a IS DISTINCT FROM b, substring(c FROM 2) FROM t", "read t\n"},
    {"COPY t TO 'x'", "read t\n"},
    {"SELECT * FROM (SELECT * FROM a, b) x, c", "read a\nread b\nread c\n"},
};

static void broken_statements_keep_their_tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof token_reads / sizeof *token_reads; i++) {
        struct arena *a = arena_new();
        struct ir *ir = read_script(a, token_reads[i].sql, false);

        assert_string_equal(show_accesses(a, ir), token_reads[i].accesses);
        assert_int_equal(ir->gap.count, 2);
        for (uint32_t k = 1; k < ir->access.count; k++)
            assert_true(ir->access.items[k].flags & IR_ACCESS_INFERRED);
        arena_free(a);
    }
}

static const struct {
    const char *sql;
    uint32_t off, lead; /* of the last statement */
} leads[] = {
    {"-- a\nSELECT 1", 5, 0},
    {"SELECT 1; -- trailing\nSELECT 2", 22, 22},
    {"SELECT 1; -- trailing\n-- own\nSELECT 2", 29, 22},
    {"-- far\n\n-- near\n/* too */ SELECT 1", 26, 8},
    {"-- block\n\nSELECT 1", 10, 0},
    {"SELECT 1;\nSELECT 2", 10, 10},
};

static void comments_go_with_their_statement(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        struct arena *a = arena_new();
        struct ir *ir = read_script(a, leads[i].sql, false);
        struct ir_statement s = ir->statement.items[ir->statement.count - 1];

        assert_int_equal(s.off, leads[i].off);
        assert_int_equal(s.lead_off, leads[i].lead);
        arena_free(a);
    }
}

/* What the grammar must take after the rewriting. */
static const char *const parsed[] = {
    "CREATE OR REPLACE TABLE t AS SELECT 1",
    "CREATE OR REPLACE TEMP TABLE t AS SELECT 1",
    "SELECT * FROM :s.t WHERE d = :'day' AND e IN %(ids)s AND f = %s LIMIT :n",
    "SELECT * FROM {{ params.schema }}.t_{{ ds_nodash }} {% if x %} WHERE a = {{ b }} {% endif %}",
    "INSERT INTO t VALUES %s",
    "INSERT INTO `a`.`b` VALUES (?, ?)",
    "DELETE FROM t WHERE a = ? AND b ? 'k'",
    "CREATE TABLE {{ t }} (a int)",
    "SELECT a[1:n] FROM t",
    "SELECT 1 {# remark #}, 2",
};

static void what_never_ends_is_said_once(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = read_script(a, "INSERT INTO a SELECT 'x FROM b;\nSELECT 1 FROM c;\n", true);

    (void)state;
    assert_int_equal(ir->gap.count, 2);
    assert_int_equal(ir->gap.items[1].kind, IR_GAP_UNTERMINATED);
    arena_free(a);
}

static void rewritten_statements_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parsed / sizeof *parsed; i++) {
        struct arena *a = arena_new();
        struct ir *ir = read_script(a, parsed[i], true);

        if (ir->gap.count > 1)
            fail_msg("%s: %s", parsed[i], ir_string(ir, ir->gap.items[1].why));
        assert_int_equal(ir->statement.count, 2);
        arena_free(a);
    }
}

static void names_with_unknown_parts_say_so(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = read_script(a,
                                "SELECT * FROM {{ s }}.t, :u.v, __param_1.w, x_{{ y }} JOIN %(z)s ON "
                                "a = %s JOIN known ON b = :c",
                                true);

    (void)state;
    assert_int_equal(ir->access.count, 7);
    for (uint32_t i = 1; i < 7; i++)
        assert_int_equal(!!(ir->access.items[i].flags & IR_ACCESS_UNKNOWN_PART), i < 6);
    arena_free(a);
}

static void missing_semicolons_cost_nothing(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = read_script(a,
                                "SELECT * FROM a\nINSERT INTO b SELECT 1\nUPDATE c SET d = 1\n"
                                "SELECT 2\nSELECT 3;\nSELECT FROM FROM",
                                true);

    (void)state;
    assert_string_equal(show_statements(a, ir),
                        "select[]: SELECT * FROM a\ninsert[]: INSERT INTO b SELECT 1\n"
                        "update[]: UPDATE c SET d = 1\nselect[]: SELECT 2\nselect[]: SELECT 3\n"
                        "select[]: SELECT FROM FROM\n");
    assert_int_equal(ir->gap.count, 2);
    arena_free(a);
}

static void client_lines_are_kept_apart(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = read_script(a, "\\i a.sql\n\\ir 'b c.sql'\nSELECT 1;\n\\c db\nSELECT 2;", false);

    (void)state;
    assert_int_equal(ir->run_file.count, 3);
    assert_string_equal(ir_string(ir, ir->run_file.items[1].path), "a.sql");
    assert_string_equal(ir_string(ir, ir->run_file.items[2].path), "b c.sql");
    assert_int_equal(ir->statement.items[1].session, 0);
    assert_int_equal(ir->statement.items[2].session, 1);
    assert_int_equal(ir->text.items[1].dialect, IR_DIALECT_POSTGRES);
    arena_free(a);
}

static bool count_bytes(void *data, const char *sql, size_t len)
{
    (void)sql;
    *(size_t *)data += len;
    return false;
}

static void rows_of_literals_are_not_parsed(void **state)
{
    struct arena *a = arena_new(), *scratch = arena_new();
    struct ir *ir = ir_new(a);
    struct buf b = buf_new(a);
    size_t parsed_bytes = 0;
    struct sql_guard guard = {.may_parse = count_bytes, .data = &parsed_bytes};
    struct sql_options options = {.guard = &guard};

    (void)state;
    buf_adds(&b, "INSERT INTO t VALUES (0, 'a', NULL)");
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, ", (%d, 'b;''c', -1.5)", i);
    buf_adds(&b, " ON CONFLICT DO NOTHING; SELECT 1");
    ir_file_id file =
        ir_add_file(ir, (struct ir_file){.path = ir_interns(ir, "x"), .source = ir_interns(ir, buf_str(&b))});
    sql_read(ir, scratch, ir_text_of_file(ir, file), &options);
    assert_int_equal(ir->statement.count, 3);
    assert_int_equal(ir->statement.items[1].len, b.n - strlen("; SELECT 1"));
    assert_true(parsed_bytes < 100);
    arena_free(scratch);
    arena_free(a);
}

static void deep_nesting_is_not_parsed(void **state)
{
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    struct ir *ir;

    (void)state;
    buf_adds(&b, "SELECT ");
    for (int i = 0; i < 100000; i++)
        buf_addc(&b, '(');
    buf_adds(&b, " FROM a; SELECT * FROM b");
    ir = read_script(a, buf_str(&b), true);
    assert_int_equal(ir->statement.count, 3);
    assert_int_equal(ir->gap.items[1].kind, IR_GAP_CRASH);
    assert_int_equal(ir->statement.items[2].understood, IR_UNDERSTOOD);
    arena_free(a);
}

static void time_is_linear(void **state)
{
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    clock_t start;

    (void)state;
    for (int i = 0; i < 50000; i++)
        buf_printf(&b, "-- c\nUPDATE t SET a = %d WHERE b = :x\n", i);
    for (int i = 0; i < 50000; i++)
        buf_printf(&b, "; -- c\nSELECT %d FROM a\n", i);
    start = clock();
    read_script(a, buf_str(&b), false);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 20);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_split),
        cmocka_unit_test(broken_statements_keep_their_tables),
        cmocka_unit_test(comments_go_with_their_statement),
        cmocka_unit_test(what_never_ends_is_said_once),
        cmocka_unit_test(rewritten_statements_parse),
        cmocka_unit_test(names_with_unknown_parts_say_so),
        cmocka_unit_test(missing_semicolons_cost_nothing),
        cmocka_unit_test(client_lines_are_kept_apart),
        cmocka_unit_test(rows_of_literals_are_not_parsed),
        cmocka_unit_test(deep_nesting_is_not_parsed),
        cmocka_unit_test(time_is_linear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
