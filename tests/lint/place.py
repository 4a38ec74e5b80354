"""What the tests of lint share: a folder with files, lineage run in it, and sources that have findings."""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cases"))
from tool import ENVIRONMENT, ROOT, arguments, died, finish  # noqa: E402,F401

PYTHON = '''import pandas as pd
from sqlalchemy import create_engine

engine = create_engine("sqlite://")
orders = pd.read_sql("SELECT order_id, k FROM orders", engine)
orders.to_sql("orders_copy", engine)
both = orders.groupby("k", as_index=False).agg(n=("order_id", "sum"))
both.to_sql(
    "both",
    engine,  # the same one
)
'''
SQL = '''SELECT id FROM app.a;
SELECT id FROM app.b; -- lineage: ignore[LN201] the vendor's name
DELETE FROM t;
CREATE OR REPLACE TABLE x.y AS SELECT id FROM t;
'''


class Place:
    """A folder with files, and lineage run in it."""

    def __init__(self, lineage, folder):
        self.lineage, self.folder = lineage, Path(folder)

    def write(self, **files):
        for name, text in files.items():
            self.put(name.replace("__", "/").replace("_dot_", "."), text)

    def put(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def read(self, name):
        return (self.folder / name).read_text()

    def lint(self, *words, cwd=".", status=None, env=None):
        result = subprocess.run([self.lineage, "lint", *words], cwd=self.folder / cwd, capture_output=True,
                                env={**ENVIRONMENT, **(env or {})}, timeout=120)
        assert not died(result), f"{words}: {died(result)}: {result.stderr.decode()}"
        if status is not None:
            assert result.returncode == status, \
                f"{words}: status {result.returncode}, expected {status}\n{result.stdout.decode()}{result.stderr.decode()}"
        self.stderr = result.stderr.decode()
        return result.stdout.decode()

    def json(self, *words, **more):
        return json.loads(self.lint("--format", "json", *words, **more))

    def found(self, *words, **more):
        """Findings as "path:line code", sorted."""
        return sorted(f"{f['path']}:{f['line']} {f['code']}" for f in self.json(*words, **more)["findings"])

    def git(self, *words):
        result = subprocess.run(["git", *words], cwd=self.folder, capture_output=True,
                                env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"})
        assert result.returncode == 0, f"git {words}: {result.stderr.decode()}"
        return result.stdout.decode()

    def begin_git(self):
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.email", "someone@example.com")
        self.git("config", "user.name", "Someone")
        self.commit("first")

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)


def same(what, got, want):
    assert got == want, f"{what}: expected {want!r}, got {got!r}"


def run_tests(tests):
    """Each test_NAME of a script's globals, or those that its command line names, in a folder of its own."""
    args = arguments(names={"nargs": "*"})
    tests = {name[5:]: test for name, test in tests.items() if name.startswith("test_")}
    failures = []
    for name in args.names or tests:
        with tempfile.TemporaryDirectory(prefix="lineage-lint-") as work:
            folder = Path(work) / "project"
            folder.mkdir()
            try:
                tests[name](Place(args.lineage, folder))
            except AssertionError as error:
                failures.append(f"{name}: {error}")
    finish(failures, f"{len(args.names or tests)} tests of lint")
