"""Orders on days off."""
import datetime as dt

import pandas as pd
from sqlalchemy import create_engine

engine = create_engine("postgresql://...")

DAYS_OFF = {dt.date(2024, 1, 1), dt.date(2024, 12, 25)}
SQL = """
SELECT o.order_id, o.day, o.amount, c.country
FROM raw.orders o
JOIN raw.customers c ON c.customer_id = o.customer_id
"""


def is_off(day):
    """Saturdays, Sundays
    and the days of the list."""
    return day.weekday() >= 5 or day.date() in DAYS_OFF


def load(frame, table, least=0):
    kept = frame[frame["amount"] > least]
    kept.to_sql(table, engine, schema="analytics", if_exists="replace", index=False)


orders = pd.read_sql(SQL, engine)
rates = pd.read_sql_table("rates", engine, schema="raw")
print(orders.head())

# What SQL can't say:
orders["off"] = orders["day"].apply(is_off)
orders = orders.merge(rates, on="country")
load(orders, "orders_off")

totals = orders.groupby(["country", "off"], as_index=False).agg(total=("amount", "sum"))
totals.to_sql("off_by_country", engine, schema="analytics", if_exists="append", index=False)
