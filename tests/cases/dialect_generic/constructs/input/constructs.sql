-- What no dialect was named for: as any dialect's where PostgreSQL's grammar says no.
USE lake;
SET hivevar:x = 1;
SET a.b-c = x;
ALTER TABLE IF EXISTS mart.old_orders MODIFY COLUMN id bigint;
ALTER TABLE mart.orders MODIFY COLUMN id bigint;
ALTER TABLE mart.orders APPEND FROM raw.orders;
ALTER WAREHOUSE w SUSPEND;
ALTER EXTERNAL TABLE raw.orders REFRESH;
GRANT USAGE ON WAREHOUSE w TO ROLE r;
COMMENT ON PIPE p IS 'x';
OPTIMIZE orders;
DROP WAREHOUSE w;
CREATE CLUSTERED INDEX i ON orders (id);
CREATE PRIMARY XML INDEX i ON orders (doc);
SAVE TRAN x;
BT;
CREATE STAGE s URL = 's3://x';
CREATE FILE FORMAT f TYPE = CSV;
CREATE ROW ACCESS POLICY p AS (v int) RETURNS boolean -> true;
INSERT INTO kept (id) SELECT id FROM orders QUALIFY row_number() OVER (ORDER BY id) = 1;
BEGIN TRY
  UPDATE mart.tried SET x = 1 WHERE y = 2;
  INSERT INTO mart.kept (id) SELECT id FROM mart.tried
END TRY
BEGIN CATCH
  INSERT INTO mart.failed (id) SELECT id FROM mart.tried;
END CATCH
DBMS_OUTPUT.PUT_LINE('done');
