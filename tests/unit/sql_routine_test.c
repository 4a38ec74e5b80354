/* Procedural code: what each kind of statement gives, with its exact bytes, branch and loop. */
#include "sql_reading.h"

/* Bodies between BEGIN and END of a plpgsql procedure; DECLARE … BEGIN when `sql` begins with it. */
static const struct {
    const char *body, *statements; /* the routine's own line left out */
} bodies[] = {
    {"BEGIN DELETE FROM a; END", "delete[R]: DELETE FROM a\n"},
    {"#variable_conflict use_column\n#print_strict_params on\nBEGIN DELETE FROM a; DELETE FROM b; END",
     "delete[R]: DELETE FROM a\ndelete[R]: DELETE FROM b\n"},
    {"BEGIN NULL; RETURN; EXIT; CONTINUE; RAISE NOTICE 'a;b'; GET DIAGNOSTICS n = ROW_COUNT; END", ""},
    {"BEGIN x := 1; x = y + 1; r.f := 'a'; a[1] := 2; END", ""},
    {"BEGIN x := (SELECT max(a) FROM b); END", "control[R]: (SELECT max(a) FROM b)\n"},
    {"BEGIN x := max(a) FROM b; END", "control[R]: max(a) FROM b\n"},
    {"BEGIN x := extract(day FROM d); END", ""},
    {"BEGIN IF EXISTS (SELECT 1 FROM a) THEN DELETE FROM b; ELSIF x THEN DELETE FROM c; "
     "ELSE DELETE FROM d; END IF; DELETE FROM e; END",
     "control[R]: EXISTS (SELECT 1 FROM a)\ndelete[BR]: DELETE FROM b\ndelete[BR]: DELETE FROM c\n"
     "delete[BR]: DELETE FROM d\ndelete[R]: DELETE FROM e\n"},
    {"BEGIN IF CASE WHEN a THEN b END THEN DELETE FROM c; END IF; END", "delete[BR]: DELETE FROM c\n"},
    {"BEGIN CASE x WHEN 1 THEN DELETE FROM a; ELSE DELETE FROM b; END CASE; DELETE FROM c; END",
     "delete[BR]: DELETE FROM a\ndelete[BR]: DELETE FROM b\ndelete[R]: DELETE FROM c\n"},
    {"BEGIN FOR i IN REVERSE 9..1 BY 2 LOOP DELETE FROM a; END LOOP; DELETE FROM b; END",
     "delete[LR]: DELETE FROM a\ndelete[R]: DELETE FROM b\n"},
    {"BEGIN <<l>> FOR r IN SELECT * FROM a LOOP UPDATE b SET c = r.d; END LOOP l; END",
     "control[R]: SELECT * FROM a\nupdate[LR]: UPDATE b SET c = r.d\n"},
    {"BEGIN FOREACH x IN ARRAY y LOOP DELETE FROM a; END LOOP; END", "delete[LR]: DELETE FROM a\n"},
    {"BEGIN WHILE EXISTS (SELECT 1 FROM a) LOOP DELETE FROM b; END LOOP; END",
     "control[R]: EXISTS (SELECT 1 FROM a)\ndelete[LR]: DELETE FROM b\n"},
    {"BEGIN LOOP FETCH c INTO r; EXIT WHEN NOT FOUND; DELETE FROM a; END LOOP; END",
     "delete[LR]: DELETE FROM a\n"},
    {"BEGIN BEGIN DELETE FROM a; EXCEPTION WHEN others THEN DELETE FROM b; END; DELETE FROM c; END",
     "delete[R]: DELETE FROM a\ndelete[BR]: DELETE FROM b\ndelete[R]: DELETE FROM c\n"},
    {"DECLARE c CURSOR FOR SELECT * FROM a; n int := 0; BEGIN OPEN c; CLOSE c; END",
     "control[R]: SELECT * FROM a\n"},
    {"BEGIN OPEN c FOR SELECT * FROM a; END", "control[R]: SELECT * FROM a\n"},
    {"BEGIN RETURN QUERY SELECT * FROM a; RETURN NEXT r; RETURN (SELECT 1 FROM b); END",
     "select[R]: SELECT * FROM a\ncontrol[R]: (SELECT 1 FROM b)\n"},
    {"BEGIN SELECT a INTO STRICT x, r.y FROM b; END", "select[R]: SELECT a INTO STRICT x, r.y FROM b\n"},
    {"BEGIN INSERT INTO a SELECT 1 RETURNING b INTO x; END",
     "insert[R]: INSERT INTO a SELECT 1 RETURNING b INTO x\n"},
    {"BEGIN EXECUTE 'DELETE FROM a WHERE b = ''c'''; END", "delete[RD]: DELETE FROM a WHERE b = 'c'\n"},
    {"DECLARE t CONSTANT text := 'a'; BEGIN EXECUTE 'DELETE FROM ' || t USING 1; END",
     "delete[RD]: DELETE FROM a\n"},
    {"BEGIN q := format('DELETE FROM %I.%I WHERE %2$L = %%', 'A', 'b'); EXECUTE q; END",
     "delete[RD]: DELETE FROM \"A\".b WHERE 'b' = %\n"},
    {"BEGIN q := 'DELETE FROM a'; IF x THEN q := 'DELETE FROM b'; END IF; EXECUTE q; END",
     "execute[RD]: EXECUTE q\n"},
    {"BEGIN q := 'DELETE FROM a'; LOOP EXECUTE q; q := 'DELETE FROM b'; END LOOP; END",
     "execute[LRD]: EXECUTE q\n"},
    {"BEGIN q := 'DELETE FROM a'; SELECT 1 INTO q; EXECUTE q; END",
     "select[R]: SELECT 1 INTO q\nexecute[RD]: EXECUTE q\n"},
    {"BEGIN FOR r IN EXECUTE 'SELECT * FROM a' LOOP DELETE FROM b; END LOOP; END",
     "select[RD]: SELECT * FROM a\ndelete[LR]: DELETE FROM b\n"},
    {"BEGIN CREATE OR REPLACE TABLE a AS SELECT 1; COMMIT; CALL p(1); END",
     "create_table_as[RW]: CREATE OR REPLACE TABLE a AS SELECT 1\nother[R]: COMMIT\ncall[R]: CALL p(1)\n"},
    {"BEGIN SELECT oops oops oops; DELETE FROM a; END",
     "select[R]: SELECT oops oops oops\ndelete[R]: DELETE FROM a\n"},
};

