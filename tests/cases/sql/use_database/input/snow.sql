USE WAREHOUSE loading_wh;
USE DATABASE raw_db;
USE SCHEMA sales;
CREATE OR REPLACE TRANSIENT TABLE daily AS SELECT day, IFF(n IS NULL, 0, n) AS n FROM counts;
USE SCHEMA IDENTIFIER($schema_name);
USE other_db.crm;
SELECT day FROM raw_db.sales.daily JOIN leads USING (day) QUALIFY 1 = 1;
