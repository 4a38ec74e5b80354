CREATE TABLE mart.fct_truncated (id int);
CREATE TABLE mart.appended (id int);
