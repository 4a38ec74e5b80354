-- From shop/b.sql:5 (t_orders)
SELECT id, customer_id, amount, ordered_at FROM {{ source('shop', 'orders') }} WHERE amount > 0
