UPDATE fin.invoices SET status = 'open' WHERE id % 7 = 0;
DELETE FROM fin.invoices WHERE id > 40;
INSERT INTO fin.blocked VALUES (5);
DELETE FROM fin.owners WHERE customer = 1;
INSERT INTO fin.owners VALUES (7, 'new', 3, 2);
