# From views.py:14 (scored)
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType


def model(dbt, session):
    dbt.config(materialized="table")
    score = F.udf(lambda text: len(text.split()), IntegerType())
    visits = dbt.source("raw", "visits")
    scored = visits.withColumn("words", score(F.col("note")))
    return scored
