INSERT INTO fin.invoices SELECT i, i % 9, i * 1.77, CASE i % 4 WHEN 0 THEN 'open' WHEN 1 THEN 'paid' WHEN 2 THEN 'void' END, NULL FROM generate_series(1, 50) i;
INSERT INTO fin.invoices VALUES (NULL, NULL, NULL, NULL, NULL), (1, 1, 1.77, 'paid', NULL);
INSERT INTO fin.customers VALUES (1, 'north', 0.1), (1, 'north', 0.1), (2, NULL, 0.2), (3, 'south', NULL), (NULL, 'none', 1);
INSERT INTO fin.blocked VALUES (4), (4), (NULL);
INSERT INTO fin.owners VALUES (1, 'kim', 0.55, 3), (2, NULL, NULL, 1), (3, 'lee', NULL, NULL), (5, 'max', 1, 0), (6, 'kim', NULL, 20);
