-- Queries that are awkward to read: each view's columns and the columns that its query uses must be what
-- PostgreSQL's catalogue says. Run by tests/oracle/run.

CREATE SCHEMA raw;
CREATE SCHEMA mart;
SET search_path TO raw, public;

CREATE TYPE raw.place AS (street text, city text);
CREATE TYPE raw.mood AS ENUM ('sad', 'ok');
CREATE TABLE raw.customers (id int PRIMARY KEY, name text, email text, home place, created date);
CREATE TABLE raw.orders (id int, customer_id int, amount numeric, status text, day date, tags text[], extra jsonb);
CREATE TABLE raw.payments (order_id int, amount numeric, paid_at timestamp, method text);
CREATE TABLE public.orders (id int, note text);
CREATE TABLE raw."Leads" ("Id" int, "full name" text, leads int);
CREATE TABLE raw.tree (id int, parent int, label text);
CREATE TABLE raw.a (id int, x int, y int);
CREATE TABLE raw.b (id int, x int, z int);
CREATE TABLE raw.c (id int, z int, w int);
CREATE TABLE raw.empty_named (a int, "a b" int, "select" int, "A" int);
CREATE TABLE raw.events (at timestamp, kind text, payload json) PARTITION BY RANGE (at);
CREATE TABLE raw.events_2020 PARTITION OF raw.events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE raw.vip (discount numeric) INHERITS (raw.customers);
CREATE TABLE raw.orders_copy (LIKE raw.orders INCLUDING ALL, copied date);
ALTER TABLE raw.a ADD COLUMN added text, DROP COLUMN y;
ALTER TABLE raw.b RENAME COLUMN z TO zz;
ALTER TABLE raw.c RENAME TO renamed;
ALTER TABLE raw.tree SET SCHEMA mart;
CREATE FUNCTION raw.open_orders(who int) RETURNS TABLE (order_id int, total numeric) LANGUAGE sql AS
    $$ SELECT id, amount FROM raw.orders WHERE customer_id = who $$;
