CREATE TABLE mart.u (id, name) AS
SELECT a_id, a_name FROM raw.a
UNION ALL
(SELECT b_id, upper(b_name) FROM raw.b EXCEPT SELECT c_id, c_name FROM raw.c);
