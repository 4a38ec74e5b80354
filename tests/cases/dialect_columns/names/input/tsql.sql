CREATE VIEW dbo.labels AS
SELECT o.id 'Order No', SUM(o.amount) AS 'Total amount', o.at AT TIME ZONE 'UTC' AS utc FROM [dbo].[orders] o WHERE o.note LIKE N'%x' ESCAPE '\' GROUP BY o.id;
GO