CREATE FUNCTION raw.all_customers() RETURNS SETOF raw.customers LANGUAGE sql AS $$ SELECT * FROM raw.customers $$;
CREATE FUNCTION raw.two(OUT one int, OUT two text) LANGUAGE sql AS $$ SELECT 1, 'x'::text $$;
CREATE FUNCTION raw.one(OUT result int) LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION raw.scalar(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 + 1 $$;

-- names of outputs
CREATE VIEW mart.names1 AS SELECT count(*), sum(amount), CASE WHEN true THEN 1 END, amount::int AS "Q", NULL::date, 'ok'::raw.mood::text AS m FROM raw.orders WHERE false GROUP BY amount;
CREATE VIEW mart.names2 AS SELECT coalesce(amount, 0), greatest(id, 1) FROM orders;
CREATE VIEW mart.names3 AS SELECT least(id, 1), nullif(id, 2), (SELECT max(amount) FROM payments), ARRAY[1], ROW(1, 2)::text, EXISTS (SELECT 1) FROM customers;
CREATE VIEW mart.names4 AS SELECT extract(year FROM day), position('a' IN status), substring(status FROM 1), trim(status), overlay(status PLACING 'x' FROM 1) FROM orders;
CREATE VIEW mart.names5 AS SELECT current_date, current_user, localtimestamp, status COLLATE "C", tags[1], -amount, NOT true AS n FROM orders;
CREATE VIEW mart.names6 AS SELECT CASE WHEN id = 1 THEN 1 ELSE id END, CAST(id AS bigint) AS b, id::text || 'x' FROM customers;
CREATE VIEW mart.names8 AS SELECT day AT TIME ZONE 'UTC', day::timestamp with time zone, INTERVAL '1 day', TRUE FROM orders;
CREATE VIEW mart.names9 (first, second) AS SELECT id, name, email FROM customers;
CREATE VIEW mart.names10 AS SELECT extra -> 'a' AS a, extra ->> 'b' AS b, (extra #>> '{c}')::int AS c, jsonb_build_object('k', id) FROM orders;
CREATE VIEW mart.names11 AS SELECT ARRAY(SELECT id FROM customers), (VALUES (1)), (SELECT id AS renamed FROM customers LIMIT 1);
CREATE VIEW mart.names12 AS SELECT xmlelement(name foo, name), xmlforest(name), concat(name, email), name LIKE 'a' FROM customers;
CREATE VIEW mart.names13 AS SELECT GROUPING(status), status FROM orders GROUP BY ROLLUP (status);
CREATE VIEW mart.names14 AS SELECT normalize(name), collation for (name), 'x'::varchar(3), 1.5::double precision FROM customers;

-- composites and whole rows
CREATE VIEW mart.comp3 AS SELECT c FROM customers c;
CREATE VIEW mart.comp4 AS SELECT row_to_json(c), to_jsonb(c.*) - 'id' AS j, count(c.*) OVER () FROM customers c;
CREATE VIEW mart.comp5 AS SELECT (c).name, (c).home FROM customers c;
CREATE VIEW mart.comp7 AS SELECT ROW(c.*)::text AS r, c IS NULL AS gone FROM customers c;
CREATE VIEW mart.comp8 AS SELECT c.name, name(c) AS n2 FROM customers c;
CREATE VIEW mart.comp9 AS SELECT (SELECT x FROM (SELECT id, name FROM customers) x LIMIT 1)::text AS r;

-- system columns
CREATE VIEW mart.sys1 AS SELECT ctid, tableoid::regclass AS rel, o.xmin FROM raw.orders o WHERE o.ctid IS NOT NULL;

-- names that hide other names
CREATE VIEW mart.hide1 AS WITH customers AS (SELECT id FROM raw.orders) SELECT customers.* FROM customers;
CREATE VIEW mart.hide2 AS WITH orders AS (SELECT * FROM orders) SELECT * FROM orders;
CREATE VIEW mart.hide3 AS WITH t AS (SELECT id FROM customers) SELECT * FROM (WITH t AS (SELECT amount FROM payments) SELECT * FROM t) s, t;
CREATE VIEW mart.hide4 AS WITH t AS (WITH t AS (SELECT id FROM customers) SELECT id + 1 AS id FROM t) SELECT * FROM t;
CREATE VIEW mart.hide5 AS SELECT orders.id FROM orders, LATERAL (SELECT orders.status FROM (SELECT 1) orders(status)) l;
CREATE VIEW mart.hide6 AS SELECT o.note FROM public.orders o;
CREATE VIEW mart.hide7 AS SELECT raw.orders.id, orders.amount FROM raw.orders;
CREATE VIEW mart.hide8 AS SELECT leads, "Leads".leads AS l2, "Leads" AS row_of FROM "Leads";
CREATE VIEW mart.hide9 AS SELECT a, "A", "a b", "select" FROM empty_named;
CREATE VIEW mart.hide10 AS SELECT a FROM empty_named AS a;
CREATE VIEW mart.hide11 AS SELECT (SELECT name FROM customers WHERE customers.id = customer_id) FROM orders;
CREATE VIEW mart.hide12 AS SELECT (SELECT count(*) FROM payments WHERE status = method) AS n FROM orders;
CREATE VIEW mart.hide13 AS SELECT id FROM customers WHERE EXISTS (SELECT 1 FROM orders WHERE id = 7 AND customer_id = customers.id);
CREATE VIEW mart.hide14 AS SELECT x.id FROM a AS x(id, b2) WHERE b2 > 1;
CREATE VIEW mart.hide15 AS SELECT amount AS status, count(*) FROM orders GROUP BY orders.status, amount ORDER BY status;
CREATE VIEW mart.hide16 AS SELECT amount * 2 AS amount FROM orders ORDER BY amount;
CREATE VIEW mart.hide17 AS SELECT status AS day, max(amount) FROM orders GROUP BY day, status;

-- joins
CREATE VIEW mart.join1 AS SELECT * FROM a JOIN b USING (id, x);
CREATE VIEW mart.join2 AS SELECT * FROM a NATURAL JOIN b;
CREATE VIEW mart.join3 AS SELECT id, a.id AS a_id, b.id AS b_id FROM a FULL JOIN b USING (id);
CREATE VIEW mart.join4 (c1, c2, c3, c4, c5, c6, c7) AS SELECT * FROM a LEFT JOIN b USING (id) JOIN renamed USING (id);
CREATE VIEW mart.join5 (c1, c2, c3, c4, c5) AS SELECT j.* FROM (a JOIN b USING (id)) AS j;
CREATE VIEW mart.join6 AS SELECT j.p, q FROM (a CROSS JOIN b) AS j(p, q);
CREATE VIEW mart.join7 AS SELECT j.id, j::text FROM a JOIN b USING (id) AS j;
CREATE VIEW mart.join8 AS SELECT j.* FROM a JOIN b USING (id) AS j;
CREATE VIEW mart.join9 AS SELECT a.* FROM a JOIN b USING (id, x);
CREATE VIEW mart.join10 AS SELECT b.* FROM a NATURAL FULL JOIN b;
CREATE VIEW mart.join11 (c1, c2, c3, c4, c5, c6, c7, c8, c9) AS SELECT * FROM a JOIN (b JOIN renamed ON b.zz = renamed.z) ON a.id = b.id;
CREATE VIEW mart.join12 AS SELECT 1 AS one FROM a, b JOIN renamed r ON b.id = r.id AND w > 0 WHERE a.x = zz;
CREATE VIEW mart.join13 AS SELECT c.name, o.n FROM customers c LEFT JOIN LATERAL (SELECT count(*) AS n FROM orders WHERE customer_id = c.id) o ON true;
CREATE VIEW mart.join14 AS SELECT c.id FROM customers c JOIN orders o ON o.customer_id = c.id AND EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id);
CREATE VIEW mart.join15 AS SELECT p.* FROM (a JOIN b ON a.id = b.id) AS p(i1, i2, i3, i4, i5);
CREATE VIEW mart.join16 AS SELECT * FROM (SELECT id FROM a) q NATURAL JOIN (SELECT id, zz FROM b) r;
CREATE VIEW mart.join17 (c1, c2, c3, c4, c5, c6) AS SELECT * FROM a JOIN b USING (id) JOIN (SELECT id, x AS xx FROM a) d USING (id) WHERE id > 0;
CREATE VIEW mart.join18 AS SELECT x FROM a JOIN b USING (x);
CREATE VIEW mart.join19 AS SELECT c1.id FROM customers c1, customers c2 WHERE c1.id <> c2.id AND c2.name IS NOT NULL;

-- set operations and recursion
CREATE VIEW mart.set1 AS SELECT id, name FROM customers UNION SELECT order_id, method FROM payments ORDER BY name, 1;
CREATE VIEW mart.set2 AS (SELECT id FROM a ORDER BY x LIMIT 1) UNION ALL (SELECT id FROM b EXCEPT SELECT id FROM renamed);
CREATE VIEW mart.set3 AS WITH RECURSIVE t(id, path) AS (SELECT id, label FROM mart.tree WHERE parent IS NULL UNION ALL SELECT c.id, t.path || c.label FROM mart.tree c JOIN t ON c.parent = t.id) SELECT * FROM t;
CREATE VIEW mart.set4 AS WITH RECURSIVE a AS (SELECT 1 AS n UNION SELECT n + 1 FROM a WHERE n < 5) SELECT n FROM a;
CREATE VIEW mart.set5 AS WITH RECURSIVE x AS (SELECT id FROM y), y AS (SELECT id FROM customers) SELECT * FROM x;
CREATE VIEW mart.set6 AS WITH RECURSIVE t AS (SELECT id, parent FROM mart.tree UNION ALL SELECT t.id, n.parent FROM t, mart.tree n WHERE n.id = t.parent) SEARCH DEPTH FIRST BY id SET ordercol SELECT id, parent, ordercol::text FROM t;
CREATE VIEW mart.set7 AS WITH RECURSIVE t AS (SELECT id, parent FROM mart.tree UNION ALL SELECT t.id, n.parent FROM t, mart.tree n WHERE n.id = t.parent) CYCLE id SET looped USING way SELECT id, looped, way::text FROM t;
CREATE VIEW mart.set8 AS VALUES (1, 'a'), (2, 'b');
CREATE VIEW mart.set9 AS TABLE a UNION ALL TABLE a;
CREATE VIEW mart.set10 AS SELECT * FROM (VALUES (1, 2)) AS v(k) WHERE k = column2;
CREATE VIEW mart.set11 AS WITH unused AS (SELECT email FROM customers), used AS (SELECT id, name FROM customers) SELECT id FROM used;
CREATE VIEW mart.set12 AS SELECT id FROM customers INTERSECT SELECT customer_id FROM orders UNION ALL SELECT 1;
CREATE VIEW mart.set13 AS WITH t AS (SELECT id FROM a) (SELECT id FROM t UNION SELECT id FROM b) ORDER BY id;

-- groups, windows, aggregates
CREATE VIEW mart.agg1 AS SELECT status, string_agg(DISTINCT method, ',' ORDER BY method) FILTER (WHERE paid_at IS NOT NULL) FROM orders JOIN payments ON order_id = id GROUP BY 1;
CREATE VIEW mart.agg2 AS SELECT DISTINCT ON (customer_id) customer_id, amount FROM orders ORDER BY customer_id, day DESC;
CREATE VIEW mart.agg3 AS SELECT status, day, sum(amount) FROM orders GROUP BY GROUPING SETS ((status, day), (status), CUBE (customer_id), ()) HAVING max(id) > 1;
CREATE VIEW mart.agg4 AS SELECT rank() OVER w, sum(amount) OVER (w ROWS UNBOUNDED PRECEDING), lag(day) OVER (PARTITION BY customer_id ORDER BY id) FROM orders WINDOW w AS (PARTITION BY status ORDER BY day), unused AS (ORDER BY tags);
CREATE VIEW mart.agg5 AS SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount), mode() WITHIN GROUP (ORDER BY status) FROM orders;
CREATE VIEW mart.agg6 AS SELECT c.id, c.name, count(*) FROM customers c GROUP BY c.id;
CREATE VIEW mart.agg7 AS SELECT (SELECT max(o.amount) FROM orders o2 WHERE o2.id = 1) FROM orders o;
CREATE VIEW mart.agg8 AS SELECT array_agg(o ORDER BY o.day) FROM orders o;
CREATE VIEW mart.agg9 AS SELECT DISTINCT status FROM orders ORDER BY status LIMIT (SELECT count(*) FROM a) OFFSET 1;
CREATE VIEW mart.agg10 AS SELECT sum(amount) FILTER (WHERE status = 'x') OVER (ORDER BY day RANGE BETWEEN INTERVAL '1 day' PRECEDING AND CURRENT ROW) FROM orders;

