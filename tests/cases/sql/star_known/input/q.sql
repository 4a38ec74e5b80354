CREATE TABLE mart.x AS SELECT t.*, t.a + 1 AS e FROM raw.t;
CREATE TABLE mart.y AS SELECT * FROM mart.x WHERE d > '2024-01-01';
