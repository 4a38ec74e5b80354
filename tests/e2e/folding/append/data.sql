INSERT INTO shop.sales SELECT i, date '2024-01-01' + i, i * 1.237, CASE WHEN i % 3 > 0 THEN 'n' || i END FROM generate_series(1, 40) i;
INSERT INTO shop.sales VALUES (NULL, NULL, 5, NULL), (7, '2024-01-08', 1.5, 'n7');
INSERT INTO shop.returns SELECT i, date '2024-02-01', -i / 3.0 FROM generate_series(1, 9) i;
