UPDATE wh.feed SET gone = true WHERE qty BETWEEN 10 AND 20;
UPDATE wh.feed SET gone = NULL WHERE qty BETWEEN 21 AND 25;
UPDATE wh.feed SET qty = qty * 2 WHERE qty > 30;
DELETE FROM wh.feed WHERE sku IN ('s1', 's2');
INSERT INTO wh.feed SELECT 't' || i, i % 2, i, i % 2 = 0 FROM generate_series(1, 6) i;
