# From holidays_of_orders.py:25 (analytics.orders_off)
import datetime as dt


def model(dbt, session):
    dbt.config(materialized="table")
    DAYS_OFF = {dt.date(2024, 1, 1), dt.date(2024, 12, 25)}

    def is_off(day):
        """Saturdays, Sundays
    and the days of the list."""
        return day.weekday() >= 5 or day.date() in DAYS_OFF

    orders = dbt.ref("int_orders").df()
    rates = dbt.ref("stg_rates").df()
    # What SQL can't say:
    orders["off"] = orders["day"].apply(is_off)
    orders = orders.merge(rates, on="country")
    frame = orders
    least = 0
    kept = frame[frame["amount"] > least]
    return kept
