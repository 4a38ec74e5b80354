CREATE SCHEMA fin;
CREATE SCHEMA fin_mart;
CREATE TABLE fin.invoices (id int, customer int, amount numeric(10,2), status text, region text);
CREATE TABLE fin.customers (customer int, region text, discount numeric);
CREATE TABLE fin.blocked (customer int);
CREATE TABLE fin_mart.invoice_report (id int, customer int, amount int, status varchar(20), region text);
CREATE TABLE fin.owners (customer int PRIMARY KEY, owner text, bonus numeric, least numeric);
CREATE TABLE fin_mart.invoice_owner (id int, customer int, amount numeric(8,1), owner varchar(20), note text);
