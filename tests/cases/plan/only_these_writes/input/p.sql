CREATE PROCEDURE p() LANGUAGE plpgsql AS $$
BEGIN
    CREATE TABLE mart.fct_ctas AS SELECT id FROM raw.a;
    CREATE OR REPLACE VIEW mart.fct_view AS SELECT id FROM raw.b;
    SELECT id INTO TEMP tmp_into FROM raw.c;
    TRUNCATE mart.fct_truncated;
    INSERT INTO mart.fct_truncated (id) SELECT id FROM tmp_into;
    CREATE TEMP TABLE tmp_made (id int);
    INSERT INTO tmp_made SELECT id FROM raw.d;
    CREATE TABLE mart.fct_made AS SELECT id FROM tmp_made;
    INSERT INTO mart.appended SELECT id FROM raw.e;
    UPDATE mart.updated SET x = 1;
    DELETE FROM mart.deleted WHERE x = 1;
END $$;
