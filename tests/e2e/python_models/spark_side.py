"""Run by a Python that has pyspark: SCRIPT PROJECT FOLDER. Runs the legacy script, then the project's models in the
order of their refs, in one local session, and compares the tables that the script wrote with the models."""
import importlib.util
import re
import sys
from pathlib import Path

import yaml
from pyspark.sql import SparkSession


def say(text):
    print("SAYS: " + text)


class Dbt:
    """What a model sees of dbt."""

    def __init__(self, spark, done, sources):
        self.spark, self.done, self.sources = spark, done, sources

    def ref(self, name):
        return self.done[name]

    def source(self, name, table):
        return self.spark.table(self.sources[name, table])

    def config(self, materialized, incremental_strategy=None, packages=None):
        assert materialized in ("table", "incremental"), materialized


def models_of(project):
    return {p.stem: p for p in (project / "models").rglob("*") if p.suffix in (".sql", ".py")}


def refs(path):
    return set(re.findall(r"""\bref\(['"](\w+)['"]\)""", path.read_text()))


def sources_of(project):
    found = {}
    for path in (project / "models").rglob("_sources.yml"):
        for source in yaml.safe_load(path.read_text())["sources"]:
            for table in source["tables"]:
                schema = source.get("schema", source["name"])
                found[source["name"], table["name"]] = f"{schema}.{table.get('identifier', table['name'])}"
    return found


def run_sql(spark, path, sources):
    sql = re.sub(r"\{\{\s*config\(.*?\)\s*\}\}", "", path.read_text(), flags=re.S)
    sql = re.sub(r"\{\{\s*ref\('(\w+)'\)\s*\}\}", r"model_\1", sql)
    sql = re.sub(r"\{\{\s*source\('(\w+)',\s*'(\w+)'\)\s*\}\}", lambda m: sources[m[1], m[2]], sql)
    return spark.sql(sql)


def run_python(spark, path, dbt):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.model(dbt, spark)


def run_models(spark, project):
    done, sources, left = {}, sources_of(project), models_of(project)
    while left:
        name = min(n for n, path in left.items() if not refs(path) & set(left))
        path = left.pop(name)
        made = run_sql(spark, path, sources) if path.suffix == ".sql" else run_python(
            spark, path, Dbt(spark, done, sources))
        if not hasattr(made, "createOrReplaceTempView"):
            made = spark.createDataFrame(made)
        made.createOrReplaceTempView("model_" + name)
        done[name] = made
    return done


def rows(frame):
    return frame.columns, sorted(map(repr, frame.collect()))


def main():
    script, project, here = map(Path, sys.argv[1:])
    spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
             .config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "1")
             .config("spark.sql.legacy.createHiveTableByDefault", "false")
             .config("spark.sql.warehouse.dir", str(Path.cwd() / "warehouse")).getOrCreate())
    spark.sparkContext.setLogLevel("OFF")
    text = (here / "tables.sql").read_text() + (here / "data.sql").read_text()
    for statement in text.replace("double precision", "double").replace(" text", " string").split(";"):
        if statement.strip():
            spark.sql(re.sub(r"'(\d{4}-\d\d-\d\d)'", r"timestamp '\1'", statement))
    exec(compile(script.read_text(), str(script), "exec"), {"__name__": "__main__"})
    made = run_models(spark, project)
    tables = [t.name for t in spark.catalog.listTables("analytics") if not t.isTemporary]
    for table in tables:
        if table not in made:
            say(f"{table} is no model")
        elif rows(made[table]) != rows(spark.table("analytics." + table)):
            say(f"{table}: {rows(made[table])} instead of {rows(spark.table('analytics.' + table))}")
        else:
            say(f"{table} is the same ({models_of(project)[table].suffix})")


main()
