CREATE SCHEMA IF NOT EXISTS crm;
CREATE SCHEMA IF NOT EXISTS shop;
CREATE SCHEMA IF NOT EXISTS mart;
CREATE TABLE crm.people (id integer PRIMARY KEY, name text, state text CHECK (state IN ('open', 'closed')));
COMMENT ON COLUMN crm.people.state IS 'closed: gone';
CREATE TABLE shop.lines (order_id integer, line integer, qty integer, person numeric(8,1), PRIMARY KEY (order_id, line));
CREATE TABLE mart.person_lines (id integer NOT NULL, kind text, qty numeric(8,2), PRIMARY KEY (id));
