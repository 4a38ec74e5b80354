/* Scripts in, plans out: which models a script becomes, and what becomes of each of its statements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "emit/emit.h"
#include "link/link.h"
#include "plan/plan.h"
#include "sql/sql.h"

#include <string.h>

struct fixture {
    struct arena *arena, *scratch;
    struct ir *ir;
};

static struct fixture plan_with(const char *const *scripts, const struct plan_options *options)
{
    struct fixture f = {arena_new(), arena_new(), NULL};
    struct sql_options sql = {.dialect = IR_DIALECT_UNKNOWN};
    struct link_options link = {0};

    f.ir = ir_new(f.arena);
    for (uint32_t i = 0; scripts[i]; i++) {
        const char *path = arena_printf(f.scratch, "%c.sql", 'a' + (int)i);
        ir_file_id file = ir_add_file(f.ir, (struct ir_file){.path = ir_interns(f.ir, path),
                                                             .language = IR_LANG_SQL,
                                                             .source = ir_interns(f.ir, scripts[i])});

        sql_read(f.ir, f.scratch, ir_text_of_file(f.ir, file), &sql);
    }
    link_project(f.ir, f.scratch, &link);
    plan_project(f.ir, f.scratch, options);
    return f;
}

static struct fixture plan(const char *const *scripts)
{
    return plan_with(scripts, &(struct plan_options){0});
}

static void done(struct fixture *f)
{
    arena_free(f->arena);
    arena_free(f->scratch);
}

static const char *models_of(const struct fixture *f)
{
    struct buf out = buf_new(f->scratch);

    for (IR_EACH(f->ir, model, m)) {
        const struct ir_model *model = IR(f->ir, model, m);

        buf_printf(&out, "%s%s/%s", out.n ? " " : "", ir_name_of_layer(model->layer),
                   ir_string(f->ir, model->name));
        if (model->materialized != IR_MAT_TABLE)
            buf_printf(&out, ":%s", ir_name_of_materialized(model->materialized));
    }
    return buf_str(&out);
}

static const char *fates_of(const struct fixture *f)
{
    struct buf out = buf_new(f->scratch);

    for (IR_EACH(f->ir, statement, s))
        buf_printf(&out, "%s%s", out.n ? " " : "", ir_name_of_fate(IR(f->ir, statement, s)->fate));
    return buf_str(&out);
}

/* The SQL of one model, without the comment that says where it is from. */
static const char *sql_of(const struct fixture *f, const char *path)
{
    struct emit_dbt_options options = {"test", "models", IR_DIALECT_POSTGRES, false, false, NULL, 0};
    struct emit_files files = {0};
    struct err e;

    assert_int_equal(emit_dbt(f->ir, f->scratch, &options, &files, &e), 0);
    for (uint32_t i = 0; i < files.count; i++)
        if (strcmp(files.items[i].path, path) == 0)
            return strncmp(files.items[i].content.p, "-- From", 7) == 0
                       ? strchr(files.items[i].content.p, '\n') + 1
                       : files.items[i].content.p;
    return "no such file";
}

