UPDATE mart.u SET total = s.total FROM raw.s s WHERE s.id = mart.u.id;
DELETE FROM mart.d USING raw.gone g WHERE g.id = mart.d.id;
MERGE INTO mart.m t USING raw.changes c ON c.id = t.id
    WHEN MATCHED THEN UPDATE SET v = c.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (c.id, c.v);
INSERT INTO mart.i (a, b) SELECT x, y FROM raw.i ON CONFLICT (a) DO UPDATE SET b = excluded.b;
SELECT id INTO mart.into FROM raw.into;
TRUNCATE mart.t;
DROP TABLE mart.gone;
