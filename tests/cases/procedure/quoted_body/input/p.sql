CREATE FUNCTION f() RETURNS void AS '
BEGIN
    CREATE TEMP TABLE tmp_a AS SELECT ''x'' AS k, id FROM raw.a;
    INSERT INTO mart.a SELECT id FROM tmp_a WHERE k = ''x'';
END;
' LANGUAGE plpgsql;
