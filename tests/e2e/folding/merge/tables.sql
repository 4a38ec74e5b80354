CREATE SCHEMA wh;
CREATE SCHEMA wh_mart;
CREATE TABLE wh.feed (sku text, site int, qty numeric, gone boolean);
CREATE TABLE wh_mart.stock (sku text, site int, qty int DEFAULT 0, changes int DEFAULT 7);
CREATE TABLE wh_mart.known (sku text, qty numeric(6,1));
CREATE TABLE wh_mart.latest (sku text, qty numeric);
