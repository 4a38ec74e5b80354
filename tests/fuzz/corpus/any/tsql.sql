SELECT TOP 5 [a b] FROM #t
GO
DECLARE @x int = 1
GO 3
