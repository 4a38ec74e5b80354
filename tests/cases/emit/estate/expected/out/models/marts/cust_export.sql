-- From shop/c.py:9 (marts.cust_export)
SELECT id, lower(email) AS email, status FROM {{ source('crm', 'customers') }} WHERE status = 'active'
