CREATE TABLE mart.other AS SELECT id FROM orders;