-- functions in FROM
CREATE VIEW mart.fn1 AS SELECT * FROM open_orders(1);
CREATE VIEW mart.fn2 AS SELECT c.name, f.total FROM customers c, open_orders(c.id) f;
CREATE VIEW mart.fn3 AS SELECT * FROM all_customers() AS ac;
CREATE VIEW mart.fn4 AS SELECT * FROM two();
CREATE VIEW mart.fn5 AS SELECT * FROM one(), scalar(1), scalar(2) AS s;
CREATE VIEW mart.fn6 AS SELECT t.tag, t.n FROM orders, unnest(tags) WITH ORDINALITY AS t(tag, n);
CREATE VIEW mart.fn7 AS SELECT * FROM ROWS FROM (generate_series(1, 2), two(), unnest(ARRAY[1])) WITH ORDINALITY;
CREATE VIEW mart.fn8 AS SELECT e.key, e.value FROM orders o CROSS JOIN LATERAL jsonb_each(o.extra) AS e;
CREATE VIEW mart.fn9 AS SELECT g FROM generate_series(1, 3) g;
CREATE VIEW mart.fn10 AS SELECT x.a, y FROM orders, jsonb_to_record(extra) AS x(a int, b text), jsonb_array_elements(extra) AS y;
CREATE VIEW mart.fn11 AS SELECT * FROM unnest(ARRAY[1], ARRAY['a']) AS u(one);
CREATE VIEW mart.fn12 AS SELECT id, unnest(tags) FROM orders;
CREATE VIEW mart.fn14 AS SELECT x.* FROM customers, xmltable('/a' PASSING xmlelement(name a, name) COLUMNS n int PATH 'b', s text DEFAULT email) AS x;
CREATE VIEW mart.fn15 AS SELECT f.n2, f.email FROM all_customers() f(i, n2) JOIN orders o ON o.id = f.i, LATERAL scalar(o.id) s WHERE s > 1;
CREATE VIEW mart.fn16 AS SELECT * FROM generate_series(1, 2) AS g(v) WHERE v > 1;

