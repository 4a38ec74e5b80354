INSERT INTO wh.feed SELECT 's' || i, i % 2, i * 1.5, i % 5 = 0 FROM generate_series(1, 30) i;
INSERT INTO wh.feed VALUES (NULL, 1, 3, false), (NULL, 1, 4, NULL), ('x', NULL, 4, NULL);
