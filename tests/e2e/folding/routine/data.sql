INSERT INTO ops.events SELECT i, date '2024-05-01' + i % 6, 'k' || i % 3, i FROM generate_series(1, 50) i;
INSERT INTO ops.events VALUES (NULL, '2024-05-03', NULL, 4);
INSERT INTO ops.kinds VALUES ('k0', 1.5), ('k1', NULL), (NULL, 2);
