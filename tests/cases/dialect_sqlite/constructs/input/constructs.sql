-- What SQLite writes in its own way; each statement has names after the rewritten part.
PRAGMA foreign_keys = ON;
INSERT OR IGNORE INTO orders (id, amount) SELECT id, amount FROM [raw orders];
REPLACE INTO totals (id, total) SELECT id, sum(amount) FROM orders GROUP BY id;
