-- What DuckDB writes in its own way; each statement has names after the rewritten part.
INSTALL httpfs;
CREATE TABLE mart.beside AS SELECT a.id, b.amount FROM raw.a a POSITIONAL JOIN raw.b b;
INSERT OR REPLACE INTO mart.orders SELECT id, amount FROM raw.orders;
CREATE OR REPLACE TABLE mart.lists AS SELECT id, [amount, tax] AS both, {'a': amount} AS o FROM raw.orders USING SAMPLE 10;
INSERT INTO mart.objects (id, o) SELECT id, {'a': amount, 'b': {'c': tax + f(1, kind)}} FROM raw.orders;
