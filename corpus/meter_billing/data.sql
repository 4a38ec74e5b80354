-- Meters, their readings and the tariffs of their zones: nulls, doubled readings, meters nobody knows, zones in
-- two spellings, blanks for customers.
CREATE SCHEMA landing;
CREATE TABLE landing.meters (meter_id integer, customer_ref text, zone text, installed_on date);
CREATE TABLE landing.readings (meter_id integer, read_at timestamp, kwh numeric, quality text);
CREATE TABLE landing.tariffs (zone text, valid_from date, price numeric);
CREATE TABLE analytics.bill_runs (run_on date, bills bigint);

INSERT INTO landing.meters
SELECT i,
       CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN '   ' WHEN 2 THEN ' c' || i / 3 ELSE 'c' || i / 3 || ' ' END,
       CASE i % 4 WHEN 0 THEN 'north' WHEN 1 THEN 'North' WHEN 2 THEN 'SOUTH' ELSE NULL END,
       CASE WHEN i % 10 = 0 THEN NULL ELSE DATE '2020-01-01' + i END
FROM generate_series(1, 50) i;
INSERT INTO landing.meters VALUES
    (NULL, 'c1', 'north', '2020-01-01'), (2, ' c0', 'SOUTH', '2020-01-03'), (60, 'c60', 'west', '2021-01-01');

INSERT INTO landing.readings
SELECT CASE WHEN i % 29 = 0 THEN NULL ELSE 1 + (i * 7) % 63 END,
       CASE WHEN i % 31 = 0 THEN NULL ELSE TIMESTAMP '2024-01-20 00:00' + (i * 47 % 1500) * INTERVAL '45 minutes' END,
       CASE WHEN i % 12 = 0 THEN NULL ELSE (i * 13 % 500) / 9.0 END,
       CASE i % 5 WHEN 0 THEN 'A' WHEN 1 THEN 'B' WHEN 2 THEN 'b' WHEN 3 THEN NULL ELSE 'A' END
FROM generate_series(1, 2000) i;
INSERT INTO landing.readings SELECT meter_id, read_at, kwh + 1, 'A' FROM landing.readings WHERE kwh < 10;

INSERT INTO landing.tariffs VALUES
    ('north', '2024-01-01', 0.31), ('North', '2024-01-01', 0.31), ('NORTH', '2024-02-10', 0.3333),
    ('south', '2024-02-01', 0.27), ('South', '2024-02-15', NULL), ('south', '2024-02-20', -1),
    (NULL, '2024-01-01', 0.5), ('south', NULL, 0.9);
