import psycopg2
from names import RAW, columns

MART = "mart"
QUERY = "CREATE TABLE mart.one AS SELECT id " \
        "FROM raw.one"
conn = psycopg2.connect("")
cur = conn.cursor()
cur.execute(QUERY)
cur.execute(f"CREATE TABLE {MART}.two AS SELECT {columns} FROM {RAW}.two")
cur.execute("CREATE TABLE " + MART + ".three AS SELECT id FROM " + RAW + ".three")
cur.execute("CREATE TABLE {}.four AS SELECT id FROM {src}.four".format(MART, src=RAW))
cur.execute("CREATE TABLE %s.five AS SELECT id FROM raw.five" % MART)
for name in ["six", "seven"]:
    cur.execute(f"CREATE TABLE mart.{name} AS SELECT id FROM raw.{name}")
