-- From shop/b.sql:8 (marts.daily_sales)
WITH new_rows AS (
    SELECT ordered_at::date, sum(amount), count(*) FROM {{ ref('stg_shop__orders') }} GROUP BY 1
)

SELECT
    CAST(day AS date) AS day,
    CAST(amount AS numeric(14,2)) AS amount,
    CAST(n AS bigint) AS n
FROM new_rows AS given (day, amount, n)
