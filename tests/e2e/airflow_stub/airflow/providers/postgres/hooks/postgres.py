import os

import psycopg2

from legacy import for_postgres


class PostgresHook:
    def __init__(self, postgres_conn_id="postgres_default", **_):
        self.connection_id = postgres_conn_id

    def get_conn(self):
        return psycopg2.connect(host="127.0.0.1", port=os.environ["LINEAGE_E2E_PORT"], user="postgres",
                                dbname=os.environ["LINEAGE_E2E_DATABASE"])

    def run(self, sql, autocommit=False, parameters=None):
        connection = self.get_conn()
        with connection, connection.cursor() as cursor:
            for statement in [sql] if isinstance(sql, str) else sql:
                cursor.execute(for_postgres(statement), parameters)
        connection.close()
