from airflow import DAG
from airflow.models.baseoperator import chain
from airflow.operators.python import PythonOperator
from airflow.operators.empty import EmptyOperator

def nothing():
    pass

with DAG("wiring") as dag:
    a = EmptyOperator(task_id="a")
    b = EmptyOperator(task_id="b")
    c = EmptyOperator(task_id="c")
    d = PythonOperator(task_id="d", python_callable=nothing)
    e = EmptyOperator(task_id="e")
    f = EmptyOperator(task_id="f")
    g = EmptyOperator(task_id="g")
    a >> [b, c] >> d
    e << d
    f.set_upstream([d, e])
    chain(a, [b, c], [f, g])
    g.set_downstream(f)
