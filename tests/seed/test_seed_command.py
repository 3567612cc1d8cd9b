"""`python -m pytest_cognito_groups`."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_cognito_groups.__main__ import SCHEMA, main


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "pytest-cognito-groups seed"


def test_the_schemas_path_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--path"]) == 0
    assert Path(capsys.readouterr().out.rstrip("\n")) == SCHEMA


def test_good_files_say_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.yml").write_text("users: {a: [b]}")
    assert main(["check", str(tmp_path / "good.yml")]) == 0
    assert capsys.readouterr() == ("", "")


def test_all_errors_of_all_files_are_told_a_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.yml").write_text("nope: 1\nusers: [a]\nfaults: [{error: NopeException}]")
    Path("two.yml").write_bytes(b"\xff")
    Path("good.yml").write_text("")
    assert main(["check", "one.yml", "two.yml", "good.yml", "none.yml", "."]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "one.yml:1:1",
        "one.yml:2:8",
        "one.yml:3:18",
        "two.yml:1:1",
        "none.yml:1:1",
        ".:1:1",
    ]
    assert lines[1] == "one.yml:2:8: users are written by name, as a mapping (write them like alice: [readers])"
    assert lines[4] == "none.yml:1:1: cannot be read: No such file or directory"


def test_the_lines_are_shown_on_demand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.yml").write_text("now: never")
    assert main(["check", "--verbose", str(tmp_path / "one.yml")]) == 1
    assert capsys.readouterr().out == (
        f"{tmp_path / 'one.yml'}:1:6: 'never' is not a date\n"
        "    now: never\n"
        "         ^\n"
        "    write it like 2026-01-31T12:00:00Z or 2026-01-31\n"
    )


@pytest.mark.parametrize("arguments", [[], ["check"], ["chek"], ["schema", "x"]])
def test_wrong_usage_leaves_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m pytest_cognito_groups" in capsys.readouterr().err


def test_what_the_terminal_cannot_show_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.yml").write_text("é: 1", encoding="utf-8")
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["check", str(tmp_path / "one.yml")]) == 1
    out.seek(0)
    assert "a seed has no key '\\xe9'" in out.read()


def test_any_stream_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["schema", "--path"]) == 0
    assert out.getvalue() == f"{SCHEMA}\n"


def test_the_module_runs_and_needs_no_pytest(tmp_path: Path) -> None:
    path = tmp_path / "one.yml"
    path.write_text("nope: 1")
    code = (
        "import runpy, sys; sys.modules['pytest'] = sys.modules['_pytest'] = None\n"
        f"sys.argv = ['x', 'check', {str(path)!r}]\n"
        "runpy.run_module('pytest_cognito_groups', run_name='__main__')"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout.startswith(f"{path}:1:1: a seed has no key 'nope'")
