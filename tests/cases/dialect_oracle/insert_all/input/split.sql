-- One query, several targets: each gets its own rows.
INSERT ALL
  WHEN amount > 100 AND region IN ('a', 'b') THEN
    INTO big_orders (id, amount) VALUES (id, amount * 2)
    INTO audit_big
  ELSE
    INTO small_orders (id, amount) VALUES (id, amount)
SELECT id, amount, region FROM orders WHERE rownum < 1000;
INSERT ALL INTO codes (code) VALUES ('a') INTO codes (code) VALUES ('b') SELECT * FROM dual;
INSERT FIRST WHEN kind = 1 THEN INTO ones (id, loaded) VALUES (id, ids.NEXTVAL) SELECT id, kind FROM events CONNECT BY LEVEL <= 2;
