N;
END outer;
$fn$;
CREATE FUNCTION s(a int) RETURNS int LANGUAGE sql RETURN (SELECT max(b) FROM raw.m WHERE c = a);
CREATE FUNCTION s2(a int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN a=1 THEN 2 END FROM raw.n; INSERT INTO q SELECT 1; END;
CREATE FUNCTION s3() RETURNS int AS 'SELECT ''x'' FROM raw.o; DELETE FROM raw.p' LANGUAGE sql;
DO $$ BEGIN DELETE FROM raw.q; END $$;
\set x 1
\i other.sql
\c db
COPY raw.r FROM stdin;
1	it's
\.
SELECT * FROM :schema.tab WHERE d = :'day' AND e IN %(ids)s AND f = %s;
SELECT * FROM {{ params.s }}.t_{{ ds }} WHERE {% if x %} a = '{{ ds }}' {% endif %};
CREATE RULE r1 AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b);
CREATE PROCEDURE ora(p IN number) IS x number; BEGIN INSERT INTO o1 SELECT * FROM o2; END ora;
SELECT * FROM last
INSERT INTO a SELECT 1;
MERGE INTO tgt t USING (SELECT * FROM src1 s JOIN src2 ON 1=1) x ON t.a = x.a WHEN MATCHED THEN UPDATE SET BROKEN BROKEN;
SELECT 'abc
