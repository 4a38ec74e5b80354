"""Operators that functools.partial makes: the words of both calls count."""
from datetime import datetime
from functools import partial

from airflow import DAG
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

with DAG("partials", start_date=datetime(2024, 1, 1), schedule="@daily") as dag:
    run = partial(SQLExecuteQueryOperator, conn_id="warehouse", sql="INSERT INTO mart.a SELECT x FROM raw.a")
    first = run(task_id="first")
    second = run(task_id="second", sql="INSERT INTO mart.b SELECT x FROM mart.a")
    first >> second
