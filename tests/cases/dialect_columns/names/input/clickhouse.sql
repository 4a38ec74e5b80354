CREATE TABLE events (id UInt64, kind UInt8) ENGINE = MergeTree ORDER BY id;
-- The rows land in the table behind TO; a dictionary is read by its name.
CREATE MATERIALIZED VIEW stats.mv TO stats.daily (day Date, n UInt64) AS SELECT toDate(at) AS day, count() AS n FROM default.hits GROUP BY day;
INSERT INTO named SELECT id, dictGet('default.kinds', 'label', toUInt64(kind)) AS label, dictGetOrDefault(default.kinds, 'sort', kind, 0) AS sort FROM events;
