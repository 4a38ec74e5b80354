"""Ways in which DAGs are put together that corpus/ does not have."""
from datetime import datetime

from airflow import DAG, Dataset
from airflow.decorators import dag, setup, task, task_group, teardown
from airflow.models.baseoperator import chain, chain_linear, cross_downstream
from airflow.operators.empty import EmptyOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sensors.external_task import ExternalTaskSensor
from airflow.utils.edgemodifier import Label

ORDERS = Dataset("postgres://shop/orders")
START = datetime(2024, 1, 1)


@dag(schedule="@daily", start_date=START, catchup=False)
def flow():
    @task(multiple_outputs=True)
    def extract() -> dict:
        return {"a": 1, "b": 2}

    @task
    def add(x, y=1):
        return x + y

    @task.branch
    def choose(x):
        return "left"

    @task_group
    def load(x):
        return add.override(task_id="inner")(x)

    @setup
    def begin():
        pass

    @teardown
    def end():
        pass

    parts = extract()
    left, right = EmptyOperator(task_id="left"), EmptyOperator(task_id="right")
    chosen = choose(parts["a"])
    chosen >> Label("yes") >> left
    chosen >> Label("no") >> right
    group = load(parts["b"])
    mapped = add.partial(y=2).expand(x=[1, 2, 3])
    [left, right] >> mapped >> add.override(task_id="kw").expand_kwargs([{"x": 1, "y": 2}])
    first, last = begin(), end()
    first >> group >> last
    first >> last


flow()

with DAG("classic", schedule=[ORDERS], start_date=START, default_args={"conn_id": "db"}):
    above = [EmptyOperator(task_id=f"a{i}") for i in range(3)]
    below = [EmptyOperator(task_id=f"b{i}") for i in range(2)]
    join, split = EmptyOperator(task_id="join"), EmptyOperator(task_id="split")
    cross_downstream(above, below)
    chain(below, join)
    chain_linear(join, [split, EmptyOperator(task_id="other")], EmptyOperator(task_id="end"))
    mapped_sql = SQLExecuteQueryOperator.partial(task_id="mapped", conn_id="db").expand(sql=["SELECT 1", "SELECT 2"])
    split >> mapped_sql
    TriggerDagRunOperator(task_id="go", trigger_dag_id="flow") << mapped_sql


def build(name, tables):
    with DAG(name, schedule=None, start_date=START) as made:
        previous = None
        for table in tables:
            load = SQLExecuteQueryOperator(task_id=f"load_{table}", conn_id="db", outlets=[ORDERS],
                                           sql=f"INSERT INTO {table} SELECT * FROM raw_{table}")
            if previous:
                previous >> load
            previous = load
        ExternalTaskSensor(task_id="wait", external_dag_id="classic") >> made.get_task(f"load_{tables[0]}")
    return made


for region, loads in {"north": ["orders", "lines"], "south": ["stock"]}.items():
    globals()[region] = build(region, loads)


class LoadTable(SQLExecuteQueryOperator):
    def __init__(self, table, sql_stmt, **kwargs):
        super().__init__(sql=f"INSERT INTO {table} ({sql_stmt})", conn_id="db", **kwargs)


with DAG("own", schedule=None, start_date=START):
    LoadTable(table="t", sql_stmt="SELECT 1", task_id="one") >> LoadTable(table="u", sql_stmt="SELECT 2", task_id="two")
