-- From holidays_of_orders.py:29 (rates)
SELECT *
FROM {{ source('raw', 'rates') }}
