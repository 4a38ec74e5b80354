from airflow import DAG
from airflow.decorators import task, dag, task_group
from airflow.operators.python import PythonOperator
from airflow.operators.empty import EmptyOperator
from airflow.providers.postgres.operators.postgres import PostgresOperator
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.models.baseoperator import chain, cross_downstream
from airflow.utils.task_group import TaskGroup
from airflow.utils.edgemodifier import Label
from datetime import datetime
def load(table, **kw):
    PostgresHook(postgres_conn_id="wh").run([f"TRUNCATE {table}", f"INSERT INTO {table} SELECT 1"])
D = dict(start_date=datetime(2024,1,1))
with DAG("d1", **D) as dag1:
    start = EmptyOperator(task_id="start")
    end = EmptyOperator(task_id="end")
    ts = []
    for t in ["a", "b"]:
        x = PythonOperator(task_id=f"load_{t}", python_callable=load, op_kwargs={"table": t})
        start >> x
        ts.append(x)
    with TaskGroup("g") as g:
        p = PostgresOperator(task_id="p", sql="sql/p.sql", postgres_conn_id="wh")
        q = PostgresOperator(task_id="q", sql=["SELECT 1 FROM x", "SELECT {{ ds }} FROM y"])
        p >> Label("hi") >> q
        with TaskGroup("h") as h:
            r = EmptyOperator(task_id="r")
    ts >> g >> end
    z = EmptyOperator(task_id="z"); z.set_upstream([end, start]); z << start
    c = [EmptyOperator(task_id="c%d" % i) for i in range(4)]
    chain(c[0], [c[1], c[2]], c[3])
    cross_downstream([c[0], c[1]], [z, end])
d2 = DAG("d2", **D)
o1 = EmptyOperator(task_id="o1", dag=d2)
o2 = EmptyOperator(task_id="o2", dag=d2)
o1.set_downstream(o2)
@dag(dag_id="d3", **D)
def flow():
    @task
    def extract(): return [1]
    @task(task_id="tr")
    def transform(x, y=None):
        PostgresHook("pg").run("INSERT INTO tr SELECT * FROM ex")
        return 1
    @task_group
    def tg(v):
        a = transform(v)
        return transform(a)
    @task
    def ld(z): pass
    e = extract()
    w = tg(e)
    ld(w) >> EmptyOperator(task_id="fin")
    ld.override(task_id="ld2")(e)
flow()
