# Databricks notebook source
# MAGIC %md
# MAGIC ## Title "SELECT"

# COMMAND ----------

# MAGIC %run ./includes/setup

# COMMAND ----------

spark.sql(f"INSERT INTO mart.a SELECT id FROM {SCHEMA}.orders")

# COMMAND ----------

# MAGIC %sql
# MAGIC CREATE OR REPLACE TABLE mart.b AS
# MAGIC SELECT id
# MAGIC FROM mart.a

# COMMAND ----------

%sql
DELETE FROM mart.c
