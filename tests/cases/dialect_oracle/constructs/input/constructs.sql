-- What Oracle writes in its own way; each statement has names after the rewritten part.
CREATE OR REPLACE FORCE VIEW mart.tree AS
SELECT id, parent FROM raw.nodes START WITH parent IS NULL CONNECT BY PRIOR id = parent ORDER BY id;
INSERT INTO mart.down (id) SELECT id FROM raw.nodes CONNECT BY PRIOR id = parent START WITH parent IS NULL;
INSERT INTO mart.last_place (id, place)
SELECT id, MAX(place) KEEP (DENSE_RANK LAST ORDER BY day) FROM raw.visits PARTITION (p2024) GROUP BY id LOG ERRORS INTO mart.errors;
CREATE TABLE mart.copy NOLOGGING PARALLEL (DEGREE 4) AS SELECT id, amount FROM raw.orders;
INSERT INTO mart.lost (id) SELECT id FROM raw.orders MINUS SELECT id FROM mart.copy;
INSERT INTO mart.lost_too (id) SELECT id FROM raw.orders MINUS ALL SELECT id FROM mart.copy;
MERGE INTO mart.orders t USING raw.orders s ON (t.id = s.id)
WHEN MATCHED THEN UPDATE SET t.amount = s.amount WHERE s.amount > 0 WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id);
EXEC mart.refresh('x');
ALTER SESSION SET nls_date_format = 'YYYY-MM-DD';
CREATE OR REPLACE PUBLIC SYNONYM orders FOR mart.orders;
PURGE RECYCLEBIN;
COMMIT;
DROP TABLE mart.gone CASCADE CONSTRAINTS PURGE;
CREATE BITMAP INDEX mart.by_kind ON mart.orders (kind) LOCAL;
INSERT INTO mart.then (id) SELECT id FROM raw.orders AS OF TIMESTAMP SYSTIMESTAMP;
INSERT INTO mart.sampled (id, at) SELECT id, CURRENT_TIMESTAMP(3) FROM raw.orders SAMPLE (10);
ALTER MATERIALIZED VIEW mart.summary COMPILE;
COMMENT ON MATERIALIZED VIEW mart.summary IS 'x';
TRUNCATE TABLE mart.copy DROP STORAGE;
