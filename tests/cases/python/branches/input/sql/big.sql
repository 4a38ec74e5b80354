/* all of it */
INSERT INTO {schema}.big SELECT * FROM raw.big_s;
