INSERT INTO hr.staff SELECT i, 'n' || i, CASE WHEN i % 4 > 0 THEN 'g' || i % 3 END, date '2024-01-01' + i FROM generate_series(1, 20) i;
INSERT INTO hr.staff VALUES (NULL, 'nobody', 'g1', '2024-01-01'), (30, NULL, NULL, '2024-01-02');
