REGISTRY = []


class DAG:
    current = None

    def __init__(self, dag_id, **_):
        self.dag_id, self.tasks = dag_id, []
        REGISTRY.append(self)

    def __enter__(self):
        DAG.current = self
        return self

    def __exit__(self, *_):
        DAG.current = None


def as_list(tasks):
    return list(tasks) if isinstance(tasks, (list, tuple)) else [tasks]


class BaseOperator:
    def __init__(self, task_id, dag=None, **_):
        self.task_id, self.upstream = task_id, set()
        (dag or DAG.current).tasks.append(self)

    def set_upstream(self, tasks):
        self.upstream.update(as_list(tasks))

    def set_downstream(self, tasks):
        for task in as_list(tasks):
            task.upstream.add(self)

    def __rshift__(self, other):
        self.set_downstream(other)
        return other

    def __lshift__(self, other):
        self.set_upstream(other)
        return other

    def __rrshift__(self, other):
        self.set_upstream(other)
        return self

    def __rlshift__(self, other):
        self.set_downstream(other)
        return self
