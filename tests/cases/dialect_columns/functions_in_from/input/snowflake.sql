-- What a function in FROM shows comes of what it is given, also through a second one.
CREATE OR REPLACE TABLE items AS
SELECT o.order_id, line.value:sku::string AS sku, line.index AS position, tag.value::string AS tag
FROM raw.orders o,
     LATERAL FLATTEN(input => o.doc:lines) line,
     LATERAL FLATTEN(input => line.value:tags, outer => TRUE) tag
QUALIFY ROW_NUMBER() OVER (PARTITION BY o.order_id ORDER BY line.index) = 1;
