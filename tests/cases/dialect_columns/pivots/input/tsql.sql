SELECT p.region, [2023] AS last_year, p.[2024] INTO #years
FROM (SELECT s.region, YEAR(s.sold_at) AS y, s.amount FROM dbo.sales AS s WITH (NOLOCK)) AS src
PIVOT (SUM(amount) FOR y IN ([2023], [2024])) AS p;
GO
SELECT region, u.y, u.amount INTO dbo.tall FROM #years UNPIVOT (amount FOR y IN (last_year, [2024])) AS u;
GO
