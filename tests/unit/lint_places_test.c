/*
 * Where findings stand, through the real stages: whole lists of "line:column-line:column CODE", so that neither a
 * missing nor a spurious finding goes unseen. SQL in Python strings counts in the Python file's lines.
 */
#include "link/link.h"
#include "lint/lint.h"
#include "lint_reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *name;
    bool python;
    enum ir_dialect target;
    const char *source, *findings;
} cases[] = {
    {"a procedure", false, IR_DIALECT_UNKNOWN,
     "CREATE PROCEDURE build() AS $$ BEGIN\n"
     "  CREATE TEMP TABLE t1 AS SELECT id FROM app.a;\n"
     "  CREATE TEMP TABLE t2 AS SELECT id FROM app.b;\n"
     "  CREATE OR REPLACE TABLE mart.c AS SELECT t1.id FROM t1 JOIN t2 ON t1.id = t2.id;\n"
     "END $$ LANGUAGE plpgsql;\n",
     "1:18-1:23 LN102\n2:21-2:23 LN101\n2:42-2:47 LN201\n3:21-3:23 LN101\n3:42-3:47 LN201\n"
     "4:10-4:20 LN301\n4:10-4:20 LN721\n4:27-4:33 LN201\n"},
    {"another target", false, IR_DIALECT_SNOWFLAKE, "CREATE OR REPLACE TABLE c AS SELECT id FROM a;\n",
     "1:8-1:18 LN301\n"},
    {"writes", false, IR_DIALECT_UNKNOWN,
     "DROP TABLE IF EXISTS d;\n"
     "CREATE TABLE d AS SELECT id FROM a;\n"
     "UPDATE d SET id = 0;\n"
     "INSERT INTO \"E\".\"F\" SELECT id FROM \"E\".\"F\";\n",
     "1:1-1:11 LN301\n3:1-3:7 LN305\n4:13-4:20 LN201\n4:13-4:20 LN313\n"
     "4:36-4:43 LN201\n"},
    {"non-ASCII before the place", false, IR_DIALECT_UNKNOWN, "SELECT 'é', id FROM app.a;\n",
     "1:21-1:26 LN201\n"},
    {"what is no table", false, IR_DIALECT_UNKNOWN,
     "WITH c AS (SELECT 1 AS id) SELECT c.id, x.y FROM c, LATERAL (SELECT c.id) AS x(y),\n"
     "generate_series(1, 2) AS g WHERE c.id IS DISTINCT FROM x.y AND 'FROM app.a' <> '';\n"
     "SELECT extract(year FROM c.day), trim(both FROM c.name), substring(c.name FROM 2) FROM c;\n",
     ""},
    {"comments and strings", false, IR_DIALECT_UNKNOWN,
     "-- DELETE FROM app.a;\n/* CREATE TEMP TABLE t AS SELECT 1; */ SELECT 'UPDATE app.a SET x = 1';\n", ""},
    {"pandas", true, IR_DIALECT_UNKNOWN,
     "import pandas as pd\n"
     "from sqlalchemy import create_engine\n"
     "engine = create_engine(\"postgresql://u:p4ss-Word@h/d\")\n"
     "a = pd.read_sql(\"SELECT * FROM app.a\", engine)\n"
     "b = a[a[\"s\"] != \"x\"].groupby(\"k\", as_index=False).agg(n=(\"v\", \"sum\"))\n"
     "b.to_sql(\"b\", engine, if_exists=\"replace\")\n",
     "3:40-3:49 LN851\n4:5-4:16 LN401\n4:25-4:26 LN406\n4:32-4:37 LN201\n5:1-5:2 LN402\n"
     "5:7-5:20 LN417\n5:22-5:29 LN410\n6:3-6:9 LN404\n6:3-6:9 LN405\n6:3-6:9 LN408\n6:3-6:9 LN409\n"
     "6:23-6:42 LN403\n"},
    {"a table of its own", true, IR_DIALECT_UNKNOWN,
     "import pandas as pd\n"
     "from sqlalchemy import create_engine\n"
     "a = pd.read_sql(\"SELECT count(*) AS n FROM a\", create_engine(\"sqlite://\"))\n",
     "3:5-3:16 LN401\n"},
    {"tasks", true, IR_DIALECT_UNKNOWN,
     "from airflow import DAG\n"
     "from airflow.operators.python import PythonOperator\n"
     "from airflow.providers.postgres.hooks.postgres import PostgresHook\n"
     "def f():\n"
     "    PostgresHook(\"w\").run(\"\"\"\n"
     "        INSERT INTO a (id) SELECT id FROM r\"\"\")\n"
     "def g():\n"
     "    PostgresHook(\"w\").run(\"INSERT INTO b (id) SELECT id FROM q\")\n"
     "def h():\n"
     "    PostgresHook(\"w\").run(\"INSERT INTO c (id) SELECT id FROM a\")\n"
     "with DAG(\"d\") as dag:\n"
     "    t1 = PythonOperator(task_id=\"f\", python_callable=f)\n"
     "    t2 = PythonOperator(task_id=\"g\", python_callable=g)\n"
     "    t3 = PythonOperator(task_id=\"h\", python_callable=h)\n"
     "    t1 >> t2\n",
     "5:23-5:26 LN503\n6:21-6:22 LN304\n8:23-8:26 LN503\n8:40-8:41 LN304\n10:23-10:26 LN503\n"
     "10:40-10:41 LN304\n10:62-10:63 LN501\n15:5-15:13 LN502\n"},
};

static void test_places(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new(), *scratch = arena_new();
        struct lint_options options = {.target = cases[i].target};
        struct buf out = buf_new(a);
        struct ir *ir = ir_new(a);
        struct err e = {{0}};

        read_file(ir, scratch, cases[i].python, cases[i].source);
        link_project(ir, scratch, &(struct link_options){0});
        if (lint_project(ir, scratch, &options, &e) < 0)
            fail_msg("%s", e.message);
        for (IR_EACH(ir, finding, f)) {
            const struct ir_finding *row = IR(ir, finding, f);
            struct ir_place p = ir_place_of(ir, row->file, row->text, row->off, row->len);

            buf_printf(&out, "%u:%u-%u:%u %s\n", p.line, p.column, p.end_line, p.end_column,
                       ir_string(ir, IR(ir, rule, row->rule)->code));
            if (strstr(ir_string(ir, row->message), "p4ss-Word"))
                fail_msg("a message shows a password");
        }
        if (strcmp(buf_str(&out), cases[i].findings) != 0)
            fail_msg("%s: expected\n%sfound\n%s", cases[i].name, cases[i].findings, buf_str(&out));
        arena_free(scratch);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_places)};
    int result = cmocka_run_group_tests(tests, NULL, NULL);

    sql_exit();
    return result;
}
