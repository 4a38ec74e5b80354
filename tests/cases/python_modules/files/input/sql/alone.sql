CREATE TABLE mart.alone AS SELECT id FROM raw.alone
