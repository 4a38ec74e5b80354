DELETE FROM web.clicks WHERE page = 'p2' OR day < '2024-01-05';
INSERT INTO web.clicks SELECT date '2024-01-09' + i % 3, 'p' || i % 7, i FROM generate_series(1, 20) i;
UPDATE web.clicks SET n = n + 1 WHERE page = 'p1';
