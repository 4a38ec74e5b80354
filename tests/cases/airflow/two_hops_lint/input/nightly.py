"""The tasks only call; what they do stands in functions and procedures of another file."""
from datetime import datetime

from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.postgres.hooks.postgres import PostgresHook


def fill(ds):
    with PostgresHook("warehouse").get_conn() as conn, conn.cursor() as cur:
        cur.execute("SELECT mart.fill_daily(%s)", (ds,))


with DAG("nightly_checked", start_date=datetime(2024, 1, 1), schedule="@daily") as dag:
    filled = PythonOperator(task_id="fill", python_callable=fill, op_kwargs={"ds": "{{ ds }}"})
    report = SQLExecuteQueryOperator(task_id="report", conn_id="warehouse", sql="CALL mart.report()")
    export = SQLExecuteQueryOperator(
        task_id="export", conn_id="warehouse", sql="INSERT INTO mart.export SELECT day, total FROM mart.report_out"
    )
    report >> export
