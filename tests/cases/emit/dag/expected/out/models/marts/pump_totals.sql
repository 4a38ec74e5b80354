-- From pumps_dag.py:21 (mart.pump_totals)
SELECT r.pump_id, sum(r.value) AS total FROM {{ ref('stg_readings') }} r GROUP BY r.pump_id
