-- A column's field is that column's, with and without the table's alias, and through a query's name.
CREATE OR REPLACE TABLE `p.d.flat` AS
WITH picked AS (SELECT id, device FROM `p.d.sessions`)
SELECT id, device.browser.name AS browser, picked.device.os AS os, SAFE_CAST(device.width AS INT64) AS width FROM picked;
CREATE OR REPLACE TABLE `p.d.totals` AS SELECT totals.visits, s.geo.country.code AS country, COUNTIF(totals.bounces = 1) AS bounces FROM `p.d.sessions` s GROUP BY 1, 2;
