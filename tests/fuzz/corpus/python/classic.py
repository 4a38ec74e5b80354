from __future__ import annotations
import os
from datetime import datetime, timedelta
from airflow import DAG
from airflow.operators.dummy import DummyOperator
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator, BranchPythonOperator
from airflow.utils.task_group import TaskGroup
from airflow.utils.helpers import chain

DAG_ID = os.path.basename(__file__).replace(".py", "")
TABLES = {"orders": {"pk": "id"}, "customers": {"pk": "cid"}}
default_args = {"owner": "me", "retries": 1, "retry_delay": timedelta(minutes=5)}
dag = DAG(DAG_ID, default_args=default_args, start_date=datetime(2024, 1, 1), catchup=False)

def _x(**kwargs): return 1
def make(name, dag):
    return PythonOperator(task_id="make_%s" % name, python_callable=_x, dag=dag)

begin = DummyOperator(task_id="begin", dag=dag)
last = None
for name, conf in TABLES.items():
    t = make(name, dag)
    t.set_upstream(begin)
    c = BashOperator(task_id="check_{}_{}".format(name, conf["pk"]), bash_command="echo", dag=dag)
    t >> c
    if last:
        last >> t
    last = t
fin = DummyOperator(task_id="fin", dag=dag)
fin << [last, begin]
with dag:
    with TaskGroup(group_id="grp", prefix_group_id=False) as grp:
        a = DummyOperator(task_id="ga")
        b = DummyOperator(task_id="gb")
        [a, b]
    groups = []
    for i in range(3):
        with TaskGroup(f"sec_{i}") as tg:
            s = DummyOperator(task_id="s")
            e = DummyOperator(task_id="e")
            s >> e
        groups.append(tg)
    chain(*groups)
    fin >> grp >> groups[0]
    steps = [DummyOperator(task_id=f"st{n}") for n in ("a", "b", "c")]
    for x, y in zip(steps[:-1], steps[1:]):
        x >> y
    (begin >> steps[0])
    steps[-1] >> [fin, a] >> DummyOperator(task_id="zz")
