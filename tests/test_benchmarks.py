"""The benchmarks give all their figures. What the figures are is not looked at: it depends on the machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parent.parent

ROWS: Final = {
    "calls": [
        "AdminListGroupsForUser, 3 groups",
        "AdminListGroupsForUser, 3 groups: moto against the plugin",
        "AdminListGroupsForUser, 3 groups: Stubber against the plugin",
        "ListUsersInGroup, page of 60",
        "ListUsersInGroup, page of 60: moto against the plugin",
        "ListUsersInGroup, page of 60: Stubber against the plugin",
        "ListGroups, 3 groups",
        "ListUsers, page of 60",
        "ListUsers with a Filter by email",
        "AdminGetUser",
        "GetGroup",
        "AdminAddUserToGroup, AdminRemoveUserFromGroup",
        "CreateGroup, UpdateGroup, DeleteGroup",
        "AdminGetUser, the least that any answer takes",
        "throughput of 8 threads against one",
        "the same of the floor, without the plugin",
        "a client: cognito_groups.client against a new one",
    ],
    "pages": [
        "a page of 4,000 members against one of 60",
        "a page at the end of 4,000 against one at the start",
        "page 34 behind 1,000 changes against page 1",
        "a filter by email in 4,000 users against one in 60",
        "a loop without end is stopped, pages of 25",
        "a loop without end is stopped, pages of 60",
    ],
    "records": [
        "memory of a recorded AdminListGroupsForUser",
        "memory of a recorded ListUsersInGroup, page of 60",
        "the last of 400 calls in one test against the first",
        "assert_called among 400 calls",
        "assert_called, which fails, among 400 calls",
        "calls.filter(…) among 400 calls",
    ],
    "loading": [
        "first load of 2,000 users, against yaml.compose",
        "first change among 2,000 users",
        "first look-up by sub among 2,000 users",
        "first ragged page among 2,000 users",
    ],
    "ranges": ["first load of 2,000 users as ranges", "memory for 2,000 users as ranges, at most"],
    "suites": [
        "pytest with one empty test, plugin installed or not",
        "the same with a plugin of one empty module",
        "fixture, a 20-line seed: set-up and tear-down",
        "the same with a fixture that does nothing",
        "fixture, a file of 2,000 users: set-up and tear-down",
        "the same with a fixture that does nothing",
    ],
    "throttled": [
        "3 throttled calls against 3 plain, legacy",
        "3 throttled calls against 3 plain, standard",
        "3 throttled calls against 3 plain, adaptive",
    ],
}


def benchmarks(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks", "--fast", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout


@pytest.mark.parametrize("section", ROWS)
def test_each_section_measures_its_rows(section: str) -> None:
    report: dict[str, Any] = json.loads(benchmarks(section, "--json"))
    assert [row["what"] for row in report["rows"]] == ROWS[section]
    assert all(isinstance(row["figure"], float) for row in report["rows"])
    assert all(isinstance(row["reached"], bool) for row in report["rows"])
    assert report["versions"].keys() >= {"python", "botocore", "moto", "pytest"}


def test_the_table_has_a_line_for_each_row() -> None:
    versions, empty, titles, *lines = benchmarks("ranges").splitlines()
    assert versions.startswith("python ")
    assert not empty
    assert titles.split() == ["floor/base", "plugin", "Stubber", "moto", "figure", "target"]
    assert [line[:58].rstrip() for line in lines] == ROWS["ranges"]


def test_an_unknown_section_is_refused() -> None:
    with pytest.raises(subprocess.CalledProcessError) as error:
        benchmarks("speed")
    assert "no section 'speed'; choose from: calls, pages, records" in error.value.stderr