static const char *statements_of(struct arena *a, const char *sql)
{
    const char *shown = show_statements(a, read_script(a, sql, false));
    const char *last = strstr(shown, "create_routine[]: ");
    const char *end = last ? strstr(last, "\n\x01") : NULL;

    return end ? end + 2 : shown;
}

static void bodies_are_walked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct arena *a = arena_new();
        /* the mark after the routine tells where its own line ends */
        const char *sql =
            arena_printf(a, "CREATE PROCEDURE p() AS $x$ %s $x$ LANGUAGE plpgsql\n\x01;", bodies[i].body);
        const char *got = statements_of(a, sql);

        assert_string_equal(got + (*got == '\n'), bodies[i].statements);
        arena_free(a);
    }
}

/* The same body in every way to write it down. */
static void every_way_to_hold_a_body(void **state)
{
    static const char *const ways[] = {
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM a; END $$; SELECT 1",
        "CREATE PROCEDURE p() AS $$ BEGIN DELETE FROM a; END; $$ LANGUAGE plpgsql; SELECT 1",
        "CREATE FUNCTION p() RETURNS void AS 'BEGIN DELETE FROM a; END' LANGUAGE 'plpgsql'; SELECT 1",
        "CREATE FUNCTION p() RETURNS void LANGUAGE sql AS $$ DELETE FROM a $$; SELECT 1",
        "CREATE FUNCTION p() RETURNS void BEGIN ATOMIC DELETE FROM a; END; SELECT 1",
        "CREATE PROCEDURE p() IS x int; BEGIN DELETE FROM a; END p; SELECT 1",
        "CREATE PROCEDURE p() BEGIN DELETE FROM a; END; SELECT 1",
        "CREATE PROCEDURE p() LANGUAGE SQL AS $$ BEGIN DELETE FROM a; END $$; SELECT 1",
    };

    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct arena *a = arena_new();
        struct ir *ir = read_script(a, ways[i], false);

        assert_string_equal(show_accesses(a, ir), "delete a\n");
        assert_int_equal(ir->statement.count, 4);
        assert_int_equal(ir->job.count, 3);
        assert_int_equal(ir->statement.items[1].job.v, 1);
        assert_int_equal(ir->statement.items[2].job.v, 2);
        assert_int_equal(ir->statement.items[3].job.v, 1);
        arena_free(a);
    }
}

