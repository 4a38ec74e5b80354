-- Sales and returns, one below the other.
INSERT INTO shop_mart.movements (amount, id, day)
SELECT amount, id, day FROM shop.sales;
INSERT INTO shop_mart.movements (id, day, amount, kind)
SELECT id, day, amount, 'return' FROM shop.returns;

-- Only what is not there yet; a line
-- of a text stays where it is.
INSERT INTO shop_mart.sales_seen
WITH later AS (
    SELECT id, amount, note || '
  second line' AS note
    FROM shop.sales
)
SELECT l.id, l.amount, l.note
FROM later l
WHERE NOT EXISTS (SELECT 1 FROM shop_mart.sales_seen WHERE sales_seen.id = l.id);

INSERT INTO shop_mart.sales_new (id, amount)
SELECT id, amount FROM shop.sales
WHERE id > (SELECT COALESCE(max(t.id), 0) FROM shop_mart.sales_new t);
