from airflow.models import BaseOperator
from airflow.providers.postgres.hooks.postgres import PostgresHook


class SQLExecuteQueryOperator(BaseOperator):
    def __init__(self, task_id, sql, conn_id=None, parameters=None, **rest):
        super().__init__(task_id, **rest)
        self.sql, self.parameters = sql, parameters

    def execute(self, context):
        PostgresHook().run(self.sql, parameters=self.parameters)
