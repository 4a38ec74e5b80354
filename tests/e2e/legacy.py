"""Runs a legacy pipeline for real, each form as its author ran it."""
import os
import re
import subprocess
import sys
from pathlib import Path

from postgres import program

HERE = Path(__file__).resolve().parent
REPLACE_TABLE = re.compile(r"CREATE\s+OR\s+REPLACE\s+TABLE\s+([\w.\"]+)", re.I)
ENGINE = re.compile(r"create_engine\(\s*[\"'][^\"']*[\"']")


def for_postgres(sql):
    """PostgreSQL has no CREATE OR REPLACE TABLE: the pair of statements that it stands for."""
    return REPLACE_TABLE.sub(r"DROP TABLE IF EXISTS \1; CREATE TABLE \1", sql)


def python(server, arguments, **environment):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *map(str, arguments)], capture_output=True, text=True,
        env={**os.environ, "LINEAGE_E2E_PORT": str(server.port), "PYTHONDONTWRITEBYTECODE": "1",
             **environment})
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def run_procedure(server, database, case, root, work):
    for path in case["run"]:
        server.psql(database, for_postgres((root / path).read_text()))
    server.psql(database, case["call"])


def run_script(server, database, case, root, work):
    for path in case["run"]:
        text = ENGINE.sub(f'create_engine("{server.url(database)}"', (root / path).read_text())
        script = work / Path(path).name
        script.write_text(text)
        python(server, [script])


def run_dag(server, database, case, root, work):
    for path in case["run"]:
        python(server, [HERE / "run_dag.py", root / path], LINEAGE_E2E_DATABASE=database,
               PYTHONPATH=f"{HERE / 'airflow_stub'}:{HERE}")


def run_shell(server, database, case, root, work):
    """Scripts with the psql and the Python of this test; libpq's variables say which database."""
    tools = work / "bin"
    tools.mkdir()
    (tools / "psql").symlink_to(program("psql"))
    for path in case["run"]:
        done = subprocess.run(["bash", str(root / path)], capture_output=True, text=True, env={
            **os.environ, "PATH": f"{tools}:{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1",
            "PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "postgres", "PGDATABASE": database})
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)


FORMS = {"procedure": run_procedure, "script": run_script, "dag": run_dag, "shell": run_shell}


def run(server, database, case, root, work):
    FORMS[case["form"]](server, database, case, root, work)
