CREATE OR REPLACE FUNCTION etl.load(p_day date, OUT n int) AS $body$
<<outer>>
DECLARE
    r record;
    v_max date := (SELECT max(day) FROM raw.days);
    cur CURSOR (k int) FOR SELECT id FROM raw.cursor_source WHERE id > k;
BEGIN
    SELECT count(*) INTO STRICT n FROM raw.counted;
    IF p_day > v_max THEN
        INSERT INTO mart.late SELECT id FROM raw.late WHERE day = p_day;
    ELSIF p_day IS NULL THEN
        RAISE NOTICE 'no day; % stays', v_max;
    ELSE
        CASE n WHEN 1 THEN
            DELETE FROM mart.one;
        ELSE
            INSERT INTO mart.many (id) SELECT m.id FROM raw.many m;
        END CASE;
    END IF;
    FOR r IN SELECT id, name FROM raw.looped LOOP
        INSERT INTO mart.looped SELECT i.id, r.name FROM raw.inner i WHERE i.id = r.id;
    END LOOP;
    WHILE n > 0 LOOP
        n := n - 1;
        EXIT outer WHEN n = 5;
    END LOOP;
    EXECUTE 'INSERT INTO mart.dynamic SELECT id FROM raw.dynamic';
    PERFORM etl.other(1);
    BEGIN
        UPDATE mart.upd SET x = f.x FROM raw.f f WHERE f.id = mart.upd.id;
    EXCEPTION WHEN OTHERS THEN
        NULL;
    END;
    RETURN;
END outer;
$body$ LANGUAGE plpgsql;
