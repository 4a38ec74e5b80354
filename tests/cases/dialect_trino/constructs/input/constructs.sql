-- What Trino and Athena write in their own way; each statement has names after the rewritten part.
MSCK REPAIR TABLE raw.orders;
CREATE TABLE mart.orders WITH (format = 'PARQUET') AS SELECT id, TRY_CAST(amount AS double) AS amount FROM raw.orders FOR VERSION AS OF 7;
UNLOAD (SELECT id, amount FROM mart.orders) TO 's3://b/out' WITH (format = 'PARQUET');
INSERT INTO mart.near (id) SELECT id FROM mart.orders CROSS JOIN UNNEST(tags) AS x(tag) TABLESAMPLE BERNOULLI (10);
