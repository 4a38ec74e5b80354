import psycopg2


def run_query(sql, params=None):
    with psycopg2.connect("") as conn:
        conn.cursor().execute(sql, params)


def unused():
    psycopg2.connect("").cursor().execute("TRUNCATE mart.unused")
