-- From load_shipments.sql:18 (reports.fct_carriers)
SELECT carrier, count(*) AS shipments, sum(weight_kg) AS weight_kg
FROM {{ ref('int_shipments') }}
GROUP BY carrier
