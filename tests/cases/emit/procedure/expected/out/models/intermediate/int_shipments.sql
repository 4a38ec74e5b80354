-- From load_shipments.sql:12 (tmp_shipments)
SELECT s.shipment_id, s.carrier, s.region, count(p.parcel_id) AS parcels, coalesce(sum(p.weight_kg), 0) AS weight_kg
FROM {{ source('depot', 'shipments') }} s
LEFT JOIN {{ ref('stg_parcels') }} p ON p.shipment_id = s.shipment_id
GROUP BY s.shipment_id, s.carrier, s.region
