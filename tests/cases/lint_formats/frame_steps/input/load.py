import pandas as pd

orders = pd.read_sql("SELECT id, total FROM staging.orders", engine)
orders["taxed"] = orders["total"] * 2
large = orders[orders["taxed"] > 10]
large.to_sql("large_orders", engine, schema="mart", if_exists="replace", index=False)
