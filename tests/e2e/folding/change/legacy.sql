-- Yesterday's rows are no longer new; then come today's, which get what is known about their machine.
DROP TABLE IF EXISTS mill_mart.fed_days;
CREATE TABLE mill_mart.fed_days AS SELECT DISTINCT day FROM mill.runs WHERE kg > 30;
UPDATE mill_mart.production SET state = 'old', kg = kg + 0.25 WHERE state = 'new' AND id IS NOT NULL;
DELETE FROM mill_mart.production p WHERE p.day IN (SELECT f.day FROM mill_mart.fed_days f);
INSERT INTO mill_mart.production (id, day, kg, machine)
SELECT id, day, kg, machine FROM mill.runs WHERE kg IS NULL OR kg < 50;
UPDATE mill_mart.production AS p SET hall = m.hall, state = CASE WHEN m.closed THEN NULL ELSE state END
FROM mill.machines m WHERE m.machine = p.machine;
UPDATE mill_mart.production SET state = 'noted' WHERE id IN (SELECT n.id FROM mill.notes n);
DELETE FROM mill_mart.production WHERE kg > (SELECT avg(x.kg) * 2 FROM mill_mart.production x);

-- Around an upsert too.
UPDATE mill_mart.machine_total SET runs = runs + 1;
INSERT INTO mill_mart.machine_total (machine, kg, runs)
SELECT machine, sum(kg), count(*) FROM mill.runs WHERE machine IS NOT NULL GROUP BY machine
ON CONFLICT (machine) DO UPDATE SET kg = machine_total.kg + excluded.kg;
UPDATE mill_mart.machine_total SET level = 'high' WHERE kg > 120;
DELETE FROM mill_mart.machine_total t USING mill.machines m WHERE m.machine = t.machine AND m.closed;

DELETE FROM mill_mart.last_run WHERE day < date '2024-01-10';
MERGE INTO mill_mart.last_run l USING (SELECT machine, max(day) AS day FROM mill.runs GROUP BY machine) s ON l.machine = s.machine
WHEN MATCHED THEN UPDATE SET day = s.day
WHEN NOT MATCHED THEN INSERT (machine, day) VALUES (s.machine, s.day);
UPDATE mill_mart.last_run SET note = n.note FROM mill.notes n WHERE 'm' || n.id = last_run.machine;

-- What is computed has a type that nothing declares: it is changed where it is.
DROP TABLE IF EXISTS mill_mart.load;
CREATE TABLE mill_mart.load AS
SELECT id, kg * 1.5 AS kg, upper(machine) AS machine, id % 7 AS shift, 10 / 4 AS rate FROM mill.runs;
UPDATE mill_mart.load SET kg = kg / 3, shift = shift * 1.4 WHERE id > 5;
UPDATE mill_mart.load l SET (rate, machine) = (l.kg, coalesce(m.hall, l.machine) || ', x')
FROM mill.machines m WHERE upper(m.machine) = l.machine;
DELETE FROM mill_mart.load WHERE shift = 2;
DELETE FROM mill_mart.load USING mill.notes n WHERE n.id = load.id;
TRUNCATE mill_mart.load_total;
INSERT INTO mill_mart.load_total (shift, kg)
SELECT shift, sum(kg) FROM mill_mart.load GROUP BY shift;
UPDATE mill_mart.load_total SET (kg, note) = ROW (kg * 2, 'twice, ' || shift) WHERE shift IS NULL OR kg > 3;
