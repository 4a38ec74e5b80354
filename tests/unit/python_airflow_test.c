/* Airflow's jobs and what must end before what, as Airflow itself would have it. */
#include "python_reading.h"

#define DAG "with DAG('d') as dag:\n  a, b, c, e = [Op(task_id=n) for n in 'a b c e'.split(' ')]\n  "

static void edges(void **state)
{
    static const struct {
        const char *source, *edges;
    } rows[] = {
        {DAG "a >> b >> c", "d/a>d/b d/b>d/c"},
        {DAG "a << b << c", "d/b>d/a d/c>d/b"},
        {DAG "[a, b] >> c >> [e]", "d/a>d/c d/b>d/c d/c>d/e"},
        {DAG "a >> b << c", "d/a>d/b d/c>d/b"},
        {DAG "a >> b\n  a >> b", "d/a>d/b"},
        {DAG "a >> Label('x') >> b", "d/a>d/b"},
        {DAG "a.set_upstream([b, c])\n  a.set_downstream(e)", "d/b>d/a d/c>d/a d/a>d/e"},
        {"from airflow.models.baseoperator import chain\n" DAG "chain(a, [b, c], e)",
         "d/a>d/b d/a>d/c d/b>d/e d/c>d/e"},
        {"from airflow.models.baseoperator import chain\n" DAG "chain([a, b], [c, e])", "d/a>d/c d/b>d/e"},
        {"from airflow.models.baseoperator import cross_downstream\n" DAG "cross_downstream([a, b], [c, e])",
         "d/a>d/c d/a>d/e d/b>d/c d/b>d/e"},
        {"with DAG('d'):\n  p = None\n  for t in ['x', 'y']:\n    n = Op(task_id=f'load_{t}')\n"
         "    if p: p >> n\n    p = n\n",
         "d/load_x>d/load_y"},
        {DAG "dag.get_task('a') >> b", "d/a>d/b"},
        {"dag = DAG(dag_id='d')\na = Op(task_id='a', dag=dag)\nb = Op(task_id='b', dag=dag)\na >> b",
         "d/a>d/b"},
        {"dag = DAG('d')\na = Op(task_id='a', dag=dag)\nb = Op(task_id='b')\na >> b", "d/a>d/b"},
        {DAG "with TaskGroup('g') as g:\n    x = Op(task_id='x')\n    y = Op(task_id='y')\n    x >> y\n"
             "  a >> g >> b",
         "d/g.x>d/g.y d/a>d/g.x d/g.y>d/b"},
        {DAG "with TaskGroup('g', prefix_group_id=False) as g:\n    x = Op(task_id='x')\n  g >> a",
         "d/x>d/a"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *a = arena_new();
        const char *got = show_edges(a, read_module(a, rows[i].source));
        if (strcmp(got, rows[i].edges) != 0)
            fail_msg("%s\n  gave     %s\n  expected %s", rows[i].source, got, rows[i].edges);
        arena_free(a);
    }
}

#define FLOW "from airflow.decorators import dag, task, task_group\n"

static void taskflow(void **state)
{
    static const struct {
        const char *source, *edges;
    } rows[] = {
        {FLOW "@task\ndef f(): pass\n@task\ndef g(x): pass\n@dag(dag_id='d')\ndef flow():\n  g(f())\nflow()",
         "d/f>d/g"},
        {FLOW "@task(task_id='one')\ndef f(x=1): pass\n@dag()\ndef flow():\n  f() >> f()\nflow()",
         "flow/one>flow/one__1"},
        {FLOW "@task\ndef f(): pass\n@task\ndef g(x): pass\n@dag()\ndef flow():\n  x = f()\n"
              "  g([x['a'], x]) >> g.override(task_id='h')(1)\nflow()",
         "flow/f>flow/g flow/g>flow/h"},
        {FLOW "@task\ndef f(x=1): pass\n@task_group\ndef tg(v):\n  return f(v)\n@dag()\ndef flow():\n"
              "  f(tg(f()))\nflow()",
         "flow/f>flow/tg.f flow/tg.f>flow/f__1"},
        {FLOW "@task\ndef f(x=1): pass\nwith DAG('d'):\n  f.expand(x=[1]) >> f()\n", "d/f>d/f__1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *a = arena_new();
        const char *got = show_edges(a, read_module(a, rows[i].source));
        if (strcmp(got, rows[i].edges) != 0)
            fail_msg("%s\n  gave     %s\n  expected %s", rows[i].source, got, rows[i].edges);
        arena_free(a);
    }
}

/* "job: text" of every text and "job: file" of every SQL file, joined by " | ". */
static const char *show_runs(struct arena *a, const struct ir *ir)
{
    struct buf b = buf_new(a);

    for (uint32_t i = 1; i < ir->text.count; i++)
        buf_printf(&b, "%s%s: %s", b.n ? " | " : "", ir_string(ir, IR(ir, job, ir->text.items[i].job)->id),
                   ir_string(ir, ir->text.items[i].content));
    for (uint32_t i = 1; i < ir->run_file.count; i++)
        buf_printf(&b, "%s%s: %s", b.n ? " | " : "",
                   ir_string(ir, IR(ir, job, ir->run_file.items[i].job)->id),
                   ir_string(ir, ir->run_file.items[i].path));
    return buf_str(&b);
}

static void runs(void **state)
{
    static const struct {
        const char *source, *runs;
    } rows[] = {
        {"with DAG('d'):\n  PostgresOperator(task_id='a', sql='SELECT 1 FROM t')\n", "d/a: SELECT 1 FROM t"},
        {"with DAG('d'):\n  PostgresOperator(task_id='a', sql=['SELECT 1 FROM t', 'x/y.sql'])\n",
         "d/a: SELECT 1 FROM t | d/a: x/y.sql"},
        {"with DAG('d'):\n  BigQueryInsertJobOperator(task_id='a', configuration={'query': {'query': "
         "'SELECT 1 FROM t'}})\n",
         "d/a: SELECT 1 FROM t"},
        {"def f(t, **kw): hook.run(f'TRUNCATE {t}')\nwith DAG('d'):\n"
         "  PythonOperator(task_id='a', python_callable=f, op_kwargs={'t': 'x'})\n"
         "  PythonOperator(task_id='b', python_callable=f, op_args=['y'])\n",
         "d/a: TRUNCATE x | d/b: TRUNCATE y"},
        {FLOW "@task\ndef f(t): hook.run(f'TRUNCATE {t}')\nwith DAG('d'):\n  f('x')\n", "d/f: TRUNCATE x"},
        {"class My(BaseOperator):\n  def __init__(self, q, **kw): self.q = q\n"
         "  def execute(self, context): PostgresHook('x').run(self.q)\n"
         "with DAG('d'):\n  My(task_id='a', q='TRUNCATE x')\n",
         "d/a: TRUNCATE x"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *a = arena_new();
        const char *got = show_runs(a, read_module(a, rows[i].source));
        if (strcmp(got, rows[i].runs) != 0)
            fail_msg("%s\n  gave     %s\n  expected %s", rows[i].source, got, rows[i].runs);
        arena_free(a);
    }
}

/* An edge is declared from its left operand to its right one, however long the chain. */
static void spans(void **state)
{
    static const char source[] = DAG "[a, b] >> c >> e";
    struct arena *a = arena_new();
    struct ir *ir = read_module(a, source);
    struct ir_task_edge first = ir->task_edge.items[1], last = ir->task_edge.items[3];

    (void)state;
    assert_int_equal(first.len, strlen("[a, b] >> c"));
    assert_memory_equal(source + first.off, "[a, b] >> c", first.len);
    assert_int_equal(last.len, strlen("c >> e"));
    assert_memory_equal(source + last.off, "c >> e", last.len);
    arena_free(a);
}

/* Each task counts its own order, and says whether its SQL stands in a callable. */
static void tasks(void **state)
{
    struct arena *a = arena_new();
    struct ir *ir =
        read_module(a, "def f():\n  hook.run('TRUNCATE a')\n  hook.run('TRUNCATE b')\nwith DAG('d'):\n"
                       "  PythonOperator(task_id='p', python_callable=f)\n"
                       "  PostgresOperator(task_id='q', sql='TRUNCATE c', postgres_conn_id='wh')\n");

    (void)state;
    assert_int_equal(ir->job.count, 4);
    assert_int_equal(ir->job.items[1].kind, IR_JOB_DAG);
    assert_int_equal(ir->job.items[2].parent.v, 1);
    assert_int_equal(ir->job.items[2].in_callable, 1);
    assert_int_equal(ir->job.items[3].in_callable, 0);
    assert_string_equal(ir_string(ir, ir->job.items[3].name), "q");
    assert_int_equal(ir->text.items[1].order, 1); /* of q: an operator's SQL comes first */
    assert_string_equal(ir_string(ir, ir->text.items[1].connection), "wh");
    assert_int_equal(ir->text.items[3].order, 2);
    arena_free(a);
}

/* A callable is walked once however it becomes a task's: its frame and its to_sql are there once. */
static void callables(void **state)
{
    static const char *const sources[] = {
        "import pandas as pd\ndef seg():\n  a = pd.read_sql('SELECT x FROM t', eng)\n"
        "  a.to_sql('seg', eng, index=False)\n"
        "with DAG('d'):\n  PythonOperator(task_id='t', python_callable=seg)\n",
        "import pandas as pd\n" FLOW "@task\ndef seg():\n  a = pd.read_sql('SELECT x FROM t', eng)\n"
        "  a.to_sql('seg', eng, index=False)\n@dag()\ndef flow():\n  seg()\nflow()\n",
        "import pandas as pd\n" FLOW "@task\ndef seg():\n  a = pd.read_sql('SELECT x FROM t', eng)\n"
        "  a.to_sql('seg', eng, index=False)\n@dag()\ndef flow():\n  seg()\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct arena *a = arena_new();
        struct ir *ir = read_module(a, sources[i]);
        assert_int_equal(ir->text.count - 1, 1);
        assert_int_equal(ir->frame.count - 1, 1);
        assert_int_equal(ir->statement.count - 1, 1);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges), cmocka_unit_test(taskflow), cmocka_unit_test(runs),
        cmocka_unit_test(spans), cmocka_unit_test(tasks),    cmocka_unit_test(callables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
