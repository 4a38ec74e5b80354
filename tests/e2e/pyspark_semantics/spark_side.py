"""Run by a Python that has pyspark: every snippet on the tables of a JSON file; prints the rows as JSON."""
import datetime
import decimal
import json
import sys

from pyspark.sql import SparkSession, Window  # noqa: F401
from pyspark.sql import functions as F  # noqa: F401

SCHEMAS = {
    "people": "id int, team string, city string, age int, score double, active boolean, born date, joined timestamp",
    "orders": "order_id int, person_id int, amount decimal(12,2), quantity int, status string, note string",
    "teams": "team string, lead string, city string",
}


def value(text, kind):
    if text is None or kind in ("int", "string", "boolean", "double"):
        return text
    if kind == "date":
        return datetime.date.fromisoformat(text)
    return decimal.Decimal(text) if kind.startswith("decimal") else datetime.datetime.fromisoformat(text)


def plain(cell):
    if isinstance(cell, (datetime.date, datetime.datetime, decimal.Decimal)):
        return [type(cell).__name__, str(cell)]
    return cell


def main():
    given = json.load(sys.stdin)
    spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
             .config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "1").getOrCreate())
    spark.sparkContext.setLogLevel("OFF")
    frames = {}
    for name, schema in SCHEMAS.items():
        kinds = [c.split()[1] for c in schema.split(", ")]
        rows = [[value(v, k) for v, k in zip(row, kinds)] for row in given["tables"][name]]
        frames[name] = spark.createDataFrame(rows, schema).cache()
    out = {}
    for name, code in given["snippets"].items():
        names = {"spark": spark, "F": F, "Window": Window, **frames}
        try:
            exec(code, names)
            result = names["result"]
            out[name] = [result.columns, [[plain(c) for c in row] for row in result.collect()]]
        except Exception as e:
            out[name] = str(e).splitlines()[0]
    print("ROWS " + json.dumps(out))


main()
