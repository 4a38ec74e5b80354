SELECT depot, avg(days) AS days FROM {{ ref('parcel_days') }} WHERE days IS NOT NULL GROUP BY depot
