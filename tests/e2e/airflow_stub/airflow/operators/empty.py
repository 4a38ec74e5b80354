from ..models import BaseOperator


class EmptyOperator(BaseOperator):
    def execute(self, context):
        pass
