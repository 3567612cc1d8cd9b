"""Runs the sections, each in a process of its own, and prints one table."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from benchmarks.rounds import TITLES, Row

SECTIONS: Final = ("calls", "pages", "records", "loading", "ranges", "suites", "throttled")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"one of: {', '.join(SECTIONS)} (default: all)")
    parser.add_argument("--fast", action="store_true", help="show that all is measured; the figures mean nothing")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # this process is one section's
    options = parser.parse_args()
    sections: list[str] = options.sections or list(SECTIONS)
    for name in sections:
        if name not in SECTIONS:
            parser.error(f"no section {name!r}; choose from: {', '.join(SECTIONS)}")
    if options.here:
        rows: list[Row] = import_module(f"benchmarks.{sections[0]}").rows(fast=options.fast)
        print(json.dumps([row.as_dict() for row in rows]))
        return
    if options.json:
        found = [row.as_dict() for name in sections for row in section(name, fast=options.fast)]
        print(json.dumps({"versions": versions(), "rows": found}, indent=2))
        return
    print(", ".join(f"{name} {number}" for name, number in versions().items()), TITLES, sep="\n\n")
    for name in sections:
        for row in section(name, fast=options.fast):
            print(row.line(), flush=True)


def section(name: str, *, fast: bool) -> list[Row]:
    """What one section measures. Its process has no settings of AWS or pytest but those that it makes itself."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PYTEST_"))}
    nowhere = str(Path(os.devnull, "absent"))
    environment = {**kept, "AWS_CONFIG_FILE": nowhere, "AWS_SHARED_CREDENTIALS_FILE": nowhere}
    command = [sys.executable, "-m", "benchmarks", "--here", name, *(["--fast"] if fast else [])]
    result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    rows = json.loads(result.stdout.splitlines()[-1])
    return [Row(**{key: value for key, value in row.items() if key != "reached"}) for row in rows]


def versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ("botocore", "moto", "pytest", "PyYAML", "pytest-cognito-groups"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


if __name__ == "__main__":
    main()
