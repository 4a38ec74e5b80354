CREATE TABLE crm.customers (id integer PRIMARY KEY, email text NOT NULL, status text CHECK (status IN ('active','closed')), updated_at timestamp);
COMMENT ON TABLE crm.customers IS 'People who may buy';
COMMENT ON COLUMN crm.customers.email IS 'Where we write to';
CREATE TABLE shop.customers (id integer, customer_no text, loaded_at timestamptz NOT NULL);
CREATE TABLE shop.orders (id integer NOT NULL, customer_id integer, amount numeric(12,2), ordered_at timestamp);
CREATE TABLE billing.core.invoices (id integer, order_id integer, total numeric(12,2));
CREATE TABLE marts.daily_sales (day date NOT NULL, amount numeric(14,2) NOT NULL, n bigint, PRIMARY KEY (day));
COMMENT ON TABLE marts.daily_sales IS 'Sales per day';