static const struct {
    const char *what, *sql, *models, *fates;
} cases[] = {
    {"a temp over one source is staging, named after the source",
     "CREATE TEMP TABLE tmp_x AS SELECT a FROM raw.orders WHERE a > 1;", "staging/stg_orders", "model"},
    {"a join is intermediate, a leaf that is permanent is a mart",
     "CREATE TEMP TABLE tmp_j_v2 AS SELECT o.a FROM raw.o o JOIN raw.p p ON p.a = o.a;\n"
     "CREATE TABLE out.result AS SELECT a FROM tmp_j_v2;",
     "intermediate/int_j marts/result", "model model"},
    {"an aggregate over one source is no staging",
     "CREATE TEMP TABLE t AS SELECT a, count(*) AS n FROM raw.o GROUP BY a;", "intermediate/int_t", "model"},
    {"two staging models over one source get names of their own",
     "CREATE TEMP TABLE tmp_orders AS SELECT a FROM raw.orders;\n"
     "CREATE TEMP TABLE tmp_cancelled AS SELECT a FROM raw.orders WHERE s = 'c';",
     "staging/stg_orders staging/stg_orders__cancelled", "model model"},
    {"schemas that name a layer",
     "CREATE TABLE staging.customers AS SELECT a FROM raw.customers;\n"
     "CREATE TABLE intermediate.things AS SELECT c.a FROM staging.customers c JOIN raw.b b ON b.a = c.a;",
     "staging/stg_customers intermediate/int_things", "model model"},
    {"a view stays a view", "CREATE VIEW rpt.v AS SELECT a, b FROM raw.x;", "marts/v:view", "model"},
    {"a mart that would be called as a source gets a prefix",
     "CREATE TABLE mart.orders AS SELECT a, count(*) AS n FROM raw.orders GROUP BY a;", "marts/mart_orders",
     "model"},
    {"drop and create", "DROP TABLE IF EXISTS m.t; CREATE TABLE m.t AS SELECT a FROM raw.x;", "marts/t",
     "folded model"},
    {"drop and create of a temp",
     "DROP TABLE IF EXISTS tmp_x; CREATE TEMP TABLE tmp_x AS SELECT a FROM raw.orders; DROP TABLE tmp_x;\n"
     "DROP TABLE IF EXISTS tmp_x; CREATE TEMP TABLE tmp_x AS SELECT a, count(*) AS n FROM raw.x GROUP BY a;",
     "staging/stg_orders intermediate/int_x", "folded model folded folded model"},
    {"truncate and insert", "TRUNCATE m.t; INSERT INTO m.t SELECT a FROM raw.x;", "marts/t", "folded model"},
    {"delete without where and insert", "DELETE FROM m.t; INSERT INTO m.t SELECT a FROM raw.x;", "marts/t",
     "folded model"},
    {"delete with where and insert", "DELETE FROM m.t WHERE a = 1; INSERT INTO m.t SELECT a FROM raw.x;", "",
     "review review"},
    {"a plain append", "INSERT INTO m.t SELECT a FROM raw.x;", "", "review"},
    {"an append by name", "INSERT INTO m.t (a) SELECT a FROM raw.x;", "marts/t:incremental", "model"},
    {"a window of a declared table",
     "CREATE TABLE IF NOT EXISTS m.t (a int); DELETE FROM m.t WHERE a = 1; INSERT INTO m.t SELECT a FROM raw.x;\n"
     "DELETE FROM m.t WHERE a > 9;",
     "marts/t:incremental", "folded hook model hook"},
    {"rows deleted between two INSERTs",
     "INSERT INTO m.t (a) SELECT a FROM raw.x; DELETE FROM m.t WHERE a = 1; INSERT INTO m.t (a) SELECT a FROM raw.y;",
     "", "review review review"},
    {"an update of rows that were there", "INSERT INTO m.t (a) SELECT a FROM raw.x; UPDATE m.t SET a = NULL;",
     "", "review review"},
    {"changes of what was made, in order",
     "CREATE TABLE m.t AS SELECT a FROM raw.x; UPDATE m.t SET a = NULL WHERE a = '1'; DELETE FROM m.t WHERE a = '2';",
     "marts/t", "model folded folded"},
    {"changes of what is still empty",
     "DROP TABLE m.t; CREATE TABLE m.t (a int); DELETE FROM m.t WHERE a = 1; UPDATE m.t SET a = 2;\n"
     "INSERT INTO m.t SELECT a FROM raw.x; DELETE FROM m.t WHERE a = 3;",
     "marts/t", "folded folded dropped dropped model folded"},
    {"changes of what was declared at another time",
     "CREATE TABLE m.t (a int); DELETE FROM m.t WHERE a = 1; UPDATE m.t SET a = 2;\n"
     "INSERT INTO m.t SELECT a FROM raw.x; UPDATE m.t SET a = 3 WHERE a = 4;",
     "marts/t:incremental", "folded hook hook model hook"},
    {"an UPDATE of a column whose type is not known, after a query and after an INSERT",
     "CREATE TABLE m.t AS SELECT a FROM raw.x; UPDATE m.t SET a = a * 2; DELETE FROM m.t WHERE a > 5;\n"
     "TRUNCATE m.u; INSERT INTO m.u (a) SELECT a FROM raw.x; UPDATE m.u SET a = a * 2;",
     "marts/t", "model hook hook review review review"},
    {"a routine that only one other calls changes that one's temp",
     "CREATE PROCEDURE c() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM w WHERE a > 1; END $$;\n"
     "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN CREATE TEMP TABLE w AS SELECT a FROM raw.x; CALL c();\n"
     "TRUNCATE m.o; INSERT INTO m.o (a) SELECT a FROM w; END $$;",
     "intermediate/int_w marts/o", "dropped folded dropped model dropped folded model"},
    {"a routine that is called under a condition does not",
     "CREATE PROCEDURE c() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM w WHERE a > 1; END $$;\n"
     "CREATE PROCEDURE p(k int) LANGUAGE plpgsql AS $$ BEGIN CREATE TEMP TABLE w AS SELECT a FROM raw.x;\n"
     "IF k > 1 THEN CALL c(); END IF; END $$;",
     "", "dropped review dropped review dropped"},
    {"an UPDATE that joins the table that it changes",
     "CREATE TABLE m.t AS SELECT a, 1 AS b FROM raw.x; UPDATE m.t SET b = 2 FROM m.t t JOIN raw.y y ON y.a = t.a;",
     "", "review review"},
    {"rows numbered from a sequence", "CREATE TABLE m.t AS SELECT nextval('m.s') AS k, a FROM raw.x;", "",
     "review"},
    {"rows that a DELETE gives back",
     "CREATE TABLE m.t AS WITH d AS (DELETE FROM m.u WHERE a > 1 RETURNING a) SELECT a FROM d;", "",
     "review"},
    {"an upsert of a table that is not declared",
     "INSERT INTO m.t (a, b) SELECT a, b FROM raw.x ON CONFLICT (a) DO UPDATE SET b = excluded.b;", "",
     "review"},
    {"an upsert",
     "CREATE TABLE IF NOT EXISTS m.t (a int PRIMARY KEY, b int);\n"
     "INSERT INTO m.t (a, b) SELECT a, b FROM raw.x ON CONFLICT (a) DO UPDATE SET b = excluded.b;",
     "marts/t:incremental", "folded model"},
    {"an upsert that says no key",
     "CREATE TABLE IF NOT EXISTS m.t (a int PRIMARY KEY);\n"
     "INSERT INTO m.t (a) SELECT a FROM raw.x ON CONFLICT DO NOTHING;",
     "", "review review"},
    {"a merge on more than equal columns",
     "CREATE TABLE IF NOT EXISTS m.t (a int, b int);\n"
     "MERGE INTO m.t t USING raw.x x ON t.a = x.a AND t.b > 1 WHEN NOT MATCHED THEN INSERT (a) VALUES (x.a);",
     "", "review review"},
    {"another value each time",
     "CREATE TABLE m.t AS SELECT a FROM raw.x; DELETE FROM m.t WHERE random() < 0.5;", "", "review review"},
    {"who reads between two changes is left",
     "CREATE TABLE m.t AS SELECT a FROM raw.x; CREATE TABLE m.o AS SELECT a, 1 AS n FROM m.t;\n"
     "DELETE FROM m.t WHERE a = 1;",
     "intermediate/int_t", "model review folded"},
    {"an update of what was made", "CREATE TABLE m.t AS SELECT a FROM raw.x; UPDATE m.t SET a = 1;",
     "marts/t", "model hook"},
    {"what reads a temp that is left is left too",
     "CREATE TEMP TABLE t AS SELECT a FROM raw.x; UPDATE t SET a = random(); CREATE TABLE m.o AS SELECT a FROM t;",
     "", "review review review"},
    {"what reads a table that is left reads it as a source",
     "INSERT INTO m.t SELECT a FROM raw.x; CREATE TABLE m.o AS SELECT a, b FROM m.t;", "marts/o",
     "review model"},
    {"a table that reads itself", "TRUNCATE m.t; INSERT INTO m.t SELECT a FROM m.t;", "", "review review"},
    {"read before it is rebuilt",
     "CREATE TEMP TABLE old AS SELECT a FROM m.t; TRUNCATE m.t; INSERT INTO m.t SELECT a FROM raw.x;",
     "staging/stg_x", "review folded model"},
    {"made only once", "CREATE TABLE IF NOT EXISTS m.t AS SELECT a FROM raw.x;", "", "review"},
    {"made only once, but dropped before",
     "DROP TABLE m.t; CREATE TABLE IF NOT EXISTS m.t AS SELECT a FROM raw.x;", "marts/t", "folded model"},
    {"a recursive view",
     "CREATE RECURSIVE VIEW m.v (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM v WHERE n < 5;", "", "review"},
    {"a loop over rows",
     "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ DECLARE r record; n int; BEGIN\n"
     "SELECT count(*) INTO n FROM raw.x;\n"
     "TRUNCATE m.t; FOR r IN SELECT id FROM raw.ids LOOP INSERT INTO m.t SELECT a FROM raw.x; END LOOP; END $$;",
     "marts/t", "dropped review folded folded model"},
    {"a loop that does more than insert",
     "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ DECLARE r record; BEGIN\n"
     "FOR r IN SELECT id FROM raw.ids LOOP INSERT INTO m.t (a) VALUES (r.id); CONTINUE WHEN r.id > 3; END LOOP; END $$;",
     "", "dropped review review"},
    {"a parameter without a value",
     "CREATE PROCEDURE p(d date) LANGUAGE plpgsql AS $$ BEGIN INSERT INTO m.t (a) SELECT a FROM raw.x WHERE b = d; END $$;",
     "", "dropped review"},
    {"CALLs that differ",
     "CREATE PROCEDURE p(d int) LANGUAGE plpgsql AS $$ BEGIN INSERT INTO m.t (a) SELECT a FROM raw.x WHERE b = d; END $$;\n"
     "CALL p(1); CALL p(2);",
     "", "dropped review dropped dropped"},
    {"a variable with two values",
     "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ DECLARE v int := 1; BEGIN v := 2; v := 3;\n"
     "INSERT INTO m.t (a) SELECT a FROM raw.x WHERE b = v; END $$;",
     "", "dropped review"},
    {"what a trigger writes",
     "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
     "INSERT INTO m.log (a) SELECT max(a) FROM raw.x; RETURN NULL; END $$;",
     "", "review review"},
    {"a bare select", "SELECT a FROM raw.x;", "", "dropped"},
    {"what gives no rows", "SET search_path = a; BEGIN; COMMIT; CREATE SCHEMA s;", "",
     "dropped dropped dropped dropped"},
    {"a constant table", "CREATE TABLE m.a AS SELECT 1 AS x;", "marts/a", "model"},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f = plan((const char *const[]){cases[i].sql, NULL});

        if (strcmp(models_of(&f), cases[i].models) != 0)
            fail_msg("%s: models are \"%s\"", cases[i].what, models_of(&f));
        if (strcmp(fates_of(&f), cases[i].fates) != 0)
            fail_msg("%s: fates are \"%s\"", cases[i].what, fates_of(&f));
        done(&f);
    }
}

