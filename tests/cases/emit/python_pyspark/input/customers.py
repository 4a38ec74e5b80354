import sys
import numpy as np
from pyspark.sql import SparkSession, functions as F
from pyspark.sql.types import StringType

LIMIT = 10

# Names as people write them.
@F.udf(StringType())
def clean(s):
    return s.strip().title() if s else s

def read(spark, name):
    return spark.table(name)

def build(spark, least):
    """Customers with their orders."""
    orders = (spark.read.format("jdbc")
              .option("url", "jdbc:postgresql://h/db").option("dbtable", "raw.orders").load())
    customers = read(spark, "raw.customers").cache()
    countries = read(spark, "raw.countries")
    paid = orders.filter(F.col("status") == "paid").groupBy("customer_id").agg(F.sum("amount").alias("amount"))
    print(paid.count())
    out = customers.join(F.broadcast(paid), "customer_id").join(countries, "country").repartition(8)
    out = out.withColumn("name", clean(F.col("name")))
    # only the large ones
    out = out.filter(F.col("amount") > least + LIMIT)
    return out

def main():
    spark = SparkSession.builder.appName("x").config("spark.sql.shuffle.partitions", 8).getOrCreate()
    result = build(spark, 5)
    result.show()
    result.write.mode("overwrite").saveAsTable("analytics.big_customers")
    spark.stop()

if __name__ == "__main__":
    main()
