CREATE SCHEMA mill;
CREATE SCHEMA mill_mart;
CREATE TABLE mill.runs (id int, day date, kg numeric, machine text);
CREATE TABLE mill.machines (machine text PRIMARY KEY, hall text, closed boolean);
CREATE TABLE mill.notes (id int, note text);
CREATE TABLE mill_mart.production (id int, day date, kg numeric(8,1), machine text, hall varchar(12), state text DEFAULT 'new');
CREATE TABLE mill_mart.machine_total (machine text PRIMARY KEY, kg numeric(10,2), level text, runs int);
CREATE TABLE mill_mart.last_run (machine text, day date, note text);
CREATE TABLE mill_mart.load_total (shift int, kg numeric(9,3), note text);
