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
