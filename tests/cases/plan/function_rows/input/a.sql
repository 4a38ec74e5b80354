CREATE FUNCTION recent() RETURNS SETOF shop.orders LANGUAGE sql AS $$ SELECT * FROM shop.orders WHERE fresh $$;
CREATE TABLE mart.recent AS SELECT * FROM recent();
