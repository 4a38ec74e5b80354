import pandas as pd
from sqlalchemy import create_engine

engine = create_engine("postgresql://db/plant")

# What people clocked
shifts = pd.read_sql("SELECT shift_id, worker, line, hours, state FROM plant.shifts", engine)
worked = shifts[shifts["state"] != "void"].assign(hours=lambda d: d["hours"].fillna(0))

# Hours per line
per_line = worked.groupby("line", as_index=False).agg(hours=("hours", "sum"), people=("worker", "nunique"))
per_line.to_sql("fct_line_hours", engine, schema="reports", if_exists="replace", index=False)
