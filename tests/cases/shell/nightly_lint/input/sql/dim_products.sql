INSERT INTO mart.dim_products (id, name) SELECT id, name FROM raw.products;
