CREATE TABLE mart.s AS
SELECT a.id,
       (SELECT max(b.at) FROM raw.b b WHERE b.a_id = a.id) AS last_at
FROM raw.a a
WHERE EXISTS (SELECT 1 FROM raw.c WHERE c.a_id = a.id)
  AND a.kind IN (SELECT k.kind FROM raw.kinds k)
ORDER BY (SELECT count(*) FROM raw.d d WHERE d.a_id = a.id);
