INSERT INTO mart.names SELECT id, "first" AS kind FROM raw.orders;
