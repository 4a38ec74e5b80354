from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType

from shared import normalise

spark = SparkSession.builder.enableHiveSupport().getOrCreate()
spark.conf.set("spark.sql.shuffle.partitions", "64")

score = F.udf(lambda text: len(text.split()), IntegerType())

visits = spark.table("raw.visits")
scored = visits.withColumn("words", score(F.col("note")))
scored.createOrReplaceTempView("scored")

# The view is a model, so what reads it may be SQL.
daily = spark.sql("SELECT day, sum(words) AS words FROM scored GROUP BY day")
daily.write.saveAsTable("analytics.daily_words")

# A module of the project can't be imported by a model: left to a person.
normalise(visits).write.saveAsTable("analytics.normal_visits")

for region in ["eu", "us"]:
    part = scored.filter(F.col("region") == region)
    part.write.saveAsTable("analytics.visits_" + region)
