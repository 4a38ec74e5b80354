from airflow import DAG
from airflow.providers.postgres.operators.postgres import PostgresOperator

with DAG("night") as dag:
    run = PostgresOperator(task_id="run_nightly", sql="CALL nightly();")
    report = PostgresOperator(task_id="report", sql="CREATE TABLE mart.r AS SELECT sum(total) AS t FROM staging.orders;")
    run >> report