static void test_every_statement_has_a_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f = plan((const char *const[]){cases[i].sql, NULL});

        for (IR_EACH(f.ir, statement, s)) {
            assert_int_not_equal(IR(f.ir, statement, s)->fate, IR_FATE_NONE);
            if (IR(f.ir, statement, s)->fate != IR_FATE_MODEL && !IR(f.ir, statement, s)->reason.v)
                fail_msg("%s: statement %u has no reason", cases[i].what, s.v);
        }
        done(&f);
    }
}

static const struct {
    const char *what, *sql, *path, *want;
} bodies[] = {
    {"relations are replaced, the layout stays",
     "CREATE TEMP TABLE t AS\n    SELECT o.a,  -- the key\n           o.b\n    FROM raw.orders o\n    WHERE o.b = '{{ x }}';",
     "models/staging/stg_orders.sql",
     "SELECT o.a,  -- the key\n       o.b\nFROM {{ source('raw', 'orders') }} o\nWHERE o.b = '{{ '{' }}{ x }}'\n"},
    {"columns qualified by the old name keep it as an alias",
     "CREATE TEMP TABLE tmp_o AS SELECT a FROM raw.orders;\n"
     "CREATE TABLE m.r AS SELECT tmp_o.a, x.b FROM tmp_o JOIN raw.x ON raw.x.a = tmp_o.a;",
     "models/marts/r.sql",
     "SELECT tmp_o.a, x.b FROM {{ ref('stg_orders') }} AS tmp_o JOIN {{ source('raw', 'x') }} AS x ON x.a = "
     "tmp_o.a\n"},
    {"a star is written out where its columns are known",
     "CREATE TEMP TABLE tmp_o AS SELECT a, b AS \"B c\" FROM raw.orders;\n"
     "CREATE TABLE m.r AS SELECT t.*, 1 AS n FROM tmp_o t JOIN raw.y y ON y.a = t.a;",
     "models/marts/r.sql",
     "SELECT t.a, t.\"B c\", 1 AS n FROM {{ ref('stg_orders') }} t JOIN {{ source('raw', 'y') }} y ON y.a = t.a\n"},
    {"a star of unknown columns stays", "CREATE TABLE m.r AS SELECT * FROM raw.orders;", "models/marts/r.sql",
     "SELECT * FROM {{ source('raw', 'orders') }}\n"},
    {"lines of a string keep their blanks",
     "CREATE TABLE m.r AS\n  SELECT 'a\n    b' AS x\n  FROM raw.orders;", "models/marts/r.sql",
     "SELECT 'a\n    b' AS x\nFROM {{ source('raw', 'orders') }}\n"},
    {"SELECT INTO loses its INTO", "SELECT a INTO m.r FROM raw.orders;", "models/marts/r.sql",
     "SELECT a FROM {{ source('raw', 'orders') }}\n"},
    {"comments at the statement come along",
     "-- ==========\n-- what it is for\nCREATE TABLE m.r AS /* why */ SELECT a FROM raw.orders; -- done",
     "models/marts/r.sql",
     "-- what it is for\n/* why */\nSELECT a FROM {{ source('raw', 'orders') }}  -- done\n"},
    {"comments before the semicolon too",
     "CREATE TABLE m.r AS SELECT a FROM raw.orders /* tail */\n-- last words\n; -- done\n-- next\nSELECT 1;",
     "models/marts/r.sql",
     "SELECT a FROM {{ source('raw', 'orders') }}  /* tail */\n-- last words\n-- done\n"},
    {"comments of the next statement stay with it",
     "CREATE TABLE m.r AS SELECT a FROM raw.orders; /* next */\n-- next\nSELECT 1;", "models/marts/r.sql",
     "SELECT a FROM {{ source('raw', 'orders') }}\n"},
    {"a comment at the end of the text", "CREATE TABLE m.r AS SELECT a FROM raw.orders\n-- last words\n",
     "models/marts/r.sql", "SELECT a FROM {{ source('raw', 'orders') }}\n-- last words\n"},
    {"lines end in a line feed, but for a string's",
     "/* why\r\n   so */\r\nCREATE TABLE m.r AS\r\n  SELECT a, -- one\r\n    'x\r\ny' AS b\r\n\r\n  FROM raw.orders\r\n;\r\n",
     "models/marts/r.sql",
     "/* why\n   so */\nSELECT a, -- one\n  'x\r\ny' AS b\n\nFROM {{ source('raw', 'orders') }}\n"},
    {"an INSERT's columns get the table's names, order, types and defaults",
     "CREATE TABLE m.t (a integer, b numeric(10,2), c text DEFAULT 'none');\n"
     "TRUNCATE m.t; INSERT INTO m.t (b, a) SELECT x, y FROM raw.o;",
     "models/marts/t.sql",
     "WITH new_rows AS (\n    SELECT x, y FROM {{ source('raw', 'o') }}\n)\n"
     "\nSELECT\n    CAST(a AS integer) AS a,\n    CAST(b AS numeric(10,2)) AS b,\n    CAST('none' AS text) AS c\n"
     "FROM new_rows AS given (b, a)\n"},
    {"an INSERT whose columns are the table's stays as it is",
     "CREATE TABLE raw.o (a integer, b text); CREATE TABLE m.t (a integer, b text);\n"
     "TRUNCATE m.t; INSERT INTO m.t (a, b) SELECT a, b FROM raw.o;",
     "models/marts/t.sql", "SELECT a, b FROM {{ source('raw', 'o') }}\n"},
    {"several INSERTs are a UNION ALL",
     "TRUNCATE m.t; INSERT INTO m.t (a) SELECT x FROM raw.o; INSERT INTO m.t (a) SELECT y FROM raw.p;",
     "models/marts/t.sql",
     "WITH new_rows_1 AS (\n    SELECT x FROM {{ source('raw', 'o') }}\n),\n\nnew_rows_2 AS (\n"
     "    SELECT y FROM {{ source('raw', 'p') }}\n)\n\nSELECT *\nFROM new_rows_1 AS given (a)\nUNION ALL\n"
     "SELECT *\nFROM new_rows_2 AS given (a)\n"},
    {"a change of what is still empty is no step",
     "DROP TABLE m.t; CREATE TABLE m.t (a text); DELETE FROM m.t WHERE a = 'x'; INSERT INTO m.t SELECT a FROM raw.o;",
     "models/marts/t.sql", "SELECT a FROM {{ source('raw', 'o') }}\n"},
};

