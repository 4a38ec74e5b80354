CREATE TABLE raw.payments (payment_id int, order_id int, amount numeric);
INSERT INTO raw.payments (payment_id, amount) VALUES (1, 2);
UPDATE raw.payments SET amount = amount * 2 WHERE amount > 0 AND amount < 5;
UPDATE raw.payments p SET (amount, order_id) = (SELECT 1, 2) ;
CREATE TABLE b AS SELECT * FROM raw.payments;
CREATE VIEW v AS SELECT amount, rank() over (order by amount) r, case when amount > 1 then 1 end k FROM b;
CREATE TABLE c AS SELECT * FROM unknown_t;
CREATE TABLE d AS SELECT x FROM c;
SELECT amount, amount+amount FROM raw.payments ORDER BY amount;
INSERT INTO raw.payments AS q (payment_id, amount) VALUES (1, 2) ON CONFLICT (payment_id) DO UPDATE SET amount = excluded.amount;
CREATE TABLE e AS SELECT count(*) n FROM raw.payments;
CREATE TABLE f AS WITH p AS (SELECT amount AS a FROM raw.payments) SELECT sum(a) s, o.z FROM p JOIN o ON o.k = p.a GROUP BY o.z;
CREATE PROCEDURE inner_p() LANGUAGE plpgsql AS $$ BEGIN IF (SELECT max(amount) FROM raw.payments) > 3 THEN DELETE FROM raw.payments WHERE amount = 3; END IF; END $$;
CREATE PROCEDURE outer_p() LANGUAGE plpgsql AS $$ BEGIN CALL inner_p(); END $$;
CREATE TABLE g AS SELECT p.payment_id FROM raw.payments p JOIN raw.payments p2 USING (order_id) WHERE EXISTS (SELECT 1 FROM zz WHERE zz.amount = p.amount);
CREATE TABLE h AS WITH p AS (SELECT amount, order_id AS a FROM raw.payments), q AS (SELECT * FROM p)
SELECT sum(q.amount) s, o.z FROM q JOIN o ON o.k = q.a WHERE q.amount > 0 GROUP BY o.z ORDER BY s;
