SET SERVEROUTPUT ON
CREATE OR REPLACE PROCEDURE load_sales (p_day IN DATE) IS
    v_count NUMBER;
BEGIN
    SELECT count(*) INTO v_count FROM staging_sales WHERE day = p_day;
    IF v_count > 0 THEN
        INSERT INTO sales (id, amount)
        SELECT s.id, nvl(s.amount, 0) FROM staging_sales s, fixes f WHERE s.id = f.id (+);
    END IF;
END load_sales;
/
CREATE TABLE tree AS SELECT id, parent FROM nodes START WITH parent IS NULL CONNECT BY PRIOR id = parent;
