DECLARE
  PROCEDURE note(p_text IN VARCHAR2) IS
  BEGIN
    INSERT INTO run_log (at, text) SELECT SYSDATE, p_text FROM dual;
  END note;
BEGIN
  etl.load_orders(TRUNC(SYSDATE));
  note('loaded');
END;
/
