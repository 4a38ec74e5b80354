SELECT parcel_id, depot, coalesce(weight, 0) AS weight, sent_on
FROM {{ source('raw', 'parcels') }}
