-- Rows as a workshop types them: nulls, whole rows twice, keys that match nothing, mixed case, blanks, tabs.
INSERT INTO garage.vehicles
SELECT i,
       CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN ' ab ' || i || ' cd' WHEN 2 THEN E'\tAB' || i ELSE 'Ab' || i || 'cD ' END,
       CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN '  ' WHEN 2 THEN ' North' WHEN 3 THEN 'North' ELSE 'south' END,
       CASE WHEN i % 7 = 0 THEN NULL ELSE DATE '2015-03-01' + i * 11 END,
       CASE i % 8 WHEN 0 THEN true WHEN 1 THEN NULL ELSE false END
FROM generate_series(1, 60) i;
INSERT INTO garage.vehicles VALUES
    (NULL, 'no key', 'North', NULL, false),
    (3, 'Ab3cD ', 'North', DATE '2015-03-01' + 33, false),
    (4, 'other 4', 'South', '2020-01-01', NULL);

INSERT INTO garage.work_orders
SELECT i,
       CASE WHEN i % 13 = 0 THEN NULL WHEN i % 17 = 0 THEN 800 + i ELSE 1 + (i * 7) % 58 END,
       CASE WHEN i % 10 = 0 THEN NULL ELSE DATE '2024-01-01' + (i * 3) % 120 END,
       CASE WHEN i % 4 = 0 THEN NULL ELSE DATE '2024-01-01' + (i * 3) % 120 + i % 9 END,
       CASE i % 4 WHEN 0 THEN 'Repair' WHEN 1 THEN 'repair' WHEN 2 THEN 'TYRES' ELSE NULL END
FROM generate_series(1, 200) i;
INSERT INTO garage.work_orders VALUES
    (NULL, 2, '2024-02-02', NULL, 'repair'),
    (7, 50, '2024-01-22', '2024-01-29', NULL),
    (7, 50, '2024-01-22', '2024-01-29', NULL);

INSERT INTO garage.parts_used
SELECT CASE WHEN i % 9 = 0 THEN NULL WHEN i % 23 = 0 THEN 5000 + i ELSE 1 + (i * 5) % 205 END,
       CASE WHEN i % 6 = 0 THEN NULL ELSE 'P-' || i % 40 END,
       CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 0 WHEN 2 THEN -1 ELSE i % 4 + 1 END,
       CASE WHEN i % 8 = 0 THEN NULL ELSE (i * 31 % 700) / 7.0 END
FROM generate_series(1, 400) i;
INSERT INTO garage.parts_used VALUES (5, 'P-1', 2, 10.5), (5, 'P-1', 2, 10.5), (NULL, NULL, NULL, NULL);

INSERT INTO garage.inspections
SELECT i, CASE WHEN i % 12 = 0 THEN NULL ELSE 1 + (i * 5) % 62 END,
       CASE WHEN i % 15 = 0 THEN NULL ELSE DATE '2024-02-01' + i % 90 END,
       CASE i % 5 WHEN 0 THEN ' Failed' WHEN 1 THEN 'failed' WHEN 2 THEN NULL WHEN 3 THEN 'passed' ELSE E'failed\t' END
FROM generate_series(1, 150) i;
INSERT INTO garage.inspections SELECT * FROM garage.inspections WHERE inspection_id % 10 = 1;
