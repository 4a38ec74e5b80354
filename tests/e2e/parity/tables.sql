CREATE SCHEMA raw;
CREATE SCHEMA mart;
CREATE TABLE raw.orders (order_id integer, customer text, amount numeric(12, 2), quantity integer,
                         weight double precision, payload json);
INSERT INTO raw.orders
SELECT n, 'c' || n % 7, n * 1.37, n % 5 + 1, CASE WHEN n % 4 > 0 THEN n % 10 / 3.0 END, json_build_object('n', n)
FROM generate_series(1, 200) AS n;
