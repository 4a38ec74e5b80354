CREATE OR ALTER PROCEDURE dbo.load_orders @since date = '2020-01-01' AS
SET NOCOUNT ON
BEGIN TRY
    SELECT TOP (100) PERCENT o.[order id], o.amount INTO #recent
    FROM srv.shop.dbo.orders o WITH (NOLOCK) WHERE o.placed >= @since

    IF EXISTS (SELECT 1 FROM #recent)
        INSERT dbo.facts ([order id], amount)
        SELECT r.[order id], x.total FROM #recent r CROSS APPLY (SELECT sum(p.paid) AS total FROM dbo.payments p) x
    ELSE
        PRINT 'nothing'

    UPDATE f SET f.amount = s.amount FROM dbo.facts AS f INNER JOIN dbo.fixes s ON s.id = f.id
    DECLARE @sql nvarchar(max) = N'INSERT INTO dbo.log (a) '
    SET @sql = @sql + N'SELECT amount FROM dbo.facts'
    EXEC sp_executesql @sql
END TRY
BEGIN CATCH
    THROW
END CATCH
GO
EXEC dbo.load_orders @since = '2024-01-01'
