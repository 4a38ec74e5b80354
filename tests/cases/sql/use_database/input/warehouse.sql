-- T-SQL: USE chooses the database; another script of the same database names it nowhere.
USE Shop;
GO
CREATE TABLE dbo.orders (order_id int, amount money);
GO
INSERT INTO Archive.dbo.orders SELECT order_id, amount FROM orders;
GO
