"""Rows of the shop's database go to the warehouse's, changed on the way; what is settled goes back where it was."""
from contextlib import contextmanager

import mysql.connector
import pandas as pd
import psycopg2
from psycopg2.extras import execute_values

shop = mysql.connector.connect(host="shop")
warehouse = psycopg2.connect("service=warehouse")


@contextmanager
def cursor_of(connection):
    cursor = connection.cursor()
    yield cursor
    connection.commit()


def fetch_and_insert(source, target, select, insert):
    with cursor_of(source) as reading:
        reading.execute(select)
        rows = reading.fetchall()
    with cursor_of(target) as writing:
        writing.executemany(insert, rows)


def copy_customers():
    fetch_and_insert(shop, warehouse, select="SELECT id, name FROM customers",
                     insert="INSERT INTO staging.customers (id, name) VALUES (%s, %s)")


def copy_products():
    fetch_and_insert(shop, warehouse, select="SELECT id, title FROM products",
                     insert="INSERT INTO staging.products (id, title) VALUES (%s, %s)")


def settle():
    cur = warehouse.cursor()
    cur.execute("SELECT order_id, paid FROM staging.payments")
    frame = pd.DataFrame(cur.fetchall(), columns=["order_id", "paid"])
    tuples = [tuple(row) for row in frame.to_numpy()]
    execute_values(cur, "INSERT INTO mart.settled (order_id, paid) VALUES %s", tuples)


copy_customers()
copy_products()
settle()
