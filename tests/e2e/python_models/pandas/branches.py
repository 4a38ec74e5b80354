import pandas as pd
from sqlalchemy import create_engine

engine = create_engine("postgresql://...")

orders = pd.read_sql("SELECT order_id, day, amount FROM raw.orders WHERE amount IS NOT NULL", engine)

# What SQL can say stays SQL.
large = orders[orders["amount"] > 6]
large.to_sql("large_orders", engine, schema="analytics", if_exists="replace", index=False)

# Quarters as people here write them.
labels = []
for day in orders["day"]:
    labels.append(f"{day.year}/Q{(day.month + 2) // 3}")
orders["quarter"] = labels
if orders["amount"].max() > 50:
    orders["amount"] = orders["amount"] / 10

by_quarter = orders.pivot_table(index="quarter", values="amount", aggfunc=["sum", "count"])
by_quarter.columns = ["total", "orders"]
by_quarter = by_quarter.reset_index()
by_quarter.to_sql("by_quarter", engine, schema="analytics", if_exists="replace", index=False)
