CREATE TABLE mart.x AS SELECT * FROM raw.t JOIN raw.u USING (id);
