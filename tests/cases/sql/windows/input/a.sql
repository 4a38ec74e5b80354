CREATE TABLE mart.w AS
SELECT id, rank() OVER (PARTITION BY grp ORDER BY score DESC) AS place, sum(score) OVER w AS running
FROM raw.scores
WINDOW w AS (PARTITION BY season);
