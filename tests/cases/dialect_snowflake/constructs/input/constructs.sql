-- What Snowflake writes in its own way; each statement has names after the rewritten part.
INSERT INTO mart.then (id, amount) SELECT id, amount FROM raw.orders AT (OFFSET => -3600) o WHERE o.amount > 0;
INSERT INTO mart.meaning (total) SELECT total FROM SEMANTIC_VIEW(mart.sales METRICS sales.total DIMENSIONS sales.day);
INSERT INTO mart.changed (id) SELECT id FROM raw.orders CHANGES (INFORMATION => DEFAULT);
INSERT INTO mart.near (id, price)
SELECT t.id, q.price FROM raw.trades t ASOF JOIN raw.quotes q MATCH_CONDITION (t.at >= q.at);
INSERT INTO mart.top (id, amount) SELECT TOP 10 id, amount FROM raw.orders;
INSERT OVERWRITE INTO mart.orders (id, amount) SELECT id, amount FROM raw.orders;
EXPLAIN USING TEXT SELECT id FROM raw.orders;
CREATE OR REPLACE PIPE raw.load AUTO_INGEST = TRUE AS COPY INTO raw.loaded FROM @raw.landing;
CREATE OR REPLACE STREAM raw.orders_changes ON TABLE raw.orders;
SET day = '2024-01-01';
ALTER WAREHOUSE load_wh SET WAREHOUSE_SIZE = LARGE;
GRANT SELECT ON FUTURE TABLES IN SCHEMA mart TO ROLE reader;
DROP STAGE raw.landing;
EXECUTE TASK raw.nightly;
COMMENT ON TABLE mart.orders IS 'orders';
CREATE TABLE raw.wide (name_first text, name_last text, age int);
CREATE TABLE mart.named AS SELECT * ILIKE 'name%' FROM raw.wide;
INSERT INTO mart.objects (id, o) SELECT id, {'amount': amount} FROM raw.orders;
INSERT INTO mart.lag (id, was) SELECT id, LAG(amount) IGNORE NULLS OVER (PARTITION BY id ORDER BY day) FROM raw.orders;
INSERT INTO mart.sorted (id, all_of) SELECT id, ARRAY_AGG(amount) FROM raw.orders GROUP BY ALL ORDER BY ALL;
INSERT INTO mart.firsts (id, a) SELECT id, NTH_VALUE(amount, 2 IGNORE NULLS ORDER BY day) FROM raw.orders GROUP BY id;
MERGE INTO mart.all_of t USING raw.orders s ON t.id = s.id
WHEN MATCHED THEN UPDATE ALL BY NAME WHEN NOT MATCHED THEN INSERT ALL BY NAME;
INSERT INTO mart.both (id, amount) SELECT id, amount FROM raw.orders UNION ALL BY NAME SELECT amount, id FROM raw.more;
TRUNCATE TABLE IF EXISTS mart.gone;
ALTER TABLE mart.orders SWAP WITH mart.orders_new;
DROP DYNAMIC TABLE mart.summary;
ALTER DYNAMIC TABLE mart.live REFRESH;
CREATE WAREHOUSE small_wh WAREHOUSE_SIZE = SMALL;
CREATE FILE FORMAT raw.csv TYPE = CSV;
CREATE ROW ACCESS POLICY mart.mine AS (who varchar) RETURNS boolean -> who = current_user();
DROP NOTEBOOK mart.notes;
UNDROP TABLE mart.orders;
