-- From holidays_of_orders.py:11 (orders)
SELECT o.order_id, o.day, o.amount, c.country
FROM {{ source('raw', 'orders') }} o
JOIN {{ source('raw', 'customers') }} c ON c.customer_id = o.customer_id
