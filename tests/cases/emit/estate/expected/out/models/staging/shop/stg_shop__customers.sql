-- From crm/a.sql:7 (tmp_shop_customers)
SELECT id, customer_no FROM {{ source('shop', 'customers') }} WHERE customer_no IS NOT NULL
