-- From crm/a.sql:11 (marts.contactable)
SELECT c.id, c.email, s.customer_no, CASE WHEN c.status = 'active' THEN 'yes' ELSE 'no' END AS may
FROM {{ ref('stg_crm__customers') }} c JOIN {{ ref('stg_shop__customers') }} s ON s.id = c.id
