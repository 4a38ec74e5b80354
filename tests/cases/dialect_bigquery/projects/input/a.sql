DECLARE d DATE DEFAULT (SELECT max(day) FROM `prj-a.raw.days`);

CREATE OR REPLACE TABLE `prj-a.mart.daily`
PARTITION BY day CLUSTER BY user_id OPTIONS (description = "per day") AS
SELECT DATE_TRUNC(e.day, MONTH) AS day, e.user_id, SAFE_CAST(e.v AS INT64) AS v, "x" AS kind
FROM prj-a.raw.events AS e, UNNEST(e.tags) AS tag WITH OFFSET AS i;

MERGE `prj-a.mart.users` t
USING (SELECT user_id, v FROM `prj-a.mart.daily`) s
ON t.user_id = s.user_id
WHEN MATCHED THEN UPDATE SET v = s.v
WHEN NOT MATCHED BY SOURCE THEN DELETE
WHEN NOT MATCHED THEN INSERT (user_id, v) VALUES (s.user_id, s.v);
