-- Customers, orders and payments with everything that real tables have: nulls in every column, whole rows
-- twice, keys that match nothing, mixed case, blanks and tabs around text, negative amounts.
CREATE SCHEMA raw;
CREATE TABLE raw.customers (customer_id integer, email text, first_name text, last_name text);
CREATE TABLE raw.orders (order_id integer, customer_id integer, order_date date, total_amount numeric(12,2), status text);
CREATE TABLE raw.payments (payment_id integer, order_id integer, amount numeric(12,2));

INSERT INTO raw.customers
SELECT i,
       CASE i % 7 WHEN 0 THEN NULL
                  WHEN 1 THEN '  User' || i || '@Example.COM '
                  WHEN 2 THEN E'\tuser' || i || E'@example.com\n'
                  WHEN 3 THEN ''
                  ELSE 'USER' || i || '@example.com' END,
       CASE WHEN i % 5 = 0 THEN NULL ELSE 'First ' || i END,
       CASE WHEN i % 6 = 0 THEN NULL ELSE ' Last ' || i END
FROM generate_series(1, 150) i;
INSERT INTO raw.customers VALUES
    (NULL, 'nobody@example.com', 'No', 'Key'),
    (NULL, NULL, NULL, NULL),
    (NULL, NULL, NULL, NULL),
    (200, ' ', ' ', ''),
    (201, E'\u00a0Étienne@Example.com\u00a0', 'Étienne', NULL),
    (4, 'USER4@example.com', 'First 4', ' Last 4'),
    (4, 'USER4@example.com', 'First 4', ' Last 4'),
    (5, 'other5@example.com', NULL, ' Last 5'),
    (8, ' user8@example.com', 'First 8', ' Last 8'),
    (202, 'never ordered', 'A', 'B');

INSERT INTO raw.orders
SELECT i,
       CASE WHEN i % 11 = 0 THEN NULL WHEN i % 13 = 0 THEN 9000 + i ELSE 1 + (i * 7) % 150 END,
       CASE WHEN i % 17 = 0 THEN NULL ELSE DATE '2024-01-01' + i % 200 END,
       CASE WHEN i % 9 = 0 THEN NULL ELSE (i * 37 % 1000) / 7.0 - 10 END,
       CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 'cancelled' WHEN 2 THEN 'Cancelled'
                  WHEN 3 THEN '' WHEN 4 THEN 'cancelled ' ELSE 'shipped' END
FROM generate_series(1, 300) i;
INSERT INTO raw.orders VALUES
    (NULL, 3, '2024-05-01', 12.34, 'shipped'),
    (NULL, NULL, NULL, NULL, NULL),
    (5, 36, '2024-01-06', 16.43, 'shipped'),
    (5, 36, '2024-01-06', 16.43, 'shipped'),
    (11, 4, '2024-02-01', 99.99, 'shipped');

INSERT INTO raw.payments
SELECT i,
       CASE WHEN i % 10 = 0 THEN NULL WHEN i % 19 = 0 THEN 7000 + i ELSE 1 + (i * 3) % 320 END,
       CASE i % 8 WHEN 0 THEN NULL WHEN 1 THEN 0 WHEN 2 THEN -5.25 ELSE (i * 53 % 900) / 3.0 END
FROM generate_series(1, 500) i;
INSERT INTO raw.payments VALUES
    (NULL, NULL, 10), (NULL, 5, 2.5), (20, 5, 2.5), (20, 5, 2.5), (NULL, NULL, NULL), (600, 5, 0.01);
