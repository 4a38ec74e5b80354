-- From shop/b.sql:13 (marts.inv)
SELECT i.order_id, sum(i.total) AS total FROM {{ source('billing_core', 'invoices') }} i GROUP BY i.order_id
