CREATE TABLE mart.l AS
SELECT c.id, t.amount
FROM raw.c AS c
CROSS JOIN LATERAL (SELECT o.amount FROM raw.o AS o WHERE o.c_id = c.id ORDER BY o.at DESC LIMIT 1) AS t
LEFT JOIN LATERAL unnest(c.tags) AS tag(name) ON true;
