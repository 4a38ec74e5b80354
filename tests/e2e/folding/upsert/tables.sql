CREATE SCHEMA crm;
CREATE SCHEMA crm_mart;
CREATE TABLE crm.people (id int, name text, points numeric, seen date);
CREATE TABLE crm_mart.person (id int PRIMARY KEY, name varchar(20), points numeric(8,1));
CREATE TABLE crm_mart.person_seen (id int UNIQUE, name text, first_seen date, last_seen date);
CREATE TABLE crm_mart.person_points (id int, year int, points numeric(10,2) DEFAULT 0, n int, UNIQUE (id, year));
CREATE TABLE crm_mart.first_name (id int UNIQUE, name text);
CREATE TABLE crm_mart.person_limit (id int PRIMARY KEY, points int);
