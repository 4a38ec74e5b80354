from ..models import BaseOperator


class PythonOperator(BaseOperator):
    def __init__(self, task_id, python_callable, op_kwargs=None, **rest):
        super().__init__(task_id, **rest)
        self.callable, self.op_kwargs = python_callable, op_kwargs or {}

    def execute(self, context):
        self.callable(**self.op_kwargs, **context)
