from datetime import datetime, timedelta
from airflow import DAG, Dataset
from airflow.models.baseoperator import chain, chain_linear, cross_downstream
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator, BranchPythonOperator, ShortCircuitOperator
from airflow.operators.bash import BashOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sensors.external_task import ExternalTaskSensor
from airflow.utils.task_group import TaskGroup
from airflow.providers.postgres.operators.postgres import PostgresOperator

default_args = {"owner": "x", "start_date": datetime(2024, 1, 1)}
orders = Dataset("pg://orders")

dag = DAG("classic_a", default_args=default_args, schedule="@daily", template_searchpath=["sql"])
t1 = EmptyOperator(task_id="t1", dag=dag)
t2 = EmptyOperator(task_id="t2", dag=dag, outlets=[orders])
t3 = EmptyOperator(task_id="t3", dag=dag)
t1.set_downstream([t2, t3])
t4 = BashOperator(task_id="t4", bash_command="echo", dag=dag)
t4.set_upstream([t2, t3])
ends = [EmptyOperator(task_id=f"end_{n}", dag=dag) for n in ("a", "b")]
t4 >> ends
names = {"x": 1, "y": 2}
many = {k: EmptyOperator(task_id="m_%s" % k, dag=dag) for k, v in names.items()}
ends[0] >> many["x"] << t1
for k, v in many.items():
    v << t3

with DAG("classic_b", default_args=default_args, schedule=[orders]) as dag_b:
    a, b, c, d, e, f = [EmptyOperator(task_id=x) for x in "abcdef"]
    chain(a, [b, c], [d, e], f)
    g = [EmptyOperator(task_id=f"g{i}") for i in range(3)]
    h = [EmptyOperator(task_id=f"h{i}") for i in range(2)]
    cross_downstream(g, h)
    chain_linear(f, g)
    with TaskGroup("tg1") as tg1:
        x = EmptyOperator(task_id="x")
        with TaskGroup("tg2", tooltip="t") as tg2:
            y = EmptyOperator(task_id="y")
            z = EmptyOperator(task_id="z")
        x >> tg2
    with TaskGroup(group_id="noprefix", prefix_group_id=False) as np:
        EmptyOperator(task_id="np1") >> EmptyOperator(task_id="np2")
    tg1 >> np
    h >> tg1
    wait = ExternalTaskSensor(task_id="wait", external_dag_id="classic_a", external_task_id="t4")
    trig = TriggerDagRunOperator(task_id="trig", trigger_dag_id="classic_a")
    wait >> a
    np >> trig
    up = EmptyOperator(task_id="up").as_setup()
    down = EmptyOperator(task_id="down").as_teardown(setups=up)
    with down:
        EmptyOperator(task_id="work1") >> EmptyOperator(task_id="work2")

def make(dag_id, tables, wait=None):
    with DAG(dag_id, default_args=default_args, schedule=None) as d:
        start = EmptyOperator(task_id="start")
        for t in tables:
            load = PostgresOperator(task_id=f"load_{t}", sql=f"INSERT INTO {t} SELECT * FROM raw.{t}")
            start >> load
            if wait:
                load >> EmptyOperator(task_id=f"check_{t}")
    return d

globals()["f1"] = make("factory_one", ["a", "b"])
f2 = make("factory_two", ["c"], wait=True)
for region in ["us", "eu"]:
    globals()[f"dag_{region}"] = make(f"region_{region}", [f"{region}_t"])

def callable_(): ...
with DAG("tail_flow", start_date=datetime(2024, 1, 1)) as dt:
    first = PythonOperator(task_id="first", python_callable=callable_)
    last = None
    for i, name in enumerate(["p", "q", "r"]):
        cur = PythonOperator(task_id=f"{name}_{i}", python_callable=callable_)
        if i == 0:
            first >> cur
        else:
            last >> cur
        last = cur
    br = BranchPythonOperator(task_id="br", python_callable=callable_)
    last >> br >> [EmptyOperator(task_id="b1"), EmptyOperator(task_id="b2")] >> EmptyOperator(task_id="join")
    groups = []
    for gname in ["alpha", "beta"]:
        with TaskGroup(gname) as tg:
            s = EmptyOperator(task_id="s")
            e2 = EmptyOperator(task_id="e")
            s >> e2
        groups.append(tg)
    chain(br, groups[0], groups[1])
    first >> groups
    tasks = []
    for i in range(3):
        tasks.append(EmptyOperator(task_id=f"seq_{i}"))
        if i > 0:
            tasks[i - 1] >> tasks[i]
    tasks[-1] >> EmptyOperator(task_id="the_end")
    o = BashOperator.partial(task_id="mapped").expand(bash_command=["a", "b"])
    first.set_downstream(o)
    for t in tasks[1:]:
        t << o
    down1, down2 = EmptyOperator(task_id="d1"), EmptyOperator(task_id="d2")
    [down1, down2] << first
    (down1 >> down2)
