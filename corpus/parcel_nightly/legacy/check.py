"""Says how many parcels never reached a door."""
import os

import psycopg2

connection = psycopg2.connect(host=os.environ["PGHOST"], port=os.environ["PGPORT"], dbname=os.environ["PGDATABASE"])
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM mart.parcel_days WHERE delivered_on IS NULL")
    print(cursor.fetchone()[0], "parcels on their way")
