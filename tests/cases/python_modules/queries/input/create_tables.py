import psycopg2
from sql_queries import create_table_queries
import sql_queries as q


def create(cur):
    for query in create_table_queries:
        cur.execute(query)
    cur.execute(q.Load.songs)


if __name__ == "__main__":
    create(psycopg2.connect("").cursor())
