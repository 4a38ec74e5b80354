CREATE PROCEDURE build() AS $$ BEGIN
  -- lineage: ignore[LN101] kept for the audit
  CREATE TEMP TABLE t AS SELECT 'é' AS name, id FROM raw.orders;
  DELETE FROM mart.copy; -- 100% of it
  INSERT INTO mart.copy SELECT id FROM t;
END $$ LANGUAGE plpgsql;
