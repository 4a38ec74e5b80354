INSERT INTO mill.runs SELECT i, date '2024-01-01' + i, i * 1.37, 'm' || i % 6 FROM generate_series(1, 40) i;
INSERT INTO mill.runs VALUES (NULL, NULL, NULL, NULL), (3, '2024-01-04', 5, 'm3'), (90, '2024-01-05', 7, NULL);
INSERT INTO mill.machines VALUES ('m0', 'east', false), ('m1', 'west', NULL), ('m2', NULL, true), ('m3', 'east', true);
INSERT INTO mill.notes VALUES (1, 'a'), (3, 'b'), (3, 'b'), (NULL, 'c');
