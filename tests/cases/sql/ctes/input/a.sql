CREATE VIEW mart.v AS
WITH orders AS (SELECT id, total FROM raw.orders),   -- shadows nothing but its own name
     big AS (SELECT id, total * 2 AS twice FROM orders WHERE total > 10)
SELECT b.id, b.twice FROM big b;
