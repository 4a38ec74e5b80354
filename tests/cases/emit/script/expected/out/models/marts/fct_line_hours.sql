-- From shifts.py:12 (reports.fct_line_hours)
SELECT
    line,
    COALESCE(SUM(hours), 0) AS hours,
    COUNT(DISTINCT worker)  AS people
FROM {{ ref('stg_shifts') }}
WHERE line IS NOT NULL  -- pandas: groupby drops null keys
GROUP BY line
