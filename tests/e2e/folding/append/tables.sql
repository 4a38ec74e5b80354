CREATE SCHEMA shop;
CREATE SCHEMA shop_mart;
CREATE TABLE shop.sales (id int, day date, amount numeric, note text);
CREATE TABLE shop.returns (id int, day date, amount numeric);
CREATE TABLE shop_mart.movements (
    id int, day date, amount numeric(10,2), kind varchar(10) DEFAULT 'sale', loaded int DEFAULT 1
);
CREATE TABLE shop_mart.sales_seen (id int, amount int, note text);
CREATE TABLE shop_mart.sales_new (id int, amount numeric(10,1));
