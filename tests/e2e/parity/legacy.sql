-- One table for each way in which a migrated table may differ from its legacy.
CREATE TABLE mart.changed_cent AS
SELECT order_id, amount, quantity FROM raw.orders;

CREATE TABLE mart.changed_count AS
SELECT order_id, amount, quantity FROM raw.orders;

CREATE TABLE mart.small_change AS
SELECT customer, COUNT(*) AS orders, AVG(quantity) AS quantity_avg, SUM(weight) AS weight,
       SUM(amount) / SUM(quantity)::double precision AS price_ratio
FROM raw.orders GROUP BY customer;

CREATE TABLE mart.large_change AS
SELECT customer, COUNT(*) AS orders, SUM(amount) / SUM(quantity)::double precision AS price_ratio
FROM raw.orders GROUP BY customer;

CREATE TABLE mart.lost_duplicate AS
SELECT customer, quantity FROM raw.orders;

CREATE TABLE mart.extra_duplicate AS
SELECT weight, weight * 2 AS heavy FROM raw.orders;

CREATE TABLE mart.lost_null AS
SELECT order_id, weight FROM raw.orders;

CREATE TABLE mart.endless_number AS
SELECT order_id, weight FROM raw.orders;

CREATE TABLE mart.stamped AS
SELECT order_id, payload, now() AS stamped_at, random() AS dice FROM raw.orders;

CREATE TABLE mart.stamped_later AS
SELECT order_id, stamped_at, stamped_at + interval '1 day' AS due_at FROM mart.stamped;

CREATE TABLE mart.chosen AS
SELECT order_id, weight, weight AS heavy, customer AS note FROM raw.orders;

CREATE TABLE mart.lost_column AS
SELECT order_id, amount FROM raw.orders;
