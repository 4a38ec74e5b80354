"""Meters are read every quarter of an hour; customers get a bill every month."""
from datetime import datetime

from airflow import DAG
from airflow.models.baseoperator import chain
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.providers.postgres.operators.postgres import PostgresOperator

CONNECTION = "grid"
LANDING = "landing"

METERS_SQL = """
    DROP TABLE IF EXISTS staging.meters;
    CREATE TABLE staging.meters AS
    SELECT meter_id,
           nullif(trim(customer_ref), '') AS customer_ref,
           upper(zone)                    AS zone
    FROM landing.meters
    WHERE installed_on IS NOT NULL;
"""


def load_meters(**context):
    hook = PostgresHook(postgres_conn_id=CONNECTION)
    hook.run(METERS_SQL)


def load_readings(**context):
    # A meter that was read twice at one time keeps its higher value.
    PostgresHook(CONNECTION).run("""
        DROP TABLE IF EXISTS staging.readings;
        CREATE TABLE staging.readings AS
        SELECT meter_id, read_at, kwh
        FROM (
            SELECT meter_id, read_at, kwh,
                   row_number() OVER (PARTITION BY meter_id, read_at ORDER BY kwh DESC NULLS LAST) AS nth
            FROM landing.readings
            WHERE quality IN ('A', 'B')
        ) numbered
        WHERE nth = 1;
    """)


def load_tariffs(**context):
    sql = f"""
        DROP TABLE IF EXISTS staging.tariffs;
        CREATE TABLE staging.tariffs AS
        SELECT DISTINCT upper(zone) AS zone, valid_from, price
        FROM {LANDING}.tariffs
        WHERE price > 0
    """
    PostgresHook(CONNECTION).run(sql)


def publish_bills(**context):
    hook = PostgresHook(CONNECTION)
    hook.run("DROP TABLE IF EXISTS analytics.fct_monthly_bills")
    hook.run("""
        CREATE TABLE analytics.fct_monthly_bills AS
        SELECT u.customer_ref, u.zone,
               date_trunc('month', u.day)::date AS month,
               sum(u.kwh)                       AS kwh,
               round(sum(u.kwh * t.price), 2)   AS amount
        FROM intermediate.daily_usage u
        LEFT JOIN LATERAL (
            SELECT s.price
            FROM staging.tariffs s
            WHERE s.zone = u.zone AND s.valid_from <= u.day
            ORDER BY s.valid_from DESC, s.price
            LIMIT 1
        ) t ON true
        WHERE u.customer_ref IS NOT NULL
        GROUP BY 1, 2, 3
    """)


with DAG("meter_billing", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False) as dag:
    start = EmptyOperator(task_id="start")
    meters = PythonOperator(task_id="load_meters", python_callable=load_meters)
    readings = PythonOperator(task_id="load_readings", python_callable=load_readings)
    tariffs = PythonOperator(task_id="load_tariffs", python_callable=load_tariffs)

    usage = SQLExecuteQueryOperator(
        task_id="daily_usage",
        conn_id=CONNECTION,
        sql=[
            "DROP TABLE IF EXISTS intermediate.daily_usage",
            """
            CREATE TABLE intermediate.daily_usage AS
            SELECT m.*, r.read_at::date AS day, sum(r.kwh) AS kwh
            FROM staging.meters m
            JOIN staging.readings r ON r.meter_id = m.meter_id
            GROUP BY m.meter_id, m.customer_ref, m.zone, r.read_at::date
            """,
        ],
    )
    bills = PythonOperator(task_id="publish_bills", python_callable=publish_bills)
    zones = PostgresOperator(
        task_id="zones",
        postgres_conn_id=CONNECTION,
        sql="""
            CREATE OR REPLACE VIEW analytics.dim_zones AS
            SELECT zone, count(*) AS meters, count(customer_ref) AS billed_meters
            FROM staging.meters
            GROUP BY zone;
        """,
    )
    log = SQLExecuteQueryOperator(
        task_id="log",
        conn_id=CONNECTION,
        sql="INSERT INTO analytics.bill_runs SELECT current_date, count(*) FROM analytics.fct_monthly_bills",
    )

    chain(start, [meters, readings], usage, bills)
    tariffs.set_downstream(bills)
    meters >> zones
    log << [bills, zones]
