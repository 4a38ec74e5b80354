INSERT INTO web.clicks SELECT date '2024-01-01' + i % 10, 'p' || i % 4, i FROM generate_series(1, 60) i;
INSERT INTO web.clicks VALUES (NULL, 'p1', 5), ('2024-01-03', NULL, 7);
INSERT INTO web.empty_days VALUES ('2024-01-05');
