"""A real dbt over a project that lineage wrote (or that a person wrote, to prove the expected models)."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

SCHEMA = "migrated"


def write_profile(server, database, project, folder):
    name = yaml.safe_load((project / "dbt_project.yml").read_text())["profile"]
    output = {"type": "postgres", "host": "127.0.0.1", "port": server.port, "user": "postgres",
              "password": "none", "dbname": database, "schema": SCHEMA, "threads": 4}
    (folder / "profiles.yml").write_text(yaml.safe_dump({name: {"target": "test",
                                                               "outputs": {"test": output}}}))


def build(server, database, project, work):
    """Runs dbt build; raises unless everything passed without a warning. Returns {model: relation}."""
    profiles = work / "profiles"
    profiles.mkdir()
    write_profile(server, database, project, profiles)
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--no-use-colors", "build", "--project-dir", project,
         "--profiles-dir", profiles, "--target-path", work / "target", "--log-path", work / "logs"],
        cwd=work, text=True, capture_output=True,
        env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"})
    output = done.stdout + done.stderr
    odd = re.search(r"deprecat|\[warning\]|\bWARN=[1-9]", output, re.I)
    if done.returncode or odd:
        raise RuntimeError(f"dbt build: status {done.returncode}" +
                           (f", and it says {odd.group()!r}" if odd else "") + "\n" + output)
    print(next(line for line in output.splitlines() if "PASS=" in line))
    nodes = json.loads((work / "target/manifest.json").read_text())["nodes"]
    return {n["name"]: n["relation_name"] for n in nodes.values() if n["resource_type"] == "model"}


def project_of(models, folder):
    """A project around hand-written models: what they call source() is declared, nothing else is added."""
    folder.mkdir()
    tables = {}
    for path in sorted(models.rglob("*.sql")):
        target = folder / "models" / path.relative_to(models)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text())
        for source, table in re.findall(r"source\('([^']+)', *'([^']+)'\)", path.read_text()):
            tables.setdefault(source, set()).add(table)
    sources = [{"name": s, "schema": s, "tables": [{"name": t} for t in sorted(names)]}
               for s, names in tables.items()]
    (folder / "models/_sources.yml").write_text(yaml.safe_dump({"version": 2, "sources": sources}))
    (folder / "dbt_project.yml").write_text(yaml.safe_dump({
        "name": "expected", "version": "1.0", "profile": "expected",
        "models": {"expected": {"+materialized": "table"}}}))
    return folder
