"""What Apache Airflow itself says the task graph of each DAG file is; runs with Airflow's own Python.

usage: airflow_truth.py HOME FOLDER...          prints {dag_id: {"tasks": […], "edges": [[from, to], …]}}
"""
import json
import os
import sys

os.environ["AIRFLOW_HOME"] = sys.argv[1]
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__UNIT_TEST_MODE"] = "True"
os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "CRITICAL"
os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = f"sqlite:///{sys.argv[1]}/airflow.db"
os.environ["AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT"] = "120"


def main():
    out = sys.stdout
    sys.stdout = sys.stderr  # Airflow talks while it sets itself up
    from airflow.models import DagBag
    from airflow.utils import db

    db.initdb()
    graphs = {}
    for folder in sys.argv[2:]:
        sys.path.insert(0, folder)
        bag = DagBag(folder, include_examples=False, safe_mode=False, read_dags_from_db=False)
        sys.path.remove(folder)
        for path, error in bag.import_errors.items():
            sys.exit(f"{path}: {error}")
        for dag in bag.dags.values():
            if dag.dag_id in graphs:
                sys.exit(f"{folder}: a second DAG {dag.dag_id}: the comparison goes by their ids")
            graphs[dag.dag_id] = {
                "tasks": sorted(dag.task_ids),
                "edges": sorted([t.task_id, below] for t in dag.tasks for below in t.downstream_task_ids)}
    json.dump(graphs, out)


main()
