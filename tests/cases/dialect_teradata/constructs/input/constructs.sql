-- What Teradata writes in its own way; each statement has names after the rewritten part.
INS INTO mart.orders (id, amount) SEL id, amount FROM raw.orders WHERE id MOD 2 EQ 1 AND amount NE 0;
UPD mart.orders SET amount = 0 WHERE amount LT 0;
DEL FROM mart.orders ALL;
DELETE FROM mart.sums ALL;
LOCKING ROW FOR ACCESS SELECT id FROM raw.orders WHERE amount GT 1 AND amount GE 2 AND amount LE 9;
CREATE TABLE mart.copy (id INTEGER, amount INTEGER) PRIMARY INDEX (id);
CREATE TABLE mart.made AS (SELECT id, amount FROM raw.orders) WITH DATA PRIMARY INDEX (id);
INSERT INTO mart.days (id, day, text_day)
SELECT TOP 10 id, CAST(day AS DATE FORMAT 'YYYY-MM-DD'), day (FORMAT 'YYYYMM') FROM raw.orders;
DATABASE mart;
BT;
ET;
EXEC refresh_orders (1);
REPLACE MACRO mart.show_orders AS (SELECT id FROM mart.orders;);
REPLACE VIEW mart.seen AS SELECT id, amount FROM mart.orders;
COLLECT STATISTICS ON mart.orders COLUMN (id);
