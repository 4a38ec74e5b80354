CREATE TABLE mart.before AS SELECT id FROM orders;
CREATE TEMP TABLE orders AS SELECT id FROM raw.orders;
CREATE TABLE mart.after AS SELECT id FROM orders;
DROP TABLE orders;
CREATE TABLE mart.again AS SELECT id FROM orders;
