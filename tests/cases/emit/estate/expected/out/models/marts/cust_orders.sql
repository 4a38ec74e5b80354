-- From shop/b.sql:11 (marts.cust_orders)
SELECT c.id, count(o.id) AS n FROM {{ ref('stg_crm__customers') }} c LEFT JOIN {{ ref('stg_shop__orders') }} o ON o.customer_id = c.id GROUP BY c.id
