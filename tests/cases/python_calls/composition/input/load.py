import functools

import psycopg2
from jinja2 import Template
from psycopg2 import sql
from psycopg2.extras import execute_values

conn = psycopg2.connect("dbname=dwh")
cur = conn.cursor()
cur.execute(
    sql.SQL("CREATE TABLE {target} AS SELECT {columns} FROM {source}").format(
        target=sql.Identifier("mart", "one"),
        columns=sql.SQL(", ").join([sql.Identifier("id"), sql.Identifier("name")]),
        source=sql.Identifier("raw", "one"),
    )
)
cur.execute(Template("CREATE TABLE {{ s }}.two AS SELECT id FROM raw.two WHERE x = {{ unknown }}").render(s="mart"))


def copy(source, target, truncate=False):
    if truncate:
        cur.execute(f"TRUNCATE {target}")
    cur.execute(f"INSERT INTO {target} SELECT id FROM {source}")


copy("raw.three", "mart.three")
copy("raw.four", "mart.four", truncate=True)
to_mart = functools.partial(copy, target="mart.five")
to_mart("raw.five")
for i, (name, on) in enumerate([("six", True), ("seven", False)]):
    if not on:
        continue
    copy(f"raw.{name}", f"mart.{name}_{i + 1}")
queries = {"a": "INSERT INTO mart.eight SELECT id FROM raw.eight"}
for key, query in queries.items():
    cur.execute(query)
execute_values(cur, "INSERT INTO mart.nine (id) VALUES %s", rows)
cur.callproc("etl.load_ten")
cur.copy_from(handle, "raw.eleven")
