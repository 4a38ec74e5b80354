from airflow import DAG
from airflow.providers.postgres.operators.postgres import PostgresOperator
with DAG("t7", params={"schema": "mart"}, template_searchpath=["/opt/airflow/sql", "sql"]) as dag:
    a = PostgresOperator(task_id="a", sql="load.sql", params={"source": "raw.orders"}, postgres_conn_id="wh")
    b = PostgresOperator(task_id="b", sql="DELETE FROM {{ params.schema }}.x WHERE d = '{{ ds }}'")
    a >> b
