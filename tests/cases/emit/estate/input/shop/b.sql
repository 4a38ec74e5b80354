create temp table clean_customers as
select ID, LOWER(TRIM(email)) as email,   status  -- same
from   crm.customers where status='active';

CREATE TEMP TABLE t_orders AS SELECT * FROM shop.orders WHERE amount > 0;

TRUNCATE marts.daily_sales;
INSERT INTO marts.daily_sales (day, amount, n)
SELECT ordered_at::date, sum(amount), count(*) FROM t_orders GROUP BY 1;

CREATE TABLE marts.cust_orders AS
SELECT c.id, count(o.id) AS n FROM clean_customers c LEFT JOIN t_orders o ON o.customer_id = c.id GROUP BY c.id;
CREATE TABLE marts.inv AS SELECT i.order_id, sum(i.total) AS total FROM billing.core.invoices i GROUP BY i.order_id;
