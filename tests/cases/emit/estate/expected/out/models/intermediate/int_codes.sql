-- From crm/a.sql:9 (codes)
SELECT * FROM (VALUES (1,'new'),(2,'old')) v(code, label)
