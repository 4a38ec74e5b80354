DELETE FROM port.landings WHERE id < 12;
UPDATE port.ships SET retired = NOT retired;
INSERT INTO port.landings SELECT i, 's' || i % 11, i / 3.0, date '2024-04-05' + i % 3 FROM generate_series(60, 80) i;
