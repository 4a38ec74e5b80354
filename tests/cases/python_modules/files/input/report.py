import os
from pathlib import Path
from string import Template

import pandas as pd
from sqlalchemy import create_engine, text

HERE = Path(__file__).parent
engine = create_engine("postgresql://warehouse/main")

with open(os.path.join(os.path.dirname(__file__), "sql", "people.sql")) as f:
    people = pd.read_sql_query(text(f.read()), engine)
people.to_sql("people", engine, schema="mart", index=False)

with engine.begin() as conn:
    conn.execute(Template((HERE / "sql" / "copy.sql").read_text()).substitute(table="visits"))
    conn.execute((HERE / "sql" / "missing.sql").read_text())
