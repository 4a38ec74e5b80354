DELETE FROM mill.runs WHERE id BETWEEN 10 AND 20;
UPDATE mill.machines SET closed = NOT closed, hall = NULL WHERE machine IN ('m0', 'm3');
INSERT INTO mill.runs SELECT i, date '2024-02-01' + i, i * 0.5, 'm' || i % 9 FROM generate_series(41, 80) i;
DELETE FROM mill.notes WHERE id = 1;
