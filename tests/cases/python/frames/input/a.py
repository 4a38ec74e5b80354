import pandas as pd
from sqlalchemy import create_engine

engine = create_engine("postgresql://db/x")
a = pd.read_sql("SELECT id, v, k FROM raw.a WHERE v > 0", engine)
b = pd.read_sql_table("b", engine, schema="raw", columns=["id", "w"])
b = b.rename(columns={"w": "weight"})
m = a.merge(b, on="id", how="left")
out = m.groupby("k", as_index=False).agg(total=("weight", "sum"))
out.to_sql("fct_weights", engine, schema="mart", if_exists="replace", index=False)
