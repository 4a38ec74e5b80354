import os, textwrap
import psycopg2
from psycopg2 import sql as S
import pandas as pd
from sqlalchemy import create_engine, text
SCHEMA = "raw"
TABLES = ["a", "b"]
Q = {"one": "SELECT 1 FROM one", 'two': """SELECT 2
FROM two"""}
conn = psycopg2.connect(host="x")
cur = conn.cursor()
cur.execute("SELECT 'it\'s' AS x,\n\ty FROM \x74 WHERE a = '\u00e9'" " AND b = 1")
cur.execute(r"SELECT '\d' FROM r")
cur.execute(f"INSERT INTO {SCHEMA}.t SELECT * FROM {SCHEMA}.{unknown_table} WHERE x = '{{lit}}' AND d = '{day:%Y}'")
cur.execute("SELECT * FROM %s.%s WHERE a = %%s" % (SCHEMA, "q"))
cur.execute("SELECT * FROM {}.{t} WHERE a = {{}}".format(SCHEMA, t="zz"))
for t in TABLES:
    cur.execute("DELETE FROM " + SCHEMA + "." + t)
for k, v in Q.items():
    cur.execute(v)
cur.execute(Q["one"] + " LIMIT 1")
cols = ", ".join(["x", "y"])
cur.execute("SELECT " + cols + " FROM j")
cur.execute(textwrap.dedent("""
    SELECT a
      FROM dd
"""))
with create_engine("postgresql://u:p@host/db?sslmode=1").connect() as c:
    c.execute(text("UPDATE u SET a = :x"), {"x": 1})
def build(table, src="s0"):
    q = f"CREATE TABLE {table} AS SELECT * FROM {src}"
    run(q)
    return q
def run(q):
    with conn.cursor() as c2:
        c2.execute(q)
def never(x):
    cur.execute("SELECT n FROM never WHERE a = %s", (x,))
    cur.execute(x)
class Loader:
    SQL = "SELECT c FROM cls"
    def __init__(self, conn, schema="pub"):
        self.conn = conn
        self.schema = schema
    def load(self, t):
        self.conn.execute(f"SELECT * FROM {self.schema}.{t}")
        self.conn.execute(self.SQL)
if __name__ == "__main__":
    build("t1")
    build("t2", src="s2")
    Loader(conn).load("ttt")
    [cur.execute("TRUNCATE " + x) for x in TABLES]
    cur.execute(S.SQL("SELECT {} FROM {}").format(S.Identifier("c1"), S.Identifier("sch", "tb")))
df = pd.read_sql(text("SELECT * FROM df"), create_engine("mysql+pymysql://u:p@h/d"))
os.system("x"); foo.run("fast"); subprocess.run("select me")
cur.executemany("INSERT INTO m VALUES (%s)", [(1,)])
s = "SELECT 1"
s += " FROM plus"
cur.execute(s)
