SELECT zone, count(*) AS meters, count(customer_ref) AS billed_meters
FROM {{ ref('stg_meters') }}
GROUP BY zone
