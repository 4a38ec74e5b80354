# Each part makes `result` of the frames people, orders and teams. `# review: x` says that the last step must not
# become a model, because of x.

# --- filter_drops_nulls
result = orders.filter(F.col("status") != "cancelled")

# --- filter_three_ways
result = orders.where((F.col("status") != "cancelled") | F.col("status").isNull()).select("order_id", "status")

# --- not_of_comparison
result = people.filter(~(F.col("age") > 40)).select("id", "age")

# --- condition_as_column
result = people.withColumn("old", F.col("age") > 40).withColumn("other", people.team != "red").select("id", "old", "other")

# --- arithmetic
result = orders.withColumn("total", F.col("amount") * F.col("quantity") - 1).select("order_id", "total")

# --- division
result = orders.withColumn("each", F.col("amount").cast("double") / F.col("quantity")).select("order_id", "each")

# --- case
result = people.withColumn("kind", F.when(F.col("age") > 40, "old").when(F.col("age") > 20, "young").otherwise("?")).select("id", "kind")

# --- case_without_else
result = people.select("id", F.when(people.age > 40, people.team).alias("t"))

# --- text
result = people.select("id", F.lower("city").alias("l"), F.upper(F.col("city")).alias("u"), F.trim(F.col("city")).alias("t"), F.length("city").alias("n"))

# --- substring
result = people.select("id", F.substring("city", 2, 3).alias("a"), F.col("city").substr(1, 2).alias("b"))

# --- concat_nulls
result = people.select("id", F.concat(F.col("team"), F.lit("/"), F.col("city")).alias("label"))

# --- coalesce
result = people.select("id", F.coalesce("team", F.lit("none")).alias("team"))

# --- isin_between
result = people.filter(F.col("team").isin("red", "blue") & F.col("age").between(0, 45))

# --- not_isin
result = people.filter(~F.col("team").isin(["red", "blue"])).select("id")

# --- contains
result = people.filter(F.col("city").contains("slo") | F.col("city").startswith("BER"))

# --- dates
result = people.select("id", F.year("joined").alias("y"), F.month("born").alias("m"), F.dayofmonth("joined").alias("d"), F.hour("joined").alias("h"))

# --- casts
result = people.select("id", F.col("score").cast("int").alias("s"), F.col("id").cast("string").alias("k"))

# --- rounding
result = orders.select("order_id", F.round("amount", 1).alias("r"))

# --- rename_drop
result = people.withColumnRenamed("team", "group").drop("born", "joined")

# --- distinct
result = people.select("team", "active").distinct()

# --- join_null_keys_do_not_match
result = people.join(teams, "team").select("id", "lead")

# --- join_left_on_condition
result = orders.join(people, orders.person_id == people.id, "left").select(orders.order_id, people.team, "amount")

# --- join_two_conditions
result = people.join(teams, (people.team == teams.team) & (people["city"] == teams["city"]), "inner").select("id", "lead")

# --- join_aliases
a = people.alias("a")
b = people.alias("b")
result = a.join(b, F.col("a.id") == F.col("b.age"), "inner").select(F.col("a.id").alias("x"), F.col("b.id").alias("y"))
# review: both sides of the join have a column id

# --- join_outer_names
result = people.select("id", "team").join(teams.select("team", "lead"), ["team"], "full")

# --- join_right_names
result = people.select("id", "team").join(teams.select("team", "lead"), on="team", how="right")

# --- join_semi
result = people.join(teams, "team", "left_semi").select("id")

# --- join_anti
result = people.join(teams, people.team == teams.team, "left_anti").select("id")

# --- join_other_key_of_left
result = people.join(teams, people.team == teams.team, "left").select("id", teams.team.alias("t"))
# review: select

# --- join_then_drop
result = people.select("id", "team").join(teams, people.team == teams.team).drop(teams.team)

# --- group_keeps_null_keys
result = people.groupBy("team").agg(F.sum("score").alias("s"), F.count("*").alias("n"), F.count("age").alias("c"))

# --- group_names
result = people.groupBy("team").sum("age")

# --- group_count
result = people.groupBy(F.col("active")).count()

# --- group_of_expression
result = people.groupBy(F.lower("team").alias("t")).agg(F.max("age").alias("m"), F.min("city").alias("c"))

# --- group_compound
result = people.groupBy("active").agg((F.sum("age") / F.count("id")).alias("r"), F.sum(F.when(F.col("age") > 30, 1).otherwise(0)).alias("old"))

# --- group_nothing
result = people.agg(F.sum("age").alias("s"), F.countDistinct("team").alias("k"))

# --- select_aggregates
result = people.filter(F.col("age") > 1000).select(F.sum("age").alias("s"), F.count("age").alias("n"))

# --- union_by_position
result = people.select("id", "team").union(teams.select(F.length("lead").alias("n"), "city"))

# --- union_by_name
result = people.select("id", "team").unionByName(people.select("team", "id"))

# --- window_first
w = Window.partitionBy("team").orderBy(F.col("age").desc(), "id")
result = people.withColumn("rn", F.row_number().over(w)).filter(F.col("rn") == 1).select("id", "team", "rn")

# --- window_rank_nulls_first
w = Window.partitionBy("active").orderBy("age")
result = people.select("id", F.rank().over(w).alias("r"), F.dense_rank().over(w).alias("d"))

# --- window_sum
w = Window.partitionBy("team")
result = people.withColumn("share", F.col("score") / F.sum("score").over(w)).select("id", "share")

# --- window_after_filter
w = Window.partitionBy("team")
result = people.filter(F.col("age") > 20).withColumn("n", F.count("*").over(w)).filter(F.col("id") > 1).select("id", "n")

# --- top
result = people.orderBy(F.col("age").desc(), "id").limit(4)

# --- top_nulls_first
result = people.orderBy("age", "id").limit(3).select("id")

# --- limit_unsorted
result = people.limit(3)
# review: head

# --- temp_view
people.filter("active" == "x").createOrReplaceTempView("nobody") if False else None
people.filter(F.col("active")).createOrReplaceTempView("busy")
result = spark.sql("SELECT id, team FROM busy WHERE age > 20")

# --- function
def grown(df, least):
    df = df.filter(F.col("age") >= least)
    return df.withColumn("grown", F.lit(True))

result = grown(people, 19).select("id", "grown")

# --- transform_loop
result = people
for name in ["team", "city"]:
    result = result.withColumn(name, F.upper(F.col(name)))
result = result.select("id", "team", "city")

# --- udf
twice = F.udf(lambda x: x, "int")
result = people.withColumn("x", twice("age"))
# review: twice

# --- drop_duplicates_of_columns
result = people.dropDuplicates(["team"])
# review: dropDuplicates

# --- filter_of_text
result = people.filter("age > 20 AND (team = 'red' or city LIKE '%slo%') and score is not null")

# --- filter_of_text_negated
result = people.where("NOT team IN ('red', 'blue') OR age NOT BETWEEN 10 AND 40").select("id")

# --- select_expr
result = orders.selectExpr("order_id", "amount * quantity - 1 AS total", "coalesce(note, status, 'none') note2", "case when amount > 20 then 'large' when amount > 5 then 'middle' else 'small' end AS size", "cast(amount as int) AS whole")

# --- expr
result = people.withColumn("label", F.expr("upper(team) || '/' || city")).withColumn("z", F.expr("age / 7")).select("id", "label", "z")

# --- select_expr_star
result = people.select("id", "age").selectExpr("*", "age + 1 as older")

# --- filter_of_text_unknown
result = people.filter("city rlike '^[a-c]'")
# review: filter
