UPDATE fin.invoices SET status = 'open' WHERE id % 7 = 0;
DELETE FROM fin.invoices WHERE id > 40;
INSERT INTO fin.blocked VALUES (5);
