DELETE FROM shop.sales WHERE id < 20;
INSERT INTO shop.sales SELECT i, date '2024-03-01' + i, i * 1.5, 'later' FROM generate_series(41, 60) i;
INSERT INTO shop.sales VALUES (NULL, '2024-03-01', 2.5, 'no id');
