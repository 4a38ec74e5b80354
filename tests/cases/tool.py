"""What the scripts of this folder share: running lineage, and finding every input that the tests know."""
import argparse
import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent
CASES = TESTS / "cases"

# A sanitizer's report must not look like an exit status of ours, and a leak at exit is no crash.
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.startswith(("LINEAGE_", "GITHUB_"))},
    "LC_ALL": "C.UTF-8",
    "NO_COLOR": "1",
    "LINEAGE_NO_CACHE": "1",  # tests of the cache say otherwise
    "ASAN_OPTIONS": "exitcode=99:detect_leaks=0:allocator_may_return_null=1:hard_rss_limit_mb=4096",
    "UBSAN_OPTIONS": "exitcode=99:halt_on_error=1:print_stacktrace=1",
}


def arguments(**extra):
    parser = argparse.ArgumentParser()
    parser.add_argument("--lineage", default=str(ROOT / "build/release/lineage"))
    for name, options in extra.items():
        parser.add_argument(name if options.get("nargs") else "--" + name, **options)
    args = parser.parse_args()
    args.lineage = str(Path(args.lineage).resolve())
    if not os.access(args.lineage, os.X_OK):
        sys.exit(f"there is no program at {args.lineage}: build it first")
    return args


def run(command, cwd=None, data=None, timeout=120):
    """Runs a command; returns its CompletedProcess with bytes in stdout and stderr."""
    return subprocess.run(
        [str(c) for c in command], cwd=cwd, input=data if data is not None else b"",
        capture_output=True, timeout=timeout, env=ENVIRONMENT)


def died(result):
    """Why the run counts as a crash, or None: a status that no command has, or a sanitizer's words."""
    if result.returncode not in (0, 1, 2):
        return f"exit status {result.returncode}"
    for words in (b"AddressSanitizer", b"runtime error:", b"BUG:"):
        if words in result.stderr:
            return f"{words.decode()} on stderr"
    return None


def inputs():
    """Every folder that tests read as input: golden cases and the corpus, in name order."""
    folders = sorted(CASES.glob("*/*/input")) + sorted(ROOT.glob("corpus/*/legacy"))
    shared = ROOT.parent / "shared/cases"  # further cases, when they are there
    if shared.is_dir():
        folders += sorted(p for p in shared.glob("*/*") if p.is_dir() and p.name != "expected")
    return folders


def input_files():
    return [f for folder in inputs() for f in sorted(folder.rglob("*")) if f.is_file()]


def tree(folder):
    """{relative path: bytes} of every file below a folder."""
    folder = Path(folder)
    return {str(f.relative_to(folder)): f.read_bytes()
            for f in sorted(folder.rglob("*")) if f.is_file() and not f.is_symlink()}


def finish(failures, what):
    for line in failures[:40]:
        print(line)
    print(f"{what}: {len(failures)} failed" if failures else f"{what}: all held")
    sys.exit(1 if failures else 0)
