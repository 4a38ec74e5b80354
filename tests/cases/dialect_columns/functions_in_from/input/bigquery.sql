CREATE OR REPLACE TABLE `p.d.hits` AS
SELECT SAFE_CAST(s.id AS INT64) AS id, h.page, h.time AS at, nr
FROM `p.d.sessions` s CROSS JOIN UNNEST(s.hits) AS h WITH OFFSET AS nr;
