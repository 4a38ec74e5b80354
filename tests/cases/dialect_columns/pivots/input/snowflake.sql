CREATE OR REPLACE TRANSIENT TABLE quarters AS
SELECT * FROM (SELECT region, quarter, amount FROM raw.sales) PIVOT (SUM(amount) FOR quarter IN ('Q1', 'Q2' AS second)) AS p;
CREATE OR REPLACE TRANSIENT TABLE months AS SELECT region, month, sold FROM raw.monthly UNPIVOT INCLUDE NULLS (sold FOR month IN (jan, feb, mar)) ORDER BY region;
CREATE OR REPLACE TRANSIENT TABLE any_quarter AS SELECT * FROM raw.sales PIVOT (MAX(amount) FOR quarter IN (ANY ORDER BY quarter)) p;
