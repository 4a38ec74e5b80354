INSERT INTO orders (id) SELECT id FROM raw_orders;