-- tables whose columns come from others
CREATE VIEW mart.ddl1 AS SELECT * FROM events_2020;
CREATE VIEW mart.ddl2 AS SELECT * FROM vip;
CREATE VIEW mart.ddl3 AS SELECT * FROM orders_copy;
CREATE VIEW mart.ddl4 (c1, c2, c3, c4, c5, c6) AS SELECT * FROM a, b;
CREATE VIEW mart.ddl5 AS SELECT * FROM renamed;
CREATE VIEW mart.ddl7 AS SELECT * FROM mart.tree;
CREATE VIEW mart.ddl8 AS SELECT * FROM ONLY customers;
CREATE VIEW mart.ddl9 AS SELECT o.* FROM mart.names1 o;
CREATE MATERIALIZED VIEW mart.ddl10 AS SELECT id, name FROM customers WITH NO DATA;
CREATE TABLE mart.made AS SELECT id AS made_id, name FROM customers;
CREATE VIEW mart.ddl11 AS SELECT * FROM mart.made;
SELECT id, email INTO mart.into_made FROM customers;
CREATE VIEW mart.ddl12 AS SELECT * FROM mart.into_made;

-- changes of rows
CREATE TABLE raw.da (id int PRIMARY KEY, x int, y text);
CREATE TABLE raw.db (id int, z int, y text);
CREATE TABLE raw.dc (k int PRIMARY KEY, v int, n text);
INSERT INTO raw.da SELECT id, z, y FROM raw.db WHERE z > 1;
INSERT INTO raw.da (id, y) SELECT id, max(y) FROM raw.db GROUP BY id;
INSERT INTO raw.da VALUES (1, (SELECT max(z) FROM raw.db), 'q');
INSERT INTO raw.dc AS t (k, v) SELECT id, z FROM raw.db ON CONFLICT (k) DO UPDATE SET v = t.v + excluded.v, n = excluded.n WHERE t.n <> 'x';
INSERT INTO raw.dc (k) SELECT id FROM raw.db ON CONFLICT DO NOTHING;
UPDATE raw.da SET x = b.z FROM raw.db AS b WHERE b.id = da.id AND b.y = 'u';
UPDATE raw.da AS t SET (x, y) = (SELECT z, y FROM raw.db WHERE db.id = t.id), id = DEFAULT WHERE t.x > 1;
UPDATE raw.da SET x = x + 1 WHERE y IN (SELECT n FROM raw.dc);
UPDATE raw.da SET x = dc.v FROM raw.db JOIN raw.dc ON db.id = dc.k WHERE da.id = db.id;
DELETE FROM raw.da USING raw.db, raw.dc AS cc WHERE da.id = db.id AND cc.k = db.z;
DELETE FROM raw.da AS d WHERE NOT EXISTS (SELECT 1 FROM raw.db WHERE db.id = d.id);
WITH moved AS (DELETE FROM raw.da WHERE x > 1 RETURNING id, y) INSERT INTO raw.db (id, y) SELECT id, y FROM moved;
WITH up AS (UPDATE raw.da SET x = 1 WHERE y = 'z' RETURNING *) INSERT INTO raw.dc (k, v) SELECT id, x FROM up;
WITH ins AS (INSERT INTO raw.da (id) SELECT k FROM raw.dc RETURNING id AS made) UPDATE raw.db SET z = made FROM ins WHERE db.id = made;
INSERT INTO raw.da (id, x) SELECT q.id, q.z FROM (SELECT * FROM raw.db) q RETURNING id, x + 1;
MERGE INTO raw.dc AS t USING (SELECT id, z FROM raw.db WHERE y = 'm') AS s ON t.k = s.id WHEN MATCHED AND t.v > 1 THEN UPDATE SET v = s.z WHEN MATCHED THEN DELETE WHEN NOT MATCHED AND s.z > 2 THEN INSERT (k, v) VALUES (s.id, s.z);
WITH w AS (SELECT id FROM raw.db) DELETE FROM raw.da WHERE id IN (SELECT id FROM w);
INSERT INTO raw.db WITH w AS (SELECT x FROM raw.da) SELECT x, x FROM w;
INSERT INTO raw.dc DEFAULT VALUES;
UPDATE raw.da SET y = (SELECT string_agg(db.y, ',' ORDER BY db.z) FROM raw.db WHERE db.id = da.id);
