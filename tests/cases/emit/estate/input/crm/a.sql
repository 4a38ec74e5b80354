-- Customers we may contact
CREATE TEMP TABLE tmp_customers AS
SELECT id, lower(trim(email)) AS email, status
FROM crm.customers
WHERE status = 'active';

CREATE TEMP TABLE tmp_shop_customers AS SELECT id, customer_no FROM shop.customers WHERE customer_no IS NOT NULL;

CREATE TEMP TABLE codes AS SELECT * FROM (VALUES (1,'new'),(2,'old')) v(code, label);

CREATE TABLE marts.contactable AS
SELECT c.id, c.email, s.customer_no, CASE WHEN c.status = 'active' THEN 'yes' ELSE 'no' END AS may
FROM tmp_customers c JOIN tmp_shop_customers s ON s.id = c.id;