static void test_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct fixture f = plan((const char *const[]){bodies[i].sql, NULL});
        const char *got = sql_of(&f, bodies[i].path);

        if (strcmp(got, bodies[i].want) != 0)
            fail_msg("%s:\n%s(models: %s)", bodies[i].what, got, models_of(&f));
        done(&f);
    }
}

static const struct {
    const char *what, *sql, *tests;
} proofs[] = {
    {"one GROUP BY key is unique", "CREATE TABLE m.t AS SELECT a, sum(b) AS s FROM raw.o GROUP BY a;",
     "unique(a)"},
    {"several together are", "CREATE TABLE m.t AS SELECT a, b, count(*) AS n FROM raw.o GROUP BY 1, b;",
     "unique_combination(a b) not_null(n)"},
    {"a key that is not shown proves nothing",
     "CREATE TABLE m.t AS SELECT a, sum(c) AS s FROM raw.o GROUP BY a, b;", ""},
    {"an expression as key",
     "CREATE TABLE m.t AS SELECT date_trunc('month', d) AS m, sum(c) AS s FROM raw.o GROUP BY date_trunc('month', d);",
     "unique(m)"},
    {"a column inside an expression is no key",
     "CREATE TABLE m.t AS SELECT d, x FROM (SELECT 1 AS d, 2 AS x) q GROUP BY d, f(a, x, c);", ""},
    {"grouping sets prove nothing", "CREATE TABLE m.t AS SELECT a, b FROM raw.o GROUP BY ROLLUP (a, b);", ""},
    {"a function of several rows repeats groups",
     "CREATE TABLE m.t AS SELECT a, unnest(array_agg(b)) AS b FROM raw.o GROUP BY a;", ""},
    {"COALESCE with a literal", "CREATE TABLE m.t AS SELECT coalesce(a, b, 'x') AS c FROM raw.o;",
     "not_null(c)"},
    {"COALESCE without one",
     "CREATE TABLE m.t AS SELECT coalesce(a, b) AS c, coalesce(a, 0) + b AS d FROM raw.o;", ""},
    {"a filter", "CREATE TABLE m.t AS SELECT a, b AS c FROM raw.o WHERE a > 0 AND b IS NOT NULL;",
     "not_null(a) not_null(c)"},
    {"an OR takes the filter's word back", "CREATE TABLE m.t AS SELECT a FROM raw.o WHERE a > 0 OR b = 1;",
     ""},
    {"an arm of a UNION says nothing of the whole",
     "CREATE TABLE m.t AS SELECT a FROM raw.o WHERE a > 0 UNION ALL SELECT b FROM raw.p;", ""},
    {"another relation's column",
     "CREATE TABLE m.t AS SELECT p.a FROM raw.o o LEFT JOIN raw.p p ON p.k = o.k WHERE o.a > 0;", ""},
};

