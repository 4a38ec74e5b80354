-- A temp table of this session only: the days on which parcels reached a door.
CREATE TEMP TABLE at_door AS
SELECT parcel_id, min(scanned_on) AS delivered_on
FROM stage.scans
WHERE place = 'door'
GROUP BY parcel_id;

DROP TABLE IF EXISTS mart.parcel_days;
CREATE TABLE mart.parcel_days AS
SELECT p.parcel_id, p.depot, p.sent_on, d.delivered_on, d.delivered_on - p.sent_on AS days
FROM stage.parcels p
LEFT JOIN at_door d ON d.parcel_id = p.parcel_id;
