-- One procedure makes the working table, others change it and read it: they share their session.
CREATE OR REPLACE PROCEDURE port.clean(p_least numeric) LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM work WHERE tons <= p_least;
    DELETE FROM work USING port.ships s WHERE s.ship = work.ship AND s.retired;
    INSERT INTO work (id, ship, tons, day) SELECT -id, ship, tons, day FROM work WHERE id > 45;
END $$;
CREATE OR REPLACE PROCEDURE port.note_steps() LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO port_mart.journal (ship, tons, step) SELECT ship, sum(tons), 'cleaned' FROM work GROUP BY ship;
END $$;
CREATE OR REPLACE PROCEDURE port.run_day() LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE work AS SELECT id, ship, tons, day FROM port.landings;
    CALL port.clean(3);
    UPDATE work SET tons = tons + 1 WHERE day > date '2024-04-05';
    CALL port.note_steps();
    TRUNCATE port_mart.by_owner;
    INSERT INTO port_mart.by_owner (owner, tons, n)
    SELECT s.owner, sum(w.tons), count(*) FROM work w LEFT JOIN port.ships s ON s.ship = w.ship GROUP BY s.owner;
    DROP TABLE work;
    -- The same name again, for something else.
    CREATE TEMP TABLE work AS SELECT day, sum(tons) AS tons FROM port.landings GROUP BY day;
    TRUNCATE port_mart.days;
    INSERT INTO port_mart.days (day, tons) SELECT day, tons FROM work WHERE day IS NOT NULL;
    DROP TABLE work;
END $$;
CALL port.run_day();
