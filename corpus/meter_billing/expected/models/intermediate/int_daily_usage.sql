SELECT m.meter_id, m.customer_ref, m.zone, r.read_at::date AS day, sum(r.kwh) AS kwh
FROM {{ ref('stg_meters') }} m
JOIN {{ ref('stg_readings') }} r ON r.meter_id = m.meter_id
GROUP BY m.meter_id, m.customer_ref, m.zone, r.read_at::date
