CREATE OR REPLACE PACKAGE BODY etl AS
  g_batch NUMBER := 0;
  FUNCTION last_day_loaded RETURN DATE IS
    v DATE;
  BEGIN
    SELECT MAX(day) INTO v FROM control_log;
    RETURN v;
  END last_day_loaded;
  PROCEDURE load_orders(p_day IN DATE) IS
    CURSOR c IS SELECT id, amount FROM stg_orders WHERE day = p_day;
  BEGIN
    DBMS_OUTPUT.PUT_LINE('start');
    FOR r IN c LOOP
      INSERT INTO orders (id, amount) VALUES (r.id, r.amount);
    END LOOP;
    EXECUTE IMMEDIATE 'TRUNCATE TABLE stg_orders';
    MERGE INTO totals t USING (SELECT id, SUM(amount) s FROM orders GROUP BY id) q ON (t.id = q.id)
      WHEN MATCHED THEN UPDATE SET t.total = q.s WHEN NOT MATCHED THEN INSERT (id, total) VALUES (q.id, q.s);
    log_pkg.info('done', p_day);
    COMMIT;
  EXCEPTION WHEN OTHERS THEN
    ROLLBACK; RAISE_APPLICATION_ERROR(-20001, 'x');
  END load_orders;
BEGIN
  g_batch := 1;
END etl;
/
BEGIN
  etl.load_orders(SYSDATE);
END;
/
