from datetime import datetime

from airflow import DAG
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.operators.python import PythonOperator


def clean():
    PostgresHook("plant").run("""
        CREATE TABLE staging.readings AS
        SELECT pump_id, lower(unit) AS unit, value FROM raw.readings WHERE value >= 0
    """)


with DAG("pumps", start_date=datetime(2024, 1, 1)) as dag:
    load = PythonOperator(task_id="clean", python_callable=clean)
    sums = SQLExecuteQueryOperator(
        task_id="sums",
        conn_id="plant",
        sql="CREATE TABLE mart.pump_totals AS SELECT r.pump_id, sum(r.value) AS total "
            "FROM staging.readings r GROUP BY r.pump_id",
    )
    load >> sums
