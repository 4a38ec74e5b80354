CREATE OR REPLACE PROCEDURE ops.load_days(p_from date, p_least int DEFAULT 3, p_kind text DEFAULT 'it''s "k2"')
LANGUAGE plpgsql AS $$
DECLARE
    v_above CONSTANT integer := 20;
    v_many int;
    v_top integer;
    r record;
BEGIN
    v_many := 2;
    -- The largest of all, whatever the day.
    SELECT max(n) - 1 INTO v_top FROM ops.events;

    DELETE FROM ops_mart.day_total WHERE day >= p_from;
    INSERT INTO ops_mart.day_total (day, n, above)
    SELECT day, count(*) AS n, v_above FROM ops.events
    WHERE day >= p_from AND n > p_least AND kind IS DISTINCT FROM p_kind
    GROUP BY day HAVING count(*) > v_many;

    FOR r IN
        SELECT kind, factor FROM ops.kinds
    LOOP
        INSERT INTO ops_mart.expanded (kind, part) VALUES (r.kind, 'factor ' || r.factor);
        INSERT INTO ops_mart.expanded (kind, part, loaded)
        SELECT r.kind, e.id::text, e.day FROM ops.events e WHERE e.kind = r.kind;
    END LOOP;

    TRUNCATE ops_mart.tops;
    INSERT INTO ops_mart.tops SELECT kind, n FROM ops.events WHERE n >= v_top;
END;
$$;
CALL ops.load_days('2024-05-03', p_kind => 'k2');
