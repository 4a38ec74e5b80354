-- header

-- about x
-- more
CREATE OR REPLACE FUNCTION etl.build_x(IN p_date date, p_n int DEFAULT 5, double precision, OUT res text)
RETURNS TABLE (id int, "Name" text) LANGUAGE plpgsql AS $fn$
<<outer>>
DECLARE
  v_total integer := 0; -- c1
  c_tab CONSTANT text := 'stage.t1';
  cur CURSOR FOR SELECT * FROM raw.c;
  r record;
  v_sql text;
BEGIN
  -- lead
  SELECT count(*), max(id) INTO STRICT v_total, r.x FROM raw.a WHERE d = p_date;
  IF EXISTS (SELECT 1 FROM raw.b WHERE CASE WHEN a THEN b END) THEN
     INSERT INTO t2 (a) SELECT a FROM raw.d RETURNING id INTO v_total; -- trailing
  ELSIF v_total > 3 THEN NULL;
  ELSE
     v_total := (SELECT max(x) FROM raw.e);
  END IF;
  FOR r IN SELECT * FROM raw.f LOOP
     UPDATE t3 SET a = r.a WHERE id = r.id;
     EXECUTE 'INSERT INTO ' || c_tab || ' SELECT * FROM raw.g WHERE x = ''y''';
  END LOOP;
  FOR i IN 1..10 LOOP PERFORM f(i); END LOOP;
  v_sql := format('DELETE FROM %I.%I WHERE d = %L', 'sch', 'tab', '2020');
  EXECUTE v_sql USING p_date;
  EXECUTE 'TRUNCATE ' || p_tab;
  v_total = 3;
  PERFORM pg_notify('x', y) FROM raw.h;
  RETURN QUERY SELECT a, b FROM raw.i;
  RETURN QUERY EXECUTE 'SELECT 1 FROM raw.j' USING 1;
  OPEN cur;
  LOOP FETCH cur INTO r; EXIT WHEN NOT FOUND; END LOOP;
  CLOSE cur;
  BEGIN
    CREATE TEMP TABLE z AS SELECT 1 FROM raw.k;
  EXCEPTION WHEN others THEN
    INSERT INTO log VALUES (SQLERRM);
    RAISE NOTICE 'x %', (SELECT count(*) FROM raw.l);
  END;
  CALL other.p(1);
  RETUR