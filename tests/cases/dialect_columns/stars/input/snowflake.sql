CREATE OR REPLACE TRANSIENT TABLE slim AS
SELECT o.* EXCLUDE (note, internal_id) RENAME (ts AS ordered_at), c.* EXCLUDE id
FROM (SELECT id, note, internal_id, ts FROM raw.orders) o JOIN (SELECT id, IFF(name IS NULL, '', name) AS name FROM raw.customers) c ON c.id = o.id;
-- Of a star whose columns nobody knows, the names that are left out come from nowhere.
CREATE OR REPLACE TRANSIENT TABLE unknown_star AS SELECT kept, dropped, new_name FROM (SELECT * EXCLUDE (dropped) RENAME (old_name AS new_name) FROM raw.events);