static void do_blocks_belong_to_the_script(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = read_script(a, "DO $$ BEGIN DELETE FROM a; END $$;", false);

    (void)state;
    assert_int_equal(ir->job.count, 2);
    assert_string_equal(show_statements(a, ir),
                        "do[]: DO $$ BEGIN DELETE FROM a; END $$\ndelete[R]: DELETE FROM a\n");
    arena_free(a);
}

static void headers_say_name_and_parameters(void **state)
{
    static const struct {
        const char *name, *type, *value;
    } expected[] = {
        {"a", "date", ""},
        {"b", "numeric(10, 2)", "5 * (1, 2)"},
        {"", "double precision", ""},
        {"c", "timestamp with time zone", "now()"},
        {"D e", "text[]", "'x'"},
    };
    struct arena *a = arena_new();
    struct ir *ir = read_script(a,
                                "CREATE OR REPLACE FUNCTION etl.\"Build\"(a date, INOUT b numeric(10, 2) "
                                "DEFAULT 5 * (1, 2), double precision, c IN timestamp with time zone = "
                                "now(), \"D e\" text[] := 'x') RETURNS int LANGUAGE c AS 'x', 'y'",
                                false);
    struct ir_job job = ir->job.items[2];

    (void)state;
    assert_int_equal(job.kind, IR_JOB_FUNCTION);
    assert_string_equal(ir_string(ir, job.id), "etl.\"Build\"");
    assert_string_equal(ir_string(ir, job.schema), "etl");
    assert_string_equal(ir_string(ir, job.name), "Build");
    assert_int_equal(ir->access.items[1].quoted, 1);
    assert_int_equal(ir->access.items[1].off, 27);
    assert_int_equal(ir->parameter.count, 6);
    for (uint32_t i = 0; i < 5; i++) {
        struct ir_parameter p = ir->parameter.items[i + 1];

        assert_string_equal(ir_string(ir, p.name), expected[i].name);
        assert_string_equal(ir_string(ir, p.type), expected[i].type);
        assert_string_equal(ir_string(ir, p.default_value), expected[i].value);
    }
    arena_free(a);
}

/* EXECUTE's string stands in the file where the literal's bytes stand. */
static void dynamic_sql_keeps_its_places(void **state)
{
    const char *sql = "DO $$ BEGIN\nEXECUTE 'DELETE ' ||\n  'FROM a.b';\nEND $$";
    struct arena *a = arena_new();
    struct ir *ir = read_script(a, sql, false);
    struct ir_access x = ir->access.items[1];
    struct ir_statement s = *IR(ir, statement, x.statement);
    struct ir_place place = ir_place_of(ir, s.file, s.text, x.off, x.len);

    (void)state;
    assert_int_equal(place.line, 3);
    assert_int_equal(place.column, 9);
    assert_int_equal(place.off, strstr(sql, "a.b") - sql);
    assert_int_equal(place.len, 3);
    arena_free(a);
}

