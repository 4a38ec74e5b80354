SELECT u.customer_ref, u.zone,
       date_trunc('month', u.day)::date AS month,
       sum(u.kwh)                       AS kwh,
       round(sum(u.kwh * t.price), 2)   AS amount
FROM {{ ref('int_daily_usage') }} u
LEFT JOIN LATERAL (
    SELECT s.price
    FROM {{ ref('stg_tariffs') }} s
    WHERE s.zone = u.zone AND s.valid_from <= u.day
    ORDER BY s.valid_from DESC, s.price
    LIMIT 1
) t ON true
WHERE u.customer_ref IS NOT NULL
GROUP BY 1, 2, 3
