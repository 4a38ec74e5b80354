#!/usr/bin/env python3
"""Runs the legacy and the dbt project side by side for some days, and says where their tables part.

For each day: the legacy's command, `dbt build` without the parity resources, then the parity tests and models. In
COMMAND and in what is handed to dbt, {day} and {next_day} stand for the day's date and the next one's.

Writes a line for each day and table to --output. Exit status: 0 no table ever differed, 1 one did, 2 a command failed.
"""
import argparse
import csv
import datetime
import json
import os
import subprocess
import sys
from pathlib import Path


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--legacy", required=True, metavar="COMMAND", help="runs the legacy for a day, in a shell")
    parser.add_argument("--from", dest="first", type=datetime.date.fromisoformat, default=datetime.date.today())
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--before", metavar="COMMAND", help="runs first each day: new rows for both sides, for example")
    parser.add_argument("--build", metavar="COMMAND", default="dbt build --exclude tag:parity",
                        help="builds the project (default: %(default)s)")
    parser.add_argument("--vars", default="{}", help="JSON: variables of dbt's for the comparison, beside parity")
    parser.add_argument("--dbt", default="dbt", help="the dbt that compares, with options if need be")
    parser.add_argument("--project-dir", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--output", type=Path, default=Path("parity.csv"))
    return parser.parse_args()


def run(command, project):
    print(f"+ {command}", flush=True)
    return subprocess.run(command, shell=True, cwd=project).returncode


def compare(args, target):
    """[(table, status, failing rows)] of the parity tests; None when dbt could not be run."""
    variables = json.dumps({**json.loads(args.vars), "parity": True})
    results = target / "run_results.json"
    results.unlink(missing_ok=True)  # an old answer is none
    for command in ("run", "test"):  # not build, which would leave the summaries out when a test fails
        subprocess.run([*args.dbt.split(), command, "--select", "tag:parity", "--vars", variables,
                        "--target-path", str(target)], cwd=args.project_dir)
    if not results.exists():
        return None
    rows = json.loads(results.read_text())["results"]
    return [(r["unique_id"].split(".")[2], r["status"], r["failures"]) for r in rows
            if r["unique_id"].startswith("test.")]


def day_of(args, day, target):
    """The day's comparison, or None when something did not run."""
    for command in filter(None, (args.before, args.legacy, args.build)):
        command = command.replace("{day}", str(day)).replace("{next_day}", str(day + datetime.timedelta(days=1)))
        if run(command, args.project_dir):
            print(f"{day}: failed: {command}", file=sys.stderr)
            return None
    return compare(args, target)


def main():
    args = arguments()
    args.project_dir = args.project_dir.resolve()
    target = args.project_dir / "target" / "parity"
    apart, failed = {}, False
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    with args.output.open("w", newline="") as out:
        report = csv.writer(out)
        report.writerow(["day", "test", "status", "rows"])
        for n in range(args.days):
            day = args.first + datetime.timedelta(days=n)
            results = day_of(args, day, target)
            if not results:
                failed = True
                report.writerow([day, "", "not compared", ""])
                break
            for test, status, rows in sorted(results):
                report.writerow([day, test, status, rows])
                failed |= status in ("error", "skipped")
                if status not in ("pass", "error", "skipped"):
                    apart.setdefault(test, []).append((day, rows))
            out.flush()
    for test, days in sorted(apart.items()):
        print(f"{test}: differs on {len(days)} of {args.days} days, first on {days[0][0]} in {days[0][1]} rows")
    print(f"{args.output}: {len(apart)} tables differ" + (", and not everything could be compared" if failed else ""))
    sys.exit(2 if failed else 1 if apart else 0)


main()
