CREATE TABLE depot.parcels (parcel_id int PRIMARY KEY, shipment_id int, weight_g int, sent_at timestamp);
CREATE TABLE depot.shipments (shipment_id int NOT NULL, carrier text, region text);
