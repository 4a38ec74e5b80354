-- From load_shipments.sql:7 (tmp_parcels)
-- One line per parcel that was really sent.
SELECT parcel_id, shipment_id, weight_g / 1000.0 AS weight_kg
FROM {{ source('depot', 'parcels') }}
WHERE sent_at IS NOT NULL
