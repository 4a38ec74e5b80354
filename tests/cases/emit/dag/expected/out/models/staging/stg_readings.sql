-- From pumps_dag.py:11 (staging.readings)
SELECT pump_id, lower(unit) AS unit, value FROM {{ source('raw', 'readings') }} WHERE value >= 0
