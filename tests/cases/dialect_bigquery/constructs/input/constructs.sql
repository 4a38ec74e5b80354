-- What BigQuery writes in its own way; each statement has names after the rewritten part.
CREATE TABLE mart.orders AS SELECT AS STRUCT o.id, o.amount FROM raw.orders o;
INSERT INTO mart.picked (id, first_tag)
SELECT o.id, o.tags[OFFSET(0)] FROM raw.orders o WHERE o.state IN UNNEST(o.states) AND o.kind IN (1, 2);
INSERT INTO mart.latest (id, seen, best)
SELECT id, LAST_VALUE(seen IGNORE NULLS) OVER (PARTITION BY id ORDER BY day), day
FROM raw.visits;
INSERT INTO mart.best (id, place) SELECT id, ANY_VALUE(place HAVING MAX score) FROM raw.games GROUP BY id;
EXPORT DATA OPTIONS (uri = 'gs://b/*.csv', format = 'CSV') AS SELECT id FROM mart.orders;
LOAD DATA INTO raw.loaded FROM FILES (format = 'CSV', uris = ['gs://b/in.csv']);
ASSERT (SELECT count(*) FROM mart.orders) > 0 AS 'there are orders';
ALTER TABLE mart.orders SET OPTIONS (description = 'orders');
CREATE OR REPLACE MODEL mart.model OPTIONS (model_type = 'linear_reg') AS SELECT amount FROM mart.orders;
INSERT INTO mart.lists (id, xs, gap, week)
SELECT id, [1, 2, 3], DATE_DIFF(shipped, ordered, DAY), EXTRACT(WEEK(MONDAY) FROM ordered) FROM raw.orders;
INSERT INTO mart.now (id, at) SELECT id, CURRENT_TIMESTAMP() FROM raw.orders FOR SYSTEM_TIME AS OF '2024-01-01';
INSERT INTO mart.sample (id, until) SELECT id, until + INTERVAL 1 DAY FROM raw.orders TABLESAMPLE SYSTEM (10 PERCENT);
MERGE INTO mart.kept t USING raw.kept s ON t.id = s.id
WHEN NOT MATCHED BY TARGET THEN INSERT ROW
WHEN NOT MATCHED BY SOURCE THEN DELETE;
INSERT INTO mart.either (id) SELECT id FROM raw.a EXCEPT DISTINCT SELECT id FROM raw.b;
