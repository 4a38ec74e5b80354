-- What ClickHouse writes in its own way; each statement has names after the rewritten part.
INSERT INTO mart.orders (id, amount) SELECT id, amount FROM raw.orders FINAL PREWHERE kind = 1 SETTINGS max_threads = 1;
INSERT INTO mart.some (id, kind) SELECT id, kind FROM raw.orders ORDER BY id LIMIT 2 BY kind;
SELECT id, amount FROM mart.orders FORMAT CSV;
CREATE TABLE mart.made ON CLUSTER main (id UInt64, amount Float64) ENGINE = MergeTree ORDER BY id;
SYSTEM RELOAD DICTIONARIES;
