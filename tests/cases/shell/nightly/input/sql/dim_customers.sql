INSERT INTO mart.dim_customers (id, name) SELECT id, name FROM raw.customers;
