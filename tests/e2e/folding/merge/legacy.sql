-- Gone articles are deleted, and come back when they are fed again.
MERGE INTO wh_mart.stock AS t
USING (SELECT sku, site, qty, gone FROM wh.feed) AS s
ON t.sku = s.sku AND s.site = t.site
WHEN MATCHED AND s.gone THEN DELETE
WHEN MATCHED AND s.qty > 40 THEN DO NOTHING
WHEN MATCHED THEN UPDATE SET qty = t.qty + s.qty, changes = changes + 1
WHEN NOT MATCHED THEN INSERT (sku, site, qty) VALUES (s.sku, s.site, s.qty);

MERGE INTO wh_mart.known k USING wh.feed ON k.sku = feed.sku
WHEN NOT MATCHED AND feed.gone IS NOT TRUE THEN INSERT (qty, sku) VALUES (feed.qty, feed.sku);

MERGE INTO wh_mart.latest USING wh.feed f ON latest.sku = f.sku
WHEN MATCHED THEN UPDATE SET qty = f.qty
WHEN NOT MATCHED THEN INSERT (sku, qty) VALUES (f.sku, f.qty);
