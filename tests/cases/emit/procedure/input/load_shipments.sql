-- Nightly: shipments with what they weigh, per carrier.
CREATE OR REPLACE PROCEDURE load_shipments()
LANGUAGE plpgsql
AS $$
BEGIN
    -- One line per parcel that was really sent.
    CREATE TEMP TABLE tmp_parcels AS
    SELECT parcel_id, shipment_id, weight_g / 1000.0 AS weight_kg
    FROM depot.parcels
    WHERE sent_at IS NOT NULL;

    CREATE TEMP TABLE tmp_shipments AS
    SELECT s.*, count(p.parcel_id) AS parcels, coalesce(sum(p.weight_kg), 0) AS weight_kg
    FROM depot.shipments s
    LEFT JOIN tmp_parcels p ON p.shipment_id = s.shipment_id
    GROUP BY s.shipment_id, s.carrier, s.region;

    CREATE OR REPLACE TABLE reports.fct_carriers AS
    SELECT carrier, count(*) AS shipments, sum(weight_kg) AS weight_kg
    FROM tmp_shipments
    GROUP BY carrier;
END;
$$;
