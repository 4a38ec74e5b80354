CREATE OR REPLACE TABLE d.wide AS
SELECT id, total_x, total_y, n_x, SAFE_CAST(n_y AS STRING) AS n_y FROM d.t PIVOT (SUM(v) AS total, COUNT(*) AS n FOR k IN ('x', 'y'));
CREATE OR REPLACE TABLE d.halves AS SELECT id, first, second, half FROM d.wide4 UNPIVOT ((first, second) FOR half IN ((a1, b1) AS 'h1', (a2, b2) AS 'h2'));
