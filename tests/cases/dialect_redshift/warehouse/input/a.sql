CREATE TABLE mart.orders (id bigint ENCODE zstd DISTKEY, amount numeric(10,2) ENCODE az64) SORTKEY (id) BACKUP NO;
COPY raw.orders FROM 's3://bucket/orders' IAM_ROLE 'arn:x' FORMAT AS PARQUET;
INSERT INTO mart.orders SELECT o.id, o.amount FROM raw.orders o;
CREATE TABLE mart.top DISTSTYLE ALL AS SELECT id, amount FROM mart.orders;
CREATE VIEW mart.v AS SELECT id FROM mart.top WITH NO SCHEMA BINDING;
UNLOAD ('select id from mart.orders where amount > 1 and kind = ''x''') TO 's3://out/' IAM_ROLE 'arn:x';
ALTER TABLE mart.history APPEND FROM mart.top;
