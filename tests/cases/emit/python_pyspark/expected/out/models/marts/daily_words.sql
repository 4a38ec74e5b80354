-- From views.py:18 (analytics.daily_words)
SELECT day, sum(words) AS words FROM {{ ref('int_scored') }} GROUP BY day
