-- Bodies that are awkward to walk: each query that names a relation must be found. Run by tests/oracle/plpgsql.

CREATE FUNCTION loops() RETURNS SETOF int LANGUAGE plpgsql AS $$
<<outermost>>
DECLARE
    r record;
    n int := (SELECT max(id) FROM in_default);
    c CURSOR FOR SELECT id FROM in_cursor;
    arr int[] := ARRAY(SELECT id FROM in_array);
BEGIN
    FOR r IN SELECT * FROM for_query LOOP
        CONTINUE WHEN EXISTS (SELECT 1 FROM in_continue WHERE id = r.id);
        EXIT outermost WHEN (SELECT count(*) FROM in_exit) > 3;
        INSERT INTO inserted SELECT r.id, x FROM from_insert;
        RETURN NEXT r.id;
    END LOOP;
    FOR i IN 1 .. (SELECT count(*) FROM in_bound) LOOP
        UPDATE updated SET a = i FROM update_from u WHERE u.id = updated.id;
    END LOOP;
    FOR i IN REVERSE 10 .. 1 BY 2 LOOP
        DELETE FROM deleted USING delete_using d WHERE d.id = deleted.id;
    END LOOP;
    FOREACH n IN ARRAY (SELECT array_agg(id) FROM in_foreach) LOOP
        NULL;
    END LOOP;
    WHILE EXISTS (SELECT 1 FROM in_while) LOOP
        PERFORM id FROM in_perform;
        n := n + (SELECT 1 FROM in_assignment);
        arr[1] := (SELECT id FROM in_element LIMIT 1);
    END LOOP;
    LOOP
        EXIT;
    END LOOP;
    n = (SELECT 1 FROM in_equals);
    RETURN QUERY WITH moved AS (DELETE FROM moved_from RETURNING *) INSERT INTO moved_to SELECT * FROM moved RETURNING id;
    RETURN QUERY SELECT id FROM returned WHERE id = ANY (SELECT id FROM returned_any);
END;
$$;

CREATE FUNCTION branches(INOUT a int, b text DEFAULT 'x;y') LANGUAGE plpgsql AS $body$
DECLARE
    "Odd name" text;
    total numeric;
    found_row from_type%ROWTYPE;
BEGIN
    IF a > (SELECT max(id) FROM in_if) THEN
        SELECT id INTO STRICT a FROM select_into WHERE name = b;
    ELSIF b IN (SELECT name FROM in_elsif) THEN
        SELECT sum(x), min(y) INTO total, "Odd name" FROM two_targets;
    ELSE
        BEGIN
            INSERT INTO guarded VALUES (1) ON CONFLICT (id) DO UPDATE SET n = excluded.n WHERE guarded.n < 5;
        EXCEPTION
            WHEN unique_violation OR division_by_zero THEN
                INSERT INTO handled SELECT SQLSTATE, SQLERRM FROM handler_source;
            WHEN OTHERS THEN
                RAISE NOTICE 'lost %', (SELECT count(*) FROM in_raise) USING HINT = 'SELECT 1 FROM in_string';
        END;
    END IF;
    CASE (SELECT kind FROM in_case LIMIT 1)
        WHEN 'a', 'b' THEN
            CREATE TEMP TABLE made ON COMMIT DROP AS SELECT * FROM made_from;
            TRUNCATE made;
        WHEN 'c' THEN
            a := CASE WHEN EXISTS (SELECT 1 FROM in_case_value) THEN 1 ELSE 2 END;
        ELSE
            DELETE FROM else_deleted;
    END CASE;
    GET DIAGNOSTICS a = ROW_COUNT;
    ASSERT (SELECT count(*) FROM in_assert) > 0, 'none';
    MERGE INTO merged m USING merge_source s ON s.id = m.id WHEN MATCHED THEN DELETE;
    a := count(*) FROM bare_from;
END
$body$;

CREATE PROCEDURE cursors() LANGUAGE plpgsql AS $$
DECLARE
    c refcursor;
    r record;
BEGIN
    OPEN c FOR SELECT * FROM opened;
    FETCH c INTO r;
    UPDATE walked SET done = true WHERE CURRENT OF c;
    CLOSE c;
END $$;

CREATE PROCEDURE strings() LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    FOR r IN EXECUTE 'SELECT * FROM ' || quote_ident('dynamic') USING (SELECT id FROM in_using) LOOP
        INSERT INTO log_of SELECT r.*;
        COMMIT;
    END LOOP;
    EXECUTE format('DELETE FROM %I', 'x') USING (SELECT 1 FROM in_execute_using);
    CALL other((SELECT max(id) FROM in_call));
END $$;

CREATE FUNCTION row_trigger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.id IS NOT NULL THEN
        NEW.total := (SELECT sum(x) FROM in_new WHERE id = NEW.id);
        INSERT INTO audit (id, old_name, new_name) VALUES (NEW.id, OLD.name, NEW.name);
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE FUNCTION one_value() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT max(id) FROM in_return); END $$;

DO $$ DECLARE i int; BEGIN SELECT count(*) INTO i FROM in_do; END $$;
