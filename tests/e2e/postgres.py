"""A PostgreSQL of the test's own: a new cluster in a temporary folder, on loopback, gone with the test."""
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2

SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
            "listen_addresses": "127.0.0.1", "shared_buffers": "32MB", "max_connections": "20"}


def program(name):
    found = sorted(Path("/usr/lib/postgresql").glob(f"15/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name) or name


def as_server_user(command):
    """PostgreSQL refuses to run as root; and it must not outlive a test that is killed."""
    if not shutil.which("setpriv"):
        return command
    prefix = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        prefix += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    return [*prefix, *command]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="lineage-pg-")
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        data = f"{self.folder}/data"
        subprocess.run(
            as_server_user([program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-N",
                            "-E", "UTF8", "--locale", "C.UTF-8"]),
            check=True, capture_output=True, cwd="/")
        self.port = free_port()
        options = [f"-c{k}={v}" for k, v in SETTINGS.items()]
        with open(f"{self.folder}.log", "wb") as log:
            self.process = subprocess.Popen(
                as_server_user([program("postgres"), "-D", data, "-p", str(self.port),
                                "-k", self.folder, *options]),
                stdout=log, stderr=log, cwd="/")
        self.wait()
        return self

    def wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError(Path(f"{self.folder}.log").read_text())
            try:
                self.connect("postgres").close()
                return
            except psycopg2.OperationalError:
                time.sleep(0.1)
        raise RuntimeError("the server does not answer")

    def __exit__(self, *_):
        self.process.send_signal(subprocess.signal.SIGINT)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        Path(f"{self.folder}.log").unlink(missing_ok=True)

    def connect(self, database):
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user="postgres", dbname=database)
        connection.autocommit = True
        return connection

    def create(self, database, template=None):
        with self.connect("postgres").cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {database}" + (f" TEMPLATE {template}" if template else ""))

    def psql(self, database, text):
        """Runs a script with psql, as its author did; the first error ends it."""
        done = subprocess.run(
            [program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port),
             "-U", "postgres", "-d", database], input=text, text=True, capture_output=True)
        if done.returncode:
            raise RuntimeError(done.stderr)

    def url(self, database):
        return f"postgresql+psycopg2://postgres@127.0.0.1:{self.port}/{database}"

    def table(self, database, name):
        """(column names, rows) of a table given by its SQL name."""
        connection = self.connect(database)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {name}")
            result = [c.name for c in cursor.description], cursor.fetchall()
        connection.close()
        return result
