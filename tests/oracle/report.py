"""What lineage's JSON report says of views, in the catalogue's terms."""
import json
import subprocess
import tempfile
from pathlib import Path


def parts(name):
    """"a.b.c" split at its dots; a quoted part may hold some."""
    found, at = [""], 0
    while at < len(name):
        if name[at] == '"':
            end = at + 1
            while end < len(name):
                if name[end] == '"' and name[end + 1:end + 2] == '"':
                    end += 1
                elif name[end] == '"':
                    break
                end += 1
            found[-1] += name[at + 1:end].replace('""', '"')
            at = end + 1
        elif name[at] == ".":
            found.append("")
            at += 1
        else:
            found[-1] += name[at]
            at += 1
    return tuple(found)


class View:
    def __init__(self):
        self.columns = []
        self.tables = set()
        self.uses = set()
        self.inferred = 0


def scan(lineage, script):
    """The JSON report of a script."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "views.sql"
        path.write_text(script)
        done = subprocess.run([lineage, "scan", "--no-cache", "--format", "json", str(path)], text=True, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"lineage scan: status {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


def changes(report):
    """{line: (uses, written tables)} of each INSERT, UPDATE, DELETE and MERGE."""
    return {s["line"]: ({parts(u) for u in s["uses"] if not u.endswith(".*")}, {parts(w) for w in s["writes"]})
            for s in report["statements"] if s["kind"] in ("insert", "update", "delete", "merge")}


def views(report):
    """{(schema, view): View}"""
    datasets = {d["name"]: d for d in report["datasets"]}
    found = {}
    for s in report["statements"]:
        if s["kind"] not in ("create_view", "create_materialized_view", "create_table_as") or not s["writes"]:
            continue
        name = parts(s["writes"][0])
        view = found.setdefault(name if len(name) > 1 else ("public", *name), View())
        view.columns = datasets[s["writes"][0]]["columns"]
        view.tables = {parts(r) for r in s["reads"]}
        view.uses = {parts(u) for u in s["uses"] if not u.endswith(".*")}
    return found
