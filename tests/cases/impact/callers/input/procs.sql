CREATE PROCEDURE load_orders() LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO staging.orders SELECT id, total FROM raw.orders;
END $$;
CREATE PROCEDURE nightly() LANGUAGE plpgsql AS $$
BEGIN
  CALL load_orders();
END $$;
CREATE PROCEDURE other() LANGUAGE plpgsql AS $$ BEGIN CALL nothing(); END $$;
