DELETE FROM ops.events WHERE id < 12;
INSERT INTO ops.events SELECT i, date '2024-05-01' + i % 8, 'k' || i % 4, i FROM generate_series(51, 70) i;
