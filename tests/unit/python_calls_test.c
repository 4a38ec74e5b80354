/* Which calls hand SQL to a database, over which connection, and what is said where it is not known. */
#include "python_reading.h"

/* "kind connection dialect order" of every text, joined by " | ". */
static const char *show_calls(struct arena *a, const struct ir *ir)
{
    struct buf b = buf_new(a);

    for (uint32_t i = 1; i < ir->text.count; i++) {
        struct ir_text t = ir->text.items[i];
        buf_printf(&b, "%s%s %s %s %u", i > 1 ? " | " : "", ir_name_of_call_kind(t.call),
                   t.connection.v ? ir_string(ir, t.connection) : "-", ir_name_of_dialect(t.dialect),
                   t.order);
    }
    return buf_str(&b);
}

static void calls(void **state)
{
    static const struct {
        const char *source, *calls;
    } rows[] = {
        {"import psycopg2\nconn = psycopg2.connect('x')\ncur = conn.cursor()\ncur.execute('SELECT 1 FROM t')",
         "execute conn postgres 1"},
        {"e = create_engine('postgresql://me:pw@host/db?password=x')\nwith e.begin() as c:\n"
         "  c.execute(text('SELECT 1 FROM t'))\n  c.exec_driver_sql('SELECT 2 FROM t')",
         "execute postgresql://host/db postgres 1 | execute postgresql://host/db postgres 2"},
        {"import pandas as pd\nx = pd.read_sql('SELECT 1 FROM t', con=engine)", "read engine unknown 1"},
        {"import pandas as pd\npd.read_sql_query(sql='SELECT 1 FROM t', con='mysql://u:p@h/d')",
         "read mysql://h/d mysql 1"},
        {"PostgresHook('wh').run(['SELECT 1 FROM t', 'SELECT 2 FROM t'])",
         "execute wh postgres 1 | execute wh postgres 2"},
        {"h = PostgresHook(postgres_conn_id='wh')\nx = h.get_pandas_df('SELECT 1 FROM t')",
         "read wh postgres 1"},
        {"SnowflakeHook('sf').get_conn().cursor().execute('SELECT 1 FROM t')", "execute sf snowflake 1"},
        {"from psycopg2.extras import execute_values\nexecute_values(cur, 'INSERT INTO t VALUES %s', r)",
         "execute cur unknown 1"},
        {"cur.executemany('INSERT INTO t VALUES (%s)', rows)", "execute cur unknown 1"},
        {"spark.sql('INSERT INTO t SELECT 1')", "execute spark unknown 1"},
        {"async def f():\n  await conn.execute('SELECT 1 FROM t')", "execute conn unknown 1"},
        {"cur.callproc('etl.load', [1])\ncur.copy_from(f, 'raw.t')",
         "execute cur unknown 1 | execute cur unknown 2"},
        {"PostgresHook('wh').insert_rows(table='t', rows=r)", "execute wh postgres 1"},
        {"import pandas as pd\nx = pd.read_sql_table('t', 'mysql://u:p@h/d', columns=['a'])",
         "read mysql://h/d mysql 1"},
        {"import pandas as pd\nx = pd.read_gbq('SELECT 1 FROM t', project_id=p)", "read p unknown 1"},
        {"from sqlalchemy import Table, select\nt = Table('t', m)\nconn.execute(select(t.c.a).where(t.c.b == 1))",
         "execute conn unknown 1"},
        {"robot.insert_rows('t', 3)", ""},
        {"subprocess.run('select things')", ""},
        {"command.execute('start the engine'.upper)", ""},
        {"robot.execute('walk')", ""},
        {"print('SELECT 1 FROM t')", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *a = arena_new();
        const char *got = show_calls(a, read_module(a, rows[i].source));
        if (strcmp(got, rows[i].calls) != 0)
            fail_msg("%s\n  gave     %s\n  expected %s", rows[i].source, got, rows[i].calls);
        arena_free(a);
    }
}

/* "kind line: why" of every gap. */
static const char *show_gaps(struct arena *a, const struct ir *ir)
{
    struct buf b = buf_new(a);

    for (uint32_t i = 1; i < ir->gap.count; i++) {
        struct ir_gap g = ir->gap.items[i];
        struct ir_place place = ir_place_of(ir, g.file, g.text, g.off, g.len);
        buf_printf(&b, "%s%s %u: %s", i > 1 ? " | " : "", ir_name_of_gap_kind(g.kind), place.line,
                   ir_string(ir, g.why));
    }
    return buf_str(&b);
}

static void gaps(void **state)
{
    static const struct {
        const char *source, *gaps;
    } rows[] = {
        {"cur.execute(make())", "dynamic 1: the SQL that cur.execute gets is only known at run time"},
        {"for i in x:\n  cur.execute(i)\n",
         "dynamic 2: the SQL that cur.execute gets is only known at run time"},
        {"robot.execute(what)", ""},
        {"print 'x'\nprint 'y'\ncur.execute('SELECT 1 FROM t')", "syntax 1: Python 2 print statement"},
        {"x = 1\ndef f(:\n  pass\n", "syntax 2: Python syntax: \")\" is missing here"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *a = arena_new();
        const char *got = show_gaps(a, read_module(a, rows[i].source));
        if (strcmp(got, rows[i].gaps) != 0)
            fail_msg("%s\n  gave     %s\n  expected %s", rows[i].source, got, rows[i].gaps);
        arena_free(a);
    }
}

static const char *repeat(struct arena *a, const char *what, uint32_t times, const char *end)
{
    struct buf b = buf_new(a);

    while (times-- > 0)
        buf_adds(&b, what);
    buf_adds(&b, end);
    return buf_str(&b);
}

/* What would cost the parser its heap, or us the stack or the day, costs only itself. */
static void too_much(void **state)
{
    static const char *const units[] = {"(",        "[{", "f'{",          "not ",       "a.b().",
                                        "lambda: ", "x=", "a if b else ", "**",         "if a:\n ",
                                        "-",        "\"", "'''",          "s = s + s\n"};
    struct arena *a = arena_new();
    struct ir *ir;

    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        read_module(a, repeat(a, units[i], 20000, "x\n"));
    ir = read_module(a, repeat(a, "(", 200000, "\n"));
    assert_int_equal(ir->gap.items[1].kind, IR_GAP_FILE);
    assert_int_equal(ir->file.items[1].status, IR_STATUS_FAILED);
    arena_free(a);
}

/* A file without SQL has no job; one with SQL is its own. */
static void jobs(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir = read_module(a, "import os\nprint(os.environ)\n");

    (void)state;
    assert_int_equal(ir->job.count, 1);
    ir = read_module(a, "cur.execute('SELECT 1 FROM t')\n");
    assert_int_equal(ir->job.count, 2);
    assert_string_equal(ir_string(ir, ir->job.items[1].id), "etl.py");
    assert_int_equal(ir->job.items[1].kind, IR_JOB_SCRIPT);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls),
        cmocka_unit_test(gaps),
        cmocka_unit_test(too_much),
        cmocka_unit_test(jobs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
