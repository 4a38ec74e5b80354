DROP TABLE IF EXISTS fin_mart.work;
CREATE TABLE fin_mart.work AS
SELECT id, customer, amount, status, region FROM fin.invoices;
-- An open invoice of a small amount is settled.
UPDATE fin_mart.work SET status = 'settled', amount = amount * 0.915 WHERE status = 'open' AND amount < 40;
UPDATE fin_mart.work w SET region = c.region, status = NULL
FROM fin.customers c WHERE c.customer = w.customer AND w.status IS NOT NULL;
DELETE FROM fin_mart.work WHERE status <> 'paid';
DELETE FROM fin_mart.work USING fin.blocked b WHERE b.customer = work.customer;
INSERT INTO fin_mart.work (id, customer, amount, status, region)
SELECT -1, customer, count(*), 'total', NULL FROM fin_mart.work GROUP BY customer;

TRUNCATE fin_mart.invoice_report;
INSERT INTO fin_mart.invoice_report (customer, id, amount, status) SELECT customer, id, amount, status FROM fin.invoices;
UPDATE fin_mart.invoice_report SET amount = amount * 1.5, region = upper(status);

-- A key that is declared finds one row at most; what is set may be null.
TRUNCATE fin_mart.invoice_owner;
INSERT INTO fin_mart.invoice_owner (id, customer, amount) SELECT id, customer, amount FROM fin.invoices;
UPDATE fin_mart.invoice_owner AS t SET owner = o.owner, amount = t.amount + coalesce(o.bonus, 0.333)
FROM fin.owners o WHERE o.customer = t.customer AND (t.id > 10 OR o.bonus IS NULL) AND t.amount > o.least;
UPDATE fin_mart.invoice_owner t SET note = o.owner FROM fin.owners AS o WHERE t.customer = o.customer OR (t.id = 4 AND o.customer = 5);
UPDATE fin_mart.invoice_owner t SET note = 'blocked' FROM fin.blocked b WHERE t.customer = b.customer;
