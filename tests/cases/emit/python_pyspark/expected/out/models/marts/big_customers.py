# From customers.py:34 (analytics.big_customers)
from pyspark.sql import SparkSession, functions as F
from pyspark.sql.types import StringType

LIMIT = 10


# Names as people write them.
@F.udf(StringType())
def clean(s):
    return s.strip().title() if s else s


def model(dbt, session):
    dbt.config(materialized="table")
    spark = session
    legacy_tables = {
        "raw.customers": dbt.source("raw", "customers"),
        "raw.countries": dbt.source("raw", "countries"),
    }

    def read(spark, name):
        return legacy_tables[name]

    def build(spark, least):
        """Customers with their orders."""
        orders = (dbt.source("raw", "orders"))
        customers = read(spark, "raw.customers")
        countries = read(spark, "raw.countries")
        paid = orders.filter(F.col("status") == "paid").groupBy("customer_id").agg(F.sum("amount").alias("amount"))
        print(paid.count())
        out = customers.join(paid, "customer_id").join(countries, "country")
        out = out.withColumn("name", clean(F.col("name")))
        # only the large ones
        out = out.filter(F.col("amount") > least + LIMIT)
        return out

    result = build(spark, 5)
    return result
