CREATE SCHEMA port;
CREATE SCHEMA port_mart;
CREATE TABLE port.landings (id int, ship text, tons numeric, day date);
CREATE TABLE port.ships (ship text, owner text, retired boolean);
CREATE TABLE port_mart.by_owner (owner text, tons numeric(10,1), n int);
CREATE TABLE port_mart.days (day date, tons numeric);
CREATE TABLE port_mart.journal (ship text, tons int, step text);
