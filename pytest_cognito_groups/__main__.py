"""`python -m pytest_cognito_groups`: the schema of seeds, checking seed files, and recording a pool as one."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from pytest_cognito_groups import record

SCHEMA: Final = Path(__file__).parent / "seed" / "schema.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status: 0, or 1 when a seed is wrong. Wrong usage leaves with 2."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a seed may hold what the terminal cannot show
    given = None
    try:
        try:
            given = _parser().parse_args(arguments)
            if given.command == "check":
                return _check(given.files, carets=given.verbose)
            if given.command == "record":
                return record.run(given)
            print(SCHEMA if given.path else SCHEMA.read_text("utf-8").rstrip())
            return 0
        finally:
            print(end="", flush=True)
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter's last flush complains
        return int(given is not None and given.command == "check")  # it prints errors and nothing else


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m pytest_cognito_groups", description="Seeds of pytest-cognito-groups.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    schema = commands.add_parser("schema", help="print the JSON Schema of seeds", description="Print the JSON Schema.")
    schema.add_argument("--path", action="store_true", help="print where the schema is instead")
    check = commands.add_parser(
        "check",
        help="check seed files",
        description="Check seed files. Prints one error per line, as file:line:column: message; exits with 1 if any.",
    )
    check.add_argument("files", nargs="+", metavar="FILE", help="a YAML file that holds a seed; - is standard input")
    check.add_argument("-v", "--verbose", action="store_true", help="show the line of each error, too")
    record.add_command(commands)
    return parser


def _check(files: Sequence[str], *, carets: bool) -> int:
    wrong = False
    for file in files:
        for line in _errors(file, carets=carets):
            print(line)
            wrong = True
    return int(wrong)


def _errors(file: str, *, carets: bool) -> Iterator[str]:
    from pytest_cognito_groups.hook.data import service_model
    from pytest_cognito_groups.seed import SeedError, from_bytes, read, read_file, visible

    name = "<stdin>" if file == "-" else file
    try:
        source = from_bytes(_standard_input(), name) if file == "-" else read_file(file, name)
        read([[source]], service_model())
    except SeedError as error:
        yield from (str(problem) if carets else problem.summary for problem in error.errors)
    except OSError as error:
        yield visible(f"{name}:1:1: cannot be read: {error.strerror}")


def _standard_input() -> bytes:
    with open(0, "rb", closefd=False) as file:  # not sys.stdin: that is None if it is closed
        return file.read()


if __name__ == "__main__":
    sys.exit(main())
