SELECT meter_id, read_at, kwh
FROM (
    SELECT meter_id, read_at, kwh,
           row_number() OVER (PARTITION BY meter_id, read_at ORDER BY kwh DESC NULLS LAST) AS nth
    FROM {{ source('landing', 'readings') }}
    WHERE quality IN ('A', 'B')
) numbered
WHERE nth = 1
