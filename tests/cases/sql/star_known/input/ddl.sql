CREATE TABLE raw.t (a int, "B c" text, d date, PRIMARY KEY (a));
