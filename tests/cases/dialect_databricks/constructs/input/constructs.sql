-- What Databricks and Spark write in their own way; each statement has names after the rewritten part.
CREATE GLOBAL TEMPORARY VIEW kept AS SELECT id, amount FROM raw.orders;
CACHE TABLE raw.orders;
CACHE LAZY TABLE hot OPTIONS ('storageLevel' 'DISK_ONLY') AS SELECT id FROM raw.orders;
COPY INTO raw.loaded FROM '/mnt/in' FILEFORMAT = CSV;
MERGE INTO mart.orders t USING raw.orders s ON t.id = s.id
WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
MERGE INTO mart.orders t USING raw.more s ON t.id = s.id
WHEN MATCHED THEN UPDATE SET t.amount = s.amount WHEN NOT MATCHED BY TARGET THEN INSERT (id) VALUES (s.id);
INSERT INTO mart.named BY NAME SELECT amount, id FROM raw.orders;
INSERT INTO mart.past (id) SELECT id FROM raw.orders TIMESTAMP AS OF '2024-01-01';
INSERT INTO mart.left_out (id) SELECT o.id FROM raw.orders o LEFT ANTI JOIN raw.gone g ON g.id = o.id;
INSERT INTO mart.kept (id) SELECT o.id FROM raw.orders o SEMI JOIN raw.live l ON l.id = o.id;
INSERT INTO mart.first_seen (id, seen) SELECT id, FIRST_VALUE(seen IGNORE NULLS) FROM raw.orders GROUP BY id;
INSERT INTO mart.sized (id, size) SELECT id, size FROM raw.orders WHERE name LIKE ANY ('a%', 'b%') ORDER BY ALL;
INSERT INTO mart.numbers (id) SELECT n.id FROM TABLE(range_of(1, 2)) n JOIN raw.orders o ON o.id = n.id;
INSERT INTO mart.both (id) SELECT n.id FROM raw.orders o, TABLE(range_of(o.a)) n;
INSERT INTO IDENTIFIER('mart.named_so') SELECT id, amount FROM raw.orders;
ALTER TABLE mart.orders SET TBLPROPERTIES ('a' = 'b');
OPTIMIZE mart.orders ZORDER BY (id);
DROP SCHEMA IF EXISTS old CASCADE;
CREATE CATALOG lake;
CREATE TABLE raw.changes (id int, name string, old_name string);
CREATE TABLE mart.people (name string, id int, old_name string);
MERGE INTO mart.people p USING (SELECT id, upper(name) AS name FROM raw.changes) c ON p.id = c.id
WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
INSERT INTO mart.people BY NAME SELECT id, name, old_name FROM raw.changes;
