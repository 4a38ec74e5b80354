CREATE TABLE raw.trips (id int, day date, miles numeric);
CREATE TABLE mart.daily (day date, miles numeric);
CREATE TABLE mart.report_out (day date, total numeric);
CREATE TABLE mart.export (day date, total numeric);

CREATE FUNCTION mart.fill_daily(wanted date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM mart.daily WHERE day = wanted;
    PERFORM mart.add_day(wanted);
END
$$;

CREATE FUNCTION mart.add_day(wanted date) RETURNS void LANGUAGE sql AS $$
    INSERT INTO mart.daily (day, miles)
    SELECT t.day, sum(t.miles) FROM raw.trips t WHERE t.day = wanted GROUP BY t.day;
$$;

CREATE PROCEDURE mart.report() LANGUAGE sql AS $$
    TRUNCATE mart.report_out;
    INSERT INTO mart.report_out (day, total) SELECT day, miles FROM mart.daily;
$$;
