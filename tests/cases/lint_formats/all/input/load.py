import pandas as pd
from sqlalchemy import create_engine

engine = create_engine("postgresql://etl:s3cr3t@host/db")
orders = pd.read_sql("SELECT id FROM raw.orders", engine)
orders.to_sql("copy", engine, schema="mart")
