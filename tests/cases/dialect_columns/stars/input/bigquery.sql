CREATE TABLE d.src (id INT64, first_name STRING, last_name STRING, ssn STRING, amount FLOAT64);
-- REPLACE keeps the column's place, EXCEPT takes one away.
CREATE OR REPLACE TABLE d.clean AS
SELECT * EXCEPT (ssn) REPLACE (UPPER(first_name) AS first_name, SAFE_CAST(amount AS INT64) AS amount), id + 1 AS next_id FROM d.src;
INSERT INTO d.by_position SELECT * REPLACE (last_name AS id) FROM d.src;
-- Set operations are no stars' exceptions, products are no stars.
CREATE OR REPLACE TABLE d.left_over AS SELECT * FROM d.src EXCEPT DISTINCT SELECT 2 * id, first_name, last_name, ssn, amount FROM d.old;
