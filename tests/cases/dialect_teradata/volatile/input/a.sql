.LOGON host/user
SEL 1;
CREATE VOLATILE MULTISET TABLE vt, NO FALLBACK AS (SEL a.id, a.amount FROM src.accounts a) WITH DATA PRIMARY INDEX (id) ON COMMIT PRESERVE ROWS;
INS INTO mart.accounts (id, amount) SEL id, amount FROM vt;
COLLECT STATISTICS ON mart.accounts COLUMN (id);
.QUIT
