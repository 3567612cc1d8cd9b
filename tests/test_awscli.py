"""The AWS CLI, run in the test's own process."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import boto3.s3.transfer  # noqa: F401  # before awscli, which has a copy of its own for those who have not
import pytest

from pytest_cognito_groups import CognitoGroups

POOL: Final = "eu-west-1_Console01"
SEED: Final = f"""
pool: {POOL}
groups: {{staff: , admins: , auditors: }}
users:
  alice: [staff, admins, auditors]
  user-[1:6]: [staff]
"""
STAFF: Final = ["alice", *(f"user-{number}" for number in range(1, 7))]

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("awscli") is None, reason="awscli is not installed"),
    pytest.mark.cognito_groups(SEED),
]

Run: TypeAlias = Callable[..., Any]


@pytest.fixture(scope="module")
def clidriver() -> Iterator[Any]:
    """The CLI's module. What importing it does to the process is undone."""
    before = set(sys.modules)
    found = importlib.util.find_spec("awscli")
    assert found is not None
    assert found.origin is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "meta_path", list(sys.meta_path))
        patch.setenv("AWS_DATA_PATH", str(Path(found.origin).parent / "data"))
        yield importlib.import_module("awscli.clidriver")
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == "awscli":
                del sys.modules[name]


@pytest.fixture
def main(clidriver: Any, monkeypatch: pytest.MonkeyPatch, cognito_groups: CognitoGroups) -> Run:
    """The CLI's entry point."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    def run(operation: str, *arguments: str) -> int:
        status: int = clidriver.create_clidriver().main(["cognito-idp", operation, "--user-pool-id", POOL, *arguments])
        return status

    return run


@pytest.fixture
def aws(main: Run, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command of the CLI, and gives what it printed."""

    def run(operation: str, *arguments: str) -> Any:
        assert main(operation, *arguments) == 0
        return json.loads(capsys.readouterr().out)

    return run


def names(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [user["Username"] for user in answer["Users"]]


LIST_STAFF: Final = ("list-users-in-group", "--group-name", "staff")


def test_users_in_a_group(aws: Run, cognito_groups: CognitoGroups) -> None:
    assert names(aws(*LIST_STAFF)) == STAFF
    assert cognito_groups.calls == [("list_users_in_group", {"UserPoolId": POOL, "GroupName": "staff"})]


def test_groups_of_a_user(aws: Run) -> None:
    answer = aws("admin-list-groups-for-user", "--username", "alice")
    assert [group["GroupName"] for group in answer["Groups"]] == ["staff", "admins", "auditors"]


def test_page_size_is_the_limit_and_all_pages_are_shown(aws: Run, cognito_groups: CognitoGroups) -> None:
    assert names(aws(*LIST_STAFF, "--page-size", "3")) == STAFF
    assert [call.params["Limit"] for call in cognito_groups.calls] == [3, 3, 3]


def test_max_items_and_starting_token(aws: Run) -> None:
    first = aws(*LIST_STAFF, "--max-items", "3")
    assert names(first) == STAFF[:3]
    second = aws(*LIST_STAFF, "--max-items", "3", "--starting-token", first["NextToken"])
    assert names(second) == STAFF[3:6]
    third = aws(*LIST_STAFF, "--max-items", "3", "--starting-token", second["NextToken"])
    assert names(third) == STAFF[6:]
    assert "NextToken" not in third


def test_max_items_and_page_size(aws: Run) -> None:
    first = aws(*LIST_STAFF, "--max-items", "4", "--page-size", "3")
    assert names(first) == STAFF[:4]
    rest = aws(*LIST_STAFF, "--page-size", "3", "--starting-token", first["NextToken"])
    assert names(rest) == STAFF[4:]


@pytest.mark.cognito_groups(page_size=3)
def test_no_paginate_shows_one_page_and_the_services_token(aws: Run, cognito_groups: CognitoGroups) -> None:
    first = aws(*LIST_STAFF, "--no-paginate")
    assert names(first) == STAFF[:3]
    assert first["NextToken"] == cognito_groups.calls.last.next_token
    second = aws(*LIST_STAFF, "--no-paginate", "--next-token", first["NextToken"])
    assert names(second) == STAFF[3:6]
    assert names(aws(*LIST_STAFF, "--no-paginate", "--next-token", second["NextToken"])) == STAFF[6:]


@pytest.mark.cognito_groups(assert_all_pages_read=False)
def test_a_page_of_no_paginate_that_is_not_read_on_is_unread(aws: Run, cognito_groups: CognitoGroups) -> None:
    assert names(aws(*LIST_STAFF, "--no-paginate", "--limit", "3")) == STAFF[:3]
    with pytest.raises(AssertionError, match="3 of 7 users read"):
        cognito_groups.assert_all_pages_read()


def test_query_and_text(main: Run, capsys: pytest.CaptureFixture[str]) -> None:
    main(*LIST_STAFF, "--output", "text", "--query", "Users[].Username")
    assert capsys.readouterr().out.split() == STAFF


def test_an_error_of_the_service_is_shown(main: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("list-users-in-group", "--group-name", "nobody") not in (0, None)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "(ResourceNotFoundException) when calling the ListUsersInGroup operation: Group not found." in captured.err


def test_another_command_is_refused(main: Run) -> None:
    with (
        pytest.raises(AssertionError, match="cognito-idp list_identity_providers was called"),
        CognitoGroups(),
        pytest.raises(pytest.fail.Exception, match="cognito-idp list_identity_providers was called"),
    ):
        main("list-identity-providers")
