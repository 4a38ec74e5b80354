-- From crm/a.sql:2 (tmp_customers)
-- Customers we may contact
SELECT id, lower(trim(email)) AS email, status
FROM {{ source('crm', 'customers') }}
WHERE status = 'active'
