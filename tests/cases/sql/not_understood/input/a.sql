CREATE TABLE mart.a AS SELECT id FROM raw.a;
CREATE TABLE mart.b AS SELEC id FORM raw.b;
INSERT INTO mart.c SELECT id FROM raw.c WHERE x = = 1;
CREATE TABLE mart.d AS SELECT id FROM raw.d;
