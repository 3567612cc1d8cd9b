"""`python -m pytest_cognito_groups`."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

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
    assert lines[1] == "one.yml:2:8: users must be a mapping keyed by name (write them like alice: [readers])"
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


def run(*arguments: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pytest_cognito_groups", *arguments], stderr=subprocess.PIPE, check=False, **more
    )


@pytest.mark.parametrize(
    ("text", "status", "lines"),
    [
        (b"users: {a: [b]}", 0, []),
        (b"", 0, []),
        (b"\xef\xbb\xbfnope: 1", 1, ["<stdin>:1:1: a seed has no key 'nope' (its keys are: "]),
        (b"now: 1\nx: \xff", 1, ["<stdin>:2:4: not UTF-8: byte 0xff (save the file as UTF-8)"]),
    ],
    ids=["good", "empty", "wrong", "not UTF-8"],
)
def test_a_dash_is_standard_input(text: bytes, status: int, lines: list[str]) -> None:
    found = run("check", "-", input=text, stdout=subprocess.PIPE)
    assert (found.returncode, found.stderr) == (status, b"")
    printed = found.stdout.decode().splitlines()
    assert len(printed) == len(lines)
    assert all(line.startswith(begin) for line, begin in zip(printed, lines, strict=True))


def test_a_closed_standard_input_is_told() -> None:
    command = ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-m", "pytest_cognito_groups", "check", "-"]
    found = subprocess.run(command, capture_output=True, check=False)
    assert (found.returncode, found.stderr) == (1, b"")
    assert found.stdout == b"<stdin>:1:1: cannot be read: Bad file descriptor\n"


@pytest.fixture
def closed_pipe() -> Iterator[int]:
    """The writing end of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["check", "wrong.yml"], 1),
        (["check", "many.yml"], 1),
        (["check", "--verbose", "many.yml", "wrong.yml"], 1),
        (["schema"], 0),
        (["schema", "--path"], 0),
        (["--help"], 0),
    ],
    ids=["one error", "many", "with their lines", "schema", "path", "help"],
)
def test_a_closed_pipe_ends_quietly(tmp_path: Path, closed_pipe: int, arguments: list[str], status: int) -> None:
    (tmp_path / "wrong.yml").write_text("nope: 1")
    (tmp_path / "many.yml").write_text("".join(f"k{number}: 1\n" for number in range(2000)))
    found = run(*arguments, stdout=closed_pipe, cwd=tmp_path)
    assert (found.returncode, found.stderr) == (status, b"")


EVERYTHING: Final = """\
pool: eu-west-1_A
now: 2026-01-31
alias_attributes: [email]
username_attributes: [email]
case_sensitive: true
groups:
  admins: {precedence: 0, role_arn: arn, description: text, created: 2025-01-01}
  readers: {bogus: 1}
users:
  alice: [admins]
  bob:
    groups: [readers, admins]
    attributes: {email: bob, email_verified: true, tenant: acme}
    sub: sub
    status: CONFIRMED
    enabled: false
    mfa_options: [{delivery_medium: SMS, attribute_name: phone}]
  carol: {bogus: value}
  member-1: {attributes: {email: nam}}
faults:
  - {operation: list_users_in_group, error: TooManyRequestsException, times: 2, when: {GroupName: readers}}
---
groups: [admins]
"""
WORDS: Final = sorted(set(re.findall(r"[\w-]+", EVERYTHING)))
EVIL: Final = {
    "line break": "x\ny",
    "escape": "x\x1b[31my",
    "bidi": "x\u202ey\u2066",
    "separator": "x\u2028y\u2029\x85",
    "long": "x" * 5000,
    "range": "m-[1-" + "\x1b" * 5000 + "2]",
    "backwards": "\u202e" * 100 + "[3:1]",
    "capitals": "TRUE\x1b",
    "template": "{na\x1bme}{" + "n" * 5000 + "}",
}


@pytest.mark.parametrize("escaped", [True, False], ids=["escaped", "raw"])
@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_what_a_seed_holds_leads_no_terminal_astray(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], evil: str, escaped: bool
) -> None:
    """Each word of a seed in turn is replaced, between quotes, in a key or a value."""
    spelled = json.dumps(evil) if escaped else f'"{evil}"'
    path = tmp_path / "seed.yml"
    lines = []
    for word in WORDS:
        path.write_text(re.sub(rf"(?<![\w-]){word}(?![\w-])", lambda _: spelled, EVERYTHING), "utf-8")
        os.utime(path, ns=(0, len(lines)))  # read anew, be it as long as before
        assert main(["check", str(path)]) == 1
        summaries = capsys.readouterr().out.removesuffix("\n").split("\n")
        assert main(["check", "--verbose", str(path)]) == 1
        shown = capsys.readouterr().out.removesuffix("\n").split("\n")
        assert all(re.match(rf"{re.escape(str(path))}:\d+:\d+: ", line) for line in summaries)
        lines += summaries + shown
    assert [line for line in lines if not line.isprintable()] == []
    assert max(map(len, lines)) < 1500


@pytest.mark.parametrize("command", [["check"], ["check", "--verbose"]], ids=" ".join)
def test_a_file_with_an_odd_name_is_named_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    odd = tmp_path / "a\n\x1b[31m.yml"
    odd.write_bytes(b"\x1b\xff" + b"y" * 5000)
    assert main([*command, str(odd), f"{odd}x"]) == 1
    printed = capsys.readouterr().out
    assert printed.startswith(f"{tmp_path}/a\\n\\x1b[31m.yml:1:2: not UTF-8")
    assert printed.endswith("\\x1b[31m.ymlx:1:1: cannot be read: No such file or directory\n")
    assert all(line.isprintable() and len(line) < 300 for line in printed.removesuffix("\n").split("\n"))
