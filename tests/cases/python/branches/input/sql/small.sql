INSERT INTO {schema}.small SELECT * FROM raw.small_s;
