-- What Redshift writes in its own way; each statement has names after the rewritten part.
INSERT INTO mart.counts (kind, n) SELECT kind, APPROXIMATE COUNT(DISTINCT id) FROM raw.orders GROUP BY kind;
INSERT INTO mart.top (id, amount) SELECT TOP 10 id, CONVERT(integer, amount) FROM raw.orders;
ALTER TABLE mart.orders ALTER SORTKEY (id);
ALTER TABLE mart.orders APPEND FROM raw.orders;
CREATE EXTERNAL SCHEMA lake FROM DATA CATALOG DATABASE 'lake' IAM_ROLE 'r';
ANALYZE COMPRESSION mart.orders;
INSERT INTO mart.recent (id, day) SELECT id, DATEADD(day, 1, day) FROM raw.orders WHERE DATEDIFF(month, day, getdate()) < 2;
INSERT INTO mart.weeks (id, week) SELECT id, DATE_TRUNC('week', day) FROM raw.orders MINUS SELECT id, week FROM mart.old;
INSERT INTO mart.outer_rows (id, name) SELECT o.id, c.name FROM raw.orders o, raw.customers c WHERE o.customer = c.id (+);
