-- Names that the client fills in: only Snowflake takes a table's name from a string.
CREATE OR REPLACE VIEW IDENTIFIER('&{db}.SILVER.V_TRAINING') AS
WITH matched AS (
    SELECT DISTINCT pair_id FROM IDENTIFIER('&{db}.SILVER.MATCHES') WHERE is_current
)
SELECT f.pair_id, f.score, CASE WHEN m.pair_id IS NOT NULL THEN 1 ELSE 0 END AS label
FROM IDENTIFIER('&{db}.SILVER.FEATURES') f
LEFT JOIN matched m ON f.pair_id = m.pair_id;
