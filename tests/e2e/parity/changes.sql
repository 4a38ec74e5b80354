UPDATE migrated.changed_cent SET amount = amount + 0.01 WHERE order_id = 8;
UPDATE migrated.changed_count SET quantity = quantity + 1 WHERE order_id = 8;
UPDATE migrated.small_change SET price_ratio = price_ratio + 0.0000001, weight = weight * (1 + 1e-13),
    quantity_avg = quantity_avg - 0.0000001;
UPDATE migrated.large_change SET price_ratio = price_ratio + 0.00001 WHERE customer = 'c3';
DELETE FROM migrated.lost_duplicate WHERE ctid = (SELECT min(ctid) FROM migrated.lost_duplicate);
INSERT INTO migrated.extra_duplicate SELECT * FROM migrated.extra_duplicate LIMIT 1;
UPDATE migrated.lost_null SET weight = 0 WHERE order_id = 4;
UPDATE migrated.endless_number SET weight = 'Infinity' WHERE order_id = 5;
UPDATE migrated.stamped SET stamped_at = stamped_at + interval '1 hour', dice = 0.5;
UPDATE migrated.chosen SET weight = weight + 0.4, heavy = heavy + 0.0000001, note = 'other' WHERE order_id = 5;
ALTER TABLE migrated.lost_column DROP COLUMN amount;
