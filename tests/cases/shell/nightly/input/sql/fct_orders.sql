INSERT INTO mart.fct_orders (day, total, customer)
SELECT o.day, o.total, c.name
FROM raw.orders o
JOIN mart.dim_customers c ON c.id = o.customer_id;
