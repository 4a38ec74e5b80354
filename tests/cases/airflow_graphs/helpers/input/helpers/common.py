from airflow.operators.empty import EmptyOperator
from airflow.operators.bash import BashOperator
from airflow.utils.task_group import TaskGroup
DEFAULTS = {"owner": "me"}
TABLES = ["orders", "items"]
def pipeline(name, dag=None):
    a = EmptyOperator(task_id=f"{name}_start", dag=dag)
    b = BashOperator(task_id=f"{name}_run", bash_command="x", dag=dag)
    a >> b
    return a, b
def group(name):
    with TaskGroup(group_id=name) as tg:
        EmptyOperator(task_id="one") >> EmptyOperator(task_id="two")
    return tg
class Loader(BashOperator):
    def __init__(self, table, **kw):
        super().__init__(task_id=f"loader_{table}", bash_command="x", **kw)