static void unknown_parts_leave_a_skeleton(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = read_script(a,
                                "DO $$ BEGIN EXECUTE 'INSERT INTO a SELECT * FROM b' || x || "
                                "' JOIN c ON 1'; EXECUTE 'DROP TABLE ' || t; "
                                "EXECUTE format('TRUNCATE %s, %L', 's.d' || (x || 'e'), f()); END $$",
                                false);

    (void)state;
    assert_string_equal(show_accesses(a, ir), "append a\nread b_unknown_\nread c\n"
                                              "truncate s.d_unknown_e\n");
    assert_true(ir->access.items[2].flags & IR_ACCESS_UNKNOWN_PART);
    assert_int_equal(ir->gap.count, 4);
    assert_int_equal(ir->gap.items[1].kind, IR_GAP_DYNAMIC);
    arena_free(a);
}

/* Every cut of a text with everything in it must return and hold. */
static void cuts_return(void **state)
{
    static const char whole[] =
        "-- c\nCREATE FUNCTION a.b(x int = 1) RETURNS TABLE (y int) AS $q$ <<l>> DECLARE z CONSTANT text "
        ":= 'd'; r CURSOR FOR SELECT 1; BEGIN IF EXISTS (SELECT 1) THEN SELECT a INTO b, c[1] FROM d; "
        "ELSIF x THEN FOR i IN 1..2 LOOP EXECUTE format('SELECT %I.%L', z, f(1)) || quote_ident('x') "
        "INTO a USING b; END LOOP; END IF; CASE x WHEN 1 THEN NULL; END CASE; EXCEPTION WHEN a THEN "
        "RETURN QUERY SELECT 1; END $q$ LANGUAGE plpgsql; CREATE PROCEDURE p(a b) BEGIN ATOMIC SELECT "
        "CASE WHEN 1 THEN 2 END; END; INSERT INTO {{ a }}.b VALUES (%(x)s, :y, E'\\'', U&'a'), (1, ?);\n"
        "COPY t FROM stdin;\na\n\\.\nWITH a (b) AS (SELECT 1) MERGE INTO `c` USING \"d\"\"e\" ON 1";
    struct arena *a = arena_new();

    (void)state;
    for (size_t n = 0; n < sizeof whole; n++) {
        struct arena *b = arena_new();

        read_script(b, arena_strndup(a, whole, n), false);
        read_script(b, whole + n, false);
        arena_free(b);
    }
    arena_free(a);
}

static void nesting_is_bounded(void **state)
{
    static const char *const openers[] = {"BEGIN ",  "IF a THEN ", "LOOP ",       "DECLARE a int; BEGIN ",
                                          "x := ((", "CASE WHEN ", "EXECUTE (((", "EXECUTE format("};
    struct arena *a = arena_new();

    (void)state;
    for (size_t k = 0; k < sizeof openers / sizeof *openers; k++) {
        struct buf b = buf_new(a);

        buf_adds(&b, "DO $$ ");
        for (int i = 0; i < 20000; i++)
            buf_adds(&b, openers[k]);
        buf_adds(&b, "$$");
        read_script(a, buf_str(&b), false);
    }
    arena_free(a);
}

/* Strings that double, and that grow by a letter, must not take the memory of the machine. */
static void values_are_bounded(void **state)
{
    static const char *const growing[] = {"q := q || q; ", "q := q || 'abcdefgh'; "};
    struct arena *a = arena_new();

    (void)state;
    for (size_t k = 0; k < sizeof growing / sizeof *growing; k++) {
        struct buf b = buf_new(a);

        buf_adds(&b, "DO $$ BEGIN q := 'DELETE FROM a'; ");
        for (int i = 0; i < 20000; i++)
            buf_adds(&b, growing[k]);
        for (int i = 0; i < 1000; i++)
            buf_adds(&b, "EXECUTE q; ");
        buf_adds(&b, "END $$");
        assert_int_equal(read_script(a, buf_str(&b), false)->gap.items[1].kind, IR_GAP_DYNAMIC);
    }
    assert_true(arena_size(a) < 64u << 20);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_are_walked),
        cmocka_unit_test(every_way_to_hold_a_body),
        cmocka_unit_test(do_blocks_belong_to_the_script),
        cmocka_unit_test(headers_say_name_and_parameters),
        cmocka_unit_test(dynamic_sql_keeps_its_places),
        cmocka_unit_test(unknown_parts_leave_a_skeleton),
        cmocka_unit_test(cuts_return),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(values_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
