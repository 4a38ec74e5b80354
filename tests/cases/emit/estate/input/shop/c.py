import pandas as pd
from sqlalchemy import create_engine
engine = create_engine("postgresql://h/d")
# drifted clean-up of customers
cust = pd.read_sql("SELECT id, lower(email) AS email, status FROM crm.customers WHERE status = 'active'", engine)
df = pd.read_sql("select * from marts.daily_sales", engine)
df.to_csv("out/daily.csv")
df.to_excel("out/daily.xlsx")
cust.to_sql("cust_export", engine, schema="marts", if_exists="replace", index=False)
