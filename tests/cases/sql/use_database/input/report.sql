GO
SELECT o.order_id FROM [dbo].[orders] AS o WITH (NOLOCK);
GO
