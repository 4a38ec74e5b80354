SELECT p.parcel_id, p.depot, p.sent_on, d.delivered_on, d.delivered_on - p.sent_on AS days
FROM {{ ref('stg_parcels') }} p
LEFT JOIN {{ ref('int_at_door') }} d ON d.parcel_id = p.parcel_id
