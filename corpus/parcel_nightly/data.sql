CREATE SCHEMA raw;
CREATE TABLE raw.parcels (parcel_id integer PRIMARY KEY, depot text NOT NULL, weight numeric(8, 2), sent_on date);
CREATE TABLE raw.scans (scan_id integer PRIMARY KEY, parcel_id integer NOT NULL, scanned_on date, place text);
INSERT INTO raw.parcels
SELECT i, 'D' || i % 7, CASE WHEN i % 11 = 0 THEN NULL ELSE i % 30 + 0.5 END, DATE '2024-03-01' + i % 20
FROM generate_series(1, 400) i;
INSERT INTO raw.scans
SELECT i, (i * 11) % 420 + 1, DATE '2024-03-02' + i % 25, CASE WHEN i % 3 = 0 THEN 'door' ELSE ' hub ' END
FROM generate_series(1, 1500) i;
