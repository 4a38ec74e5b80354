INSERT INTO mart.$table
SELECT id
  FROM raw.$table
