"""Runs the tasks of a DAG file in the order that its edges declare, against the stub of airflow."""
import graphlib
import importlib.util
import sys

from airflow.models import REGISTRY


def main():
    spec = importlib.util.spec_from_file_location("dag_file", sys.argv[1])
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    for dag in REGISTRY:
        order = graphlib.TopologicalSorter({t: sorted(t.upstream, key=lambda u: u.task_id)
                                            for t in dag.tasks})
        for task in order.static_order():
            task.execute({"ds": "2024-01-01"})


main()
