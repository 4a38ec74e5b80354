"""Each text that a run can make, and none that no run makes."""
import os

import psycopg2

cur = psycopg2.connect("service=warehouse").cursor()
QUERIES = {"day": "INSERT INTO mart.daily SELECT * FROM raw.day", "week": "INSERT INTO mart.weekly SELECT * FROM raw.week"}


class Load:
    source = target = None

    @property
    def sql(self):
        return f"INSERT INTO mart.{self.target} SELECT * FROM raw.{self.source}"

    def run(self):
        cur.execute(self.sql)


class Orders(Load):
    source, target = "orders", "orders_f"


class Refunds(Load):
    source, target = "refunds", "refunds_f"


def statements(full):
    if full:
        target, source = "full_t", "full_s"
    else:
        target, source = "part_t", "part_s"
    yield f"INSERT INTO mart.{target} SELECT * FROM raw.{source}"
    if full:
        yield f"INSERT INTO log.{target} SELECT * FROM raw.{source}"


for statement in statements(os.environ["FULL"]):
    cur.execute(statement)
cur.execute(QUERIES[os.environ["PERIOD"]])
path = "sql/big.sql" if os.environ["FULL"] else "sql/small.sql"
cur.execute(open(path).read().format(schema=os.environ.get("SCHEMA", "mart")))
