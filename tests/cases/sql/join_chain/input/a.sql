CREATE TABLE mart.order_lines AS
SELECT o.order_id, c.name AS customer, p.title, l.quantity * l.price AS amount
FROM raw.orders o
JOIN raw.customers c ON c.customer_id = o.customer_id
LEFT JOIN raw.lines l USING (order_id)
JOIN raw.products AS p ON p.product_id = l.product_id AND p.active
WHERE o.status <> 'void';
