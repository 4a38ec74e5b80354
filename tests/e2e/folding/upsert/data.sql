INSERT INTO crm.people SELECT i, 'n' || i, i * 1.37, date '2024-01-01' + i FROM generate_series(1, 30) i;
INSERT INTO crm.people VALUES (NULL, 'nobody', 3, NULL), (NULL, 'nobody', 4, NULL);
