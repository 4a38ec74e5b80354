import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from datetime import datetime
from airflow import DAG
from airflow.operators.empty import EmptyOperator
from helpers import common
from helpers.common import pipeline, group, TABLES, Loader

with DAG("with_helpers", start_date=datetime(2024, 1, 1), default_args=common.DEFAULTS) as dag:
    prev = None
    for t in TABLES:
        s, e = pipeline(t)
        if prev is not None:
            prev >> s
        prev = e
    g1 = group("g_one")
    g2 = group("g_two")
    prev >> g1 >> g2
    Loader(table="abc") >> g1
    while False:
        pass
    x = EmptyOperator(task_id="x") if True else None
    opts = {"a": ["b", "c"], "b": ["c"], "c": []}
    ops = {k: EmptyOperator(task_id=k) for k in opts}
    for k, downs in opts.items():
        for dn in downs:
            ops[k].set_downstream(ops[dn])
    for a, b in zip(list(ops.values())[:-1], list(ops.values())[1:]):
        a >> b
    last = [ops[k] for k in sorted(opts) if k != "a"]
    last >> x
