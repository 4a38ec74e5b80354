\set ON_ERROR_STOP on
\echo 'it''s; fine'
-- a comment; with a semicolon and 'a quote
/* nested /* comment; */ here */
CREATE TABLE mart.a AS SELECT ';' AS s, $q$ ; $$ ; $q$ AS t, id FROM raw.a;
\copy raw.x from 'x.csv' csv
CREATE TABLE mart.b AS SELECT E'\';' AS s, U&"id" AS id FROM raw.b
\gexec
CREATE TABLE mart.c AS SELECT id FROM raw.c;
