CREATE SCHEMA raw;
CREATE SCHEMA analytics;
CREATE TABLE raw.orders (order_id int, customer_id int, day timestamp, amount double precision, status text);
CREATE TABLE raw.customers (customer_id int, name text, country text, note text);
CREATE TABLE raw.rates (country text, rate double precision);
