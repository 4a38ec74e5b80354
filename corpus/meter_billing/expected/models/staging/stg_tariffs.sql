SELECT DISTINCT upper(zone) AS zone, valid_from, price
FROM {{ source('landing', 'tariffs') }}
WHERE price > 0
