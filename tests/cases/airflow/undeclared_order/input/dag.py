from airflow import DAG
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

with DAG("orders") as dag:
    first = SQLExecuteQueryOperator(task_id="first", conn_id="x", sql="CREATE TABLE st.a AS SELECT id FROM raw.a")
    second = SQLExecuteQueryOperator(task_id="second", conn_id="x", sql="CREATE TABLE mart.b AS SELECT id FROM st.a")
    third = SQLExecuteQueryOperator(task_id="third", conn_id="x", sql="CREATE TABLE mart.c AS SELECT id FROM raw.c")
    second >> third
