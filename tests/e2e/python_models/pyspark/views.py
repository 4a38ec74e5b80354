from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType

spark = SparkSession.builder.getOrCreate()
spark.conf.set("spark.sql.shuffle.partitions", "1")

words = F.udf(lambda text: len(text.split()) if text is not None else None, IntegerType())

customers = spark.sql("SELECT customer_id, country, note FROM raw.customers WHERE country <> 'de'")
scored = customers.withColumn("words", words(F.col("note")))
scored.createOrReplaceTempView("scored")

# The view is a model, so what reads it may be SQL.
by_country = spark.sql("SELECT country, sum(words) AS words FROM scored GROUP BY country")
by_country.write.mode("overwrite").saveAsTable("analytics.words_by_country")

ranked = scored.toPandas()
ranked["place"] = ranked["words"].rank(method="dense")
spark.createDataFrame(ranked).write.mode("overwrite").saveAsTable("analytics.ranked")
