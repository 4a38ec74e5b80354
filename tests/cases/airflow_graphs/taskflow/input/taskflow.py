from datetime import datetime
from airflow.decorators import dag, task, task_group, setup, teardown
from airflow.operators.empty import EmptyOperator
from airflow.utils.edgemodifier import Label

@dag(schedule=None, start_date=datetime(2024, 1, 1))
def flow_one():
    @task
    def extract(): return {"a": 1}
    @task(multiple_outputs=True)
    def split(d): return {"x": 1, "y": 2}
    @task
    def load(v): ...
    @task(task_id="fin")
    def finish(a, b): ...
    @task.branch
    def choose(): return "left"
    @task_group(group_id="grp")
    def group(v):
        @task
        def inner(v): return v
        @task
        def inner2(v): return v
        return inner2(inner(v))
    e = extract()
    s = split(e)
    a = load(s["x"])
    b = load.override(task_id="load_y")(s["y"])
    finish(a, b)
    g = group(e)
    l = EmptyOperator(task_id="left")
    r = EmptyOperator(task_id="right")
    choose() >> [l, r]
    g >> Label("ok") >> l
    load.expand(v=[1, 2, 3])
    load.partial().expand(v=extract())

    @task
    def add(a, b): ...
    add.partial(a=1).expand(b=[1, 2]) >> r
    add.override(task_id="renamed", retries=3).partial(a=1).expand(b=e)

flow_one()

@dag("named_dag", start_date=datetime(2024, 1, 1), schedule="@daily")
def other(n=3):
    @task
    def step(i): return i
    prev = None
    for i in range(3):
        t = step.override(task_id=f"step_{i}")(i)
        if prev:
            prev >> t
        prev = t
    @setup
    @task
    def up(): ...
    @teardown
    @task
    def down(): ...
    u = up(); d = down()
    u >> prev >> d

d1 = other()
