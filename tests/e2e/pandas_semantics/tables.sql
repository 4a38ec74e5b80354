CREATE SCHEMA raw;
CREATE TABLE raw.people (id integer NOT NULL, team text, city text, age integer, score double precision,
                         active boolean NOT NULL, born date, joined timestamp);
CREATE TABLE raw.orders (order_id integer NOT NULL, person_id integer, amount numeric(12,2), quantity integer,
                         status text, note text);
CREATE TABLE raw.teams (team text, lead text, city text);
