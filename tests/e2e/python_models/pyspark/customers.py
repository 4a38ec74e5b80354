from pyspark.sql import SparkSession, functions as F
from pyspark.sql.types import StringType

LIMIT = 10


@F.udf(StringType())
def clean(s):
    return s.strip().title() if s else s


def read(spark, name):
    return spark.table(name)


def build(spark, least):
    """Customers with their orders."""
    orders = read(spark, "raw.orders")
    customers = read(spark, "raw.customers").cache()
    paid = orders.filter(F.col("status") == "paid").groupBy("customer_id").agg(F.sum("amount").alias("amount"))
    out = customers.join(F.broadcast(paid), "customer_id", "left").repartition(8)
    out = out.withColumn("name", clean(F.col("name")))
    # only the large ones
    return out.filter(F.coalesce("amount", F.lit(0)) < least + LIMIT)


def main():
    spark = SparkSession.builder.appName("x").config("spark.sql.shuffle.partitions", 1).getOrCreate()
    result = build(spark, 5)
    result.show()
    result.write.mode("overwrite").saveAsTable("analytics.small_customers")


if __name__ == "__main__":
    main()
