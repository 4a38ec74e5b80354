DROP TABLE IF EXISTS stage.scans;
CREATE TABLE stage.scans AS
SELECT scan_id, parcel_id, scanned_on, trim(place) AS place
FROM raw.scans;
