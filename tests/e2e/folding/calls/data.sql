INSERT INTO port.landings SELECT i, 's' || i % 7, i * 1.25, date '2024-04-01' + i % 9 FROM generate_series(1, 50) i;
INSERT INTO port.landings VALUES (NULL, NULL, NULL, NULL), (51, 's9', NULL, '2024-04-02'), (1, 's1', 1.25, '2024-04-02');
INSERT INTO port.ships VALUES ('s0', 'ann', false), ('s1', 'bob', true), ('s2', NULL, NULL), ('s3', 'bob', false), ('s9', 'cid', NULL);
