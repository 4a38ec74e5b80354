SELECT depot, count(*) AS vehicles, min(bought_on) AS oldest_bought_on
FROM {{ ref('stg_vehicles') }}
GROUP BY depot
