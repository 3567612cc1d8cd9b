"""The examples, as a user runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

EXAMPLES: Final = Path(__file__).parent.parent / "examples"
OFFLINE: Final = """
import socket, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise OSError(f"there is no network: {event} {arguments}")

sys.addaudithook(refuse)
"""


def run(*arguments: str, cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def measured() -> dict[str, str]:
    """What coverage asks of a subprocess."""
    return {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}


def test_the_examples_pass_in_both_pagings_without_settings_or_a_home(tmp_path: Path) -> None:
    (tmp_path / "offline.py").write_text(OFFLINE)
    environment = {"PYTHONPATH": str(tmp_path), "PATH": os.defpath, "HOME": str(tmp_path / "absent"), **measured()}
    arguments = ("-p", "offline", "--cognito-groups-paging=both", str(EXAMPLES))
    done = run(*arguments, cwd=EXAMPLES.parent, environment=environment)
    assert done.returncode == pytest.ExitCode.OK, done.stdout + done.stderr
    assert "bugs" not in done.stdout


WITHOUT_A_ROUTE: Final = ("unshare", "--map-root-user", "--net")
CLIENTS: Final = Path(__file__).parent / "test_clients.py"


@pytest.mark.skipif(
    shutil.which("unshare") is None
    or subprocess.run([*WITHOUT_A_ROUTE, "true"], capture_output=True, check=False).returncode != 0,
    reason="this machine lets nobody take the network away from a process",
)
@pytest.mark.parametrize("tests", [EXAMPLES, CLIENTS], ids=["examples", "clients"])
def test_it_passes_where_there_is_no_network(tests: Path, tmp_path: Path) -> None:
    command = [*WITHOUT_A_ROUTE, sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider"]
    environment = {"PATH": os.defpath, "HOME": str(tmp_path), **measured()}
    done = subprocess.run(
        [*command, str(tests)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == pytest.ExitCode.OK, done.stdout + done.stderr


def test_the_web_application_is_skipped_without_fastapi(tmp_path: Path) -> None:
    (tmp_path / "without.py").write_text("import sys\nsys.modules['fastapi'] = None\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = run("-rs", "-p", "without", str(EXAMPLES), cwd=tmp_path, environment=environment)
    assert done.returncode == pytest.ExitCode.OK, done.stdout + done.stderr
    assert "the web application needs: pip install fastapi httpx2" in done.stdout


def test_the_examples_need_little() -> None:
    project = tomllib.loads((EXAMPLES / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["dependencies"] == ["boto3"]
