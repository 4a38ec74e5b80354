CREATE TABLE lake.copy SHALLOW CLONE lake.orders;

CREATE OR REPLACE TABLE lake.big USING DELTA PARTITIONED BY (day) TBLPROPERTIES ('a' = 'b') AS
SELECT o.id, o.amount, o.day FROM lake.orders VERSION AS OF 3 o;

MERGE INTO lake.target AS t USING lake.big AS s ON t.id = s.id
WHEN MATCHED THEN UPDATE SET t.amount = s.amount
WHEN NOT MATCHED THEN INSERT (id, amount) VALUES (s.id, s.amount);
OPTIMIZE lake.target ZORDER BY (id);
