"""Functions that stop reading on purpose, and requests that only look whether there is anyone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import boto3
import pytest

from pytest_cognito_groups import CognitoGroups

SEED: Final = "users: {'member-[1:9]': [readers], alice: ['group-[1:9]']}"
POOL: Final = "us-east-1_TestPool1"
FILE: Final = "/srv/app/src/accounts/members.py"
MEMBERS: Final = """
def page(**more):
    return client.list_users_in_group(UserPoolId=POOL, GroupName="readers", **more)

def first_admin():
    return page()["Users"][0]

def any_admin():
    return [user for user in (page()["Users"] for _ in range(1))]

def later():
    return lambda: page()

class Members:
    def first(self):
        return page()["Users"][0]

def asked_for():
    return first_admin()
"""

client: Final[Any] = boto3.client("cognito-idp", region_name="us-east-1")


def members(file: str = FILE) -> dict[str, Any]:
    """The code under test, as if it lay in the file."""
    module: dict[str, Any] = {"client": client, "POOL": POOL, "__name__": "accounts.members"}
    exec(compile(MEMBERS, file, "exec"), module)
    return module


def is_judged(ask: Callable[[], object], **options: Any) -> bool:
    """Whether the pages that it leaves unread fail the test."""
    with CognitoGroups.from_yaml(SEED, **{"page_size": 4, "assert_all_pages_read": False, **options}) as fake:
        ask()
        try:
            fake.assert_all_pages_read()
        except AssertionError:
            return True
    return False


# Functions


@pytest.mark.parametrize(
    "named",
    [
        "accounts/members.py::first_admin",
        "members.py::first_admin",
        "./src/accounts/members.py::first_admin",
        "src\\accounts\\members.py::first_admin",
        f"{FILE}::first_admin",
        ["other.py::f", "members.py::first_admin"],
        ("members.py::page",),
        "members.py::asked_for",
    ],
    ids=str,
)
def test_a_named_function_is_not_judged(named: Any) -> None:
    assert not is_judged(members()["asked_for"], partial_reads=named)


@pytest.mark.parametrize(
    "named",
    [
        "bers.py::first_admin",
        "unts/members.py::first_admin",
        "members.py::first",
        "members.py::Members.first_admin",
        "other/members.py::first_admin",
        f"/opt{FILE}::first_admin",
        "members.py::any_admin",
        None,
        [],
    ],
    ids=str,
)
def test_another_function_is_judged(named: Any) -> None:
    assert is_judged(members()["asked_for"], partial_reads=named)


def test_a_path_of_windows_is_matched() -> None:
    windows = members("C:\\app\\accounts\\members.py")["first_admin"]
    assert not is_judged(windows, partial_reads="accounts/members.py::first_admin")


def test_a_method_is_named_with_its_class() -> None:
    assert not is_judged(members()["Members"]().first, partial_reads="members.py::Members.first")


@pytest.mark.parametrize("function", ["any_admin", "later"])
def test_what_a_function_makes_inside_is_its_own(function: str) -> None:
    def ask() -> None:
        made = members()[function]()
        if callable(made):
            made()

    assert not is_judged(ask, partial_reads=f"members.py::{function}")


def test_a_function_counts_in_a_thread() -> None:
    def ask() -> None:
        with ThreadPoolExecutor(1) as threads:
            threads.submit(members()["first_admin"]).result()

    assert not is_judged(ask, partial_reads="members.py::first_admin")


def test_other_reads_of_the_same_listing_are_judged() -> None:
    def ask() -> None:
        module = members()
        module["first_admin"]()
        module["page"](Limit=3)

    assert is_judged(ask, partial_reads="members.py::first_admin")


def test_a_runaway_loop_of_a_named_function_is_stopped() -> None:
    def loop() -> None:
        for _ in range(4):
            members()["first_admin"]()

    with (
        pytest.raises(pytest.fail.Exception, match="Endless loop"),
        CognitoGroups.from_yaml(SEED, page_size=4, max_repeats=3, partial_reads="members.py::first_admin"),
    ):
        loop()


def test_the_line_that_the_message_shows_is_the_one_to_write(pytester: pytest.Pytester) -> None:
    pytester.mkpydir("accounts").joinpath("members.py").write_text(
        "import boto3\n"
        "client = boto3.client('cognito-idp', region_name='us-east-1')\n"
        "def first_admin():\n"
        f"    return client.list_users_in_group(UserPoolId='{POOL}', GroupName='readers')\n",
    )
    pytester.makepyfile(
        """
        import pytest
        from accounts.members import first_admin

        @pytest.mark.cognito_groups("users: {'member-[1:3]': [readers]}", page_size=2)
        def test_it():
            first_admin()
        """
    )
    pytester.syspathinsert()
    result = pytester.runpytest_inprocess()
    assert result.parseoutcomes() == {"failed": 1}
    (line,) = {line.strip() for line in result.outlines if line.startswith("  cognito_groups_partial_reads")}
    assert line == "cognito_groups_partial_reads = accounts/members.py::first_admin"
    pytester.makeini(f"[pytest]\n{line}")
    assert pytester.runpytest_inprocess().parseoutcomes() == {"passed": 1}


# Probes


@pytest.mark.parametrize("limit", [1, 2])
def test_what_a_probe_leaves_unread_is_not_judged(limit: int) -> None:
    assert not is_judged(lambda: members()["page"](Limit=limit))
    assert not is_judged(lambda: client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice", Limit=limit))


def test_a_limit_of_three_is_no_probe() -> None:
    assert is_judged(lambda: members()["page"](Limit=3))


@pytest.mark.parametrize("option", ["page_size", "default_limit"])
def test_a_small_page_without_a_limit_is_judged(option: str) -> None:
    assert is_judged(members()["page"], **{option: 1})


def test_a_walk_that_leaves_probing_is_judged() -> None:
    page = members()["page"]
    assert is_judged(lambda: page(NextToken=page(Limit=1)["NextToken"]))


def test_a_probe_does_not_hide_a_page_left_unread_before() -> None:
    def ask() -> None:
        members()["page"]()
        members()["page"](Limit=1)

    assert is_judged(ask, page_size=1)


def test_a_runaway_loop_of_probes_is_stopped() -> None:
    def loop() -> None:
        for _ in range(4):
            members()["page"](Limit=1)

    with (
        pytest.raises(pytest.fail.Exception, match="Endless loop"),
        CognitoGroups.from_yaml(SEED, max_repeats=3),
    ):
        loop()
