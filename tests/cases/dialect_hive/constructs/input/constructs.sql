-- What Hive writes in its own way; each statement has names after the rewritten part.
INSERT OVERWRITE LOCAL DIRECTORY '/tmp/out' SELECT id, amount FROM raw.orders;
INSERT OVERWRITE TABLE mart.sorted SELECT id, amount FROM raw.orders DISTRIBUTE BY id SORT BY amount;
INSERT INTO TABLE mart.matching PARTITION (day = '2024-01-01') SELECT id FROM raw.orders WHERE name RLIKE '^a';
INSERT OVERWRITE TABLE mart.days PARTITION (day) IF NOT EXISTS SELECT id, day FROM raw.orders;
WITH s AS (SELECT id FROM raw.orders)
INSERT OVERWRITE TABLE mart.part PARTITION (day = 1) SELECT id FROM s;
INSERT INTO mart.other PARTITION (day = '2024-01-01') SELECT id FROM raw.orders;
LOAD DATA LOCAL INPATH '/tmp/in.csv' OVERWRITE INTO TABLE raw.loaded PARTITION (day = '2024-01-01');
CREATE TEMPORARY FUNCTION shout AS 'org.example.Shout' USING JAR 'hdfs:///jars/shout.jar';
DROP TEMPORARY FUNCTION shout;
ALTER TABLE mart.days ADD PARTITION (day = '2024-01-02');
MSCK REPAIR TABLE mart.days;
SET hive.exec.dynamic.partition = true;
TRUNCATE TABLE mart.days PARTITION (day = '2024-01-01');
DROP TABLE IF EXISTS mart.gone PURGE;
DROP TABLE mart.older PURGE;
INSERT INTO TABLE mart.windows SELECT id, DATE_ADD(day, n) + INTERVAL o.n DAY FROM raw.orders o;
SHOW TABLES;
SELECT id, amount FROM raw.orders CLUSTER BY id;