static const char *tests_of(const struct fixture *f)
{
    struct buf out = buf_new(f->scratch);

    for (IR_EACH(f->ir, model_test, t)) {
        const struct ir_model_test *test = IR(f->ir, model_test, t);
        char *columns = arena_strndup(f->scratch, ir_string(f->ir, test->columns),
                                      strlen(ir_string(f->ir, test->columns)));

        for (char *c = columns; *c; c++)
            *c = *c == '\n' ? ' ' : *c;
        buf_printf(&out, "%s%s(%s)", out.n ? " " : "", ir_name_of_test_kind(test->kind), columns);
    }
    return buf_str(&out);
}

static void test_proofs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++) {
        struct fixture f = plan((const char *const[]){proofs[i].sql, NULL});

        if (strcmp(tests_of(&f), proofs[i].tests) != 0)
            fail_msg("%s: tests are \"%s\"", proofs[i].what, tests_of(&f));
        done(&f);
    }
}

static void test_levels(void **state)
{
    (void)state;
    struct fixture f = plan((const char *const[]){
        "CREATE TEMP TABLE a AS SELECT x FROM raw.a; CREATE TEMP TABLE b AS SELECT x FROM raw.b;\n"
        "CREATE TEMP TABLE c AS SELECT x FROM raw.c; CREATE TEMP TABLE d AS SELECT a.x FROM a JOIN b ON a.x = b.x;\n"
        "CREATE TABLE m.e AS SELECT c.x FROM c JOIN d ON c.x = d.x;",
        NULL});
    struct plan_levels of_job = plan_levels_of_job(f.ir, f.scratch, (ir_job_id){1});
    struct plan_levels of_all = plan_levels_of_project(f.ir, f.scratch);

    assert_int_equal(of_job.serial, 5);
    assert_int_equal(of_job.levels, 3);
    assert_int_equal(of_all.serial, 5);
    assert_int_equal(of_all.levels, 3);
    done(&f);
}

