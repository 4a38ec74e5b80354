DROP TABLE IF EXISTS stage.parcels;
CREATE TABLE stage.parcels AS
SELECT parcel_id, depot, coalesce(weight, 0) AS weight, sent_on
FROM raw.parcels;
