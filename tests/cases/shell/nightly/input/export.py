import psycopg2

with psycopg2.connect("dbname=shop") as connection:
    connection.cursor().execute("INSERT INTO mart.outbox (day) SELECT day FROM mart.daily")
