-- From shifts.py:8 (worked)
-- What people clocked
SELECT
    shift_id,
    worker,
    line,
    COALESCE(hours, 0) AS hours,
    state
FROM {{ source('plant', 'shifts') }}
WHERE state IS DISTINCT FROM 'void'  -- pandas: != keeps nulls
