SELECT p.depot, count(*) AS parcels, sum(p.weight) AS weight
FROM {{ ref('stg_parcels') }} p
GROUP BY p.depot
