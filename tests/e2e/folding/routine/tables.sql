CREATE SCHEMA ops;
CREATE SCHEMA ops_mart;
CREATE TABLE ops.events (id int, day date, kind text, n int);
CREATE TABLE ops.kinds (kind text, factor numeric);
CREATE TABLE ops_mart.day_total (day date, n bigint, above int);
CREATE TABLE ops_mart.expanded (kind text, part text, loaded date);
CREATE TABLE ops_mart.tops (kind text, n int);