static void test_sessions(void **state)
{
    (void)state;
    struct fixture f = plan((const char *const[]){
        "CREATE TEMP TABLE t AS SELECT a FROM raw.x; CREATE TABLE m.a AS SELECT a, count(*) AS n FROM t GROUP BY a;",
        "CREATE TEMP TABLE t AS SELECT a FROM raw.y; CREATE TABLE m.b AS SELECT a, count(*) AS n FROM t GROUP BY a;",
        NULL});

    assert_string_equal(models_of(&f), "staging/stg_x marts/a staging/stg_y marts/b");
    assert_non_null(strstr(sql_of(&f, "models/marts/b.sql"), "ref('stg_y')"));
    done(&f);
}

/* Why the first statement that is left for review is. */
static void test_routine_values(void **state)
{
    static const struct {
        const char *body, *models, *why;
    } routines[] = {
        {"SELECT a FROM raw.t t WHERE t.y = p.k", "", "it uses a qualified variable (p.k)"},
        {"SELECT a FROM raw.t t WHERE t.y < b.lim", "", "it uses a qualified variable (b.lim)"},
        {"SELECT a FROM raw.t t WHERE t.y < $1", "", "it uses a parameter by its position ($1)"},
        {"SELECT p.a FROM raw.t p JOIN raw.b b ON b.k = p.k", "marts/c", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof routines / sizeof *routines; i++) {
        struct arena *a = arena_new();
        struct fixture f = plan((const char *const[]){
            arena_printf(
                a,
                "CREATE PROCEDURE etl.p(k int DEFAULT 3) LANGUAGE plpgsql AS $$ <<b>> DECLARE lim int := "
                "5; BEGIN CREATE TABLE m.c AS %s; END $$;",
                routines[i].body),
            NULL});
        const char *why = "";

        for (IR_EACH(f.ir, statement, s))
            if (!*why && IR(f.ir, statement, s)->fate == IR_FATE_REVIEW)
                why = ir_string(f.ir, IR(f.ir, statement, s)->reason);
        assert_string_equal(models_of(&f), routines[i].models);
        if (!strstr(why, routines[i].why) || (!*routines[i].why && *why))
            fail_msg("%s: \"%s\"", routines[i].body, why);
        done(&f);
        arena_free(a);
    }
}

/* Who asks for no bodies gets the same models and fates, and nothing else. */
static void test_without_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const scripts[] = {cases[i].sql, NULL};
        struct fixture f = plan_with(scripts, &(struct plan_options){.no_bodies = true}),
                       whole = plan(scripts);

        assert_string_equal(fates_of(&f), cases[i].fates);
        assert_int_equal(f.ir->model.count, whole.ir->model.count);
        for (IR_EACH(f.ir, model, m))
            assert_string_equal(ir_string(f.ir, IR(f.ir, model, m)->name),
                                ir_string(whole.ir, IR(whole.ir, model, m)->name));
        assert_int_equal(f.ir->step.count + f.ir->piece.count, 2);
        assert_int_equal(f.ir->model_column.count + f.ir->model_test.count, 2);
        done(&f);
        done(&whole);
    }
}

static void test_circle(void **state)
{
    (void)state;
    struct fixture f = plan((const char *const[]){"TRUNCATE m.a; INSERT INTO m.a SELECT x FROM m.b;",
                                                  "TRUNCATE m.b; INSERT INTO m.b SELECT x FROM m.a;",
                                                  "CREATE TABLE m.c AS SELECT x FROM m.a;", NULL});

    assert_string_equal(fates_of(&f), "review review review review model");
    assert_string_equal(models_of(&f), "marts/c");
    done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),          cmocka_unit_test(test_every_statement_has_a_reason),
        cmocka_unit_test(test_bodies),         cmocka_unit_test(test_proofs),
        cmocka_unit_test(test_levels),         cmocka_unit_test(test_circle),
        cmocka_unit_test(test_sessions),       cmocka_unit_test(test_routine_values),
        cmocka_unit_test(test_without_bodies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
