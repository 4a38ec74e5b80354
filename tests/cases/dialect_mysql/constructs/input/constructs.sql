-- What MySQL writes in its own way; each statement has names after the rewritten part.
INSERT LOW_PRIORITY IGNORE INTO mart.orders (id) SELECT id FROM raw.orders;
REPLACE INTO mart.orders (id, amount) SELECT id, amount FROM raw.orders;
REPLACE mart.orders (id, amount) SELECT id, amount FROM raw.more;
INSERT INTO mart.counts (id, n) SELECT id, count(*) FROM raw.orders GROUP BY id ON DUPLICATE KEY UPDATE n = VALUES(n);
INSERT INTO mart.joined (id, name)
SELECT SQL_NO_CACHE o.id, c.name FROM raw.orders o FORCE INDEX (by_id) STRAIGHT_JOIN raw.customers c ON c.id = o.customer;
INSERT INTO mart.tags (id, tags, kind)
SELECT id, GROUP_CONCAT(tag ORDER BY tag SEPARATOR ';'), CONVERT(kind USING utf8mb4) FROM raw.tags GROUP BY id, kind WITH ROLLUP;
INSERT INTO mart.sums (id, half, odd) SELECT id, amount DIV 2, a XOR b FROM raw.orders WHERE BINARY name = 'x' LOCK IN SHARE MODE;
INSERT INTO mart.named (id) SELECT id FROM raw.orders WHERE name REGEXP '^a' LIMIT 5, 10;
SELECT id, amount FROM mart.sums INTO OUTFILE '/tmp/out.csv' FIELDS TERMINATED BY ',';
LOAD DATA LOCAL INFILE '/tmp/in.csv' INTO TABLE raw.loaded FIELDS TERMINATED BY ',' (id, amount);
SET SESSION sql_mode = '';
LOCK TABLES mart.orders WRITE;
UNLOCK TABLES;
START TRANSACTION READ ONLY;
INSERT INTO mart.days (id, day) SELECT id, DATE_ADD(day, INTERVAL 1 DAY) FROM raw.orders;
RENAME TABLE mart.old TO mart.older;
ALTER TABLE mart.sales EXCHANGE PARTITION p0 WITH TABLE mart.sales_in;
CREATE UNIQUE INDEX by_id ON mart.orders (id) USING BTREE;
CREATE USER 'reader'@'localhost' IDENTIFIED BY 'x';
CREATE SPATIAL INDEX by_place ON mart.orders (place) COMMENT 'x';
DROP EVENT nightly;
DROP TEMPORARY TABLE IF EXISTS scratch;
GRANT ALL ON mart.* TO 'reader'@'localhost';

SELECT `id`, `amount` INTO @last_id, @last_amount FROM `shop`.`orders` ORDER BY `id` DESC LIMIT 1;
