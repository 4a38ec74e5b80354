DELETE FROM crm.people WHERE id < 10;
UPDATE crm.people SET points = CASE WHEN id % 3 = 0 THEN NULL ELSE points + 100 END, name = 'changed' WHERE id < 20;
UPDATE crm.people SET seen = '2025-05-05' WHERE id < 15;
INSERT INTO crm.people SELECT i, 'm' || i, i * 2.5, '2024-06-01' FROM generate_series(31, 40) i;
