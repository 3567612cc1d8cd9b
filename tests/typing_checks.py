"""A user's test file with full annotations: mypy and pyright find nothing in it but what is ignored by name, and would
complain where nothing is left to ignore. pytest runs it, too (test_typing.py).
"""

# pyright: reportMissingTypeStubs=false, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, assert_type
from unittest.mock import ANY

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ReadTimeoutError

from pytest_cognito_groups import Call, CallList, CognitoGroups, Group, SeedError, User, UserPool, __version__

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

SEED = """
now: 2026-01-31T12:00:00Z
groups:
  admins: {precedence: 0}
  readers:
users:
  alice: {groups: [admins, readers], attributes: {email: alice@example.com}}
"""


def ask(cognito_groups: CognitoGroups, **parameters: object) -> None:
    cognito_groups.client.list_users_in_group(UserPoolId=cognito_groups.pool.id, GroupName="readers", **parameters)


@pytest.fixture
def tenant(cognito_groups: CognitoGroups) -> UserPool:
    pool = cognito_groups.add_pool("eu-west-1_Tenant1", alias_attributes=["email"], case_sensitive=False)
    pool.add_group("acme", precedence=1, role_arn=None, description="A tenant")
    pool.add_user("bob", groups=["acme"], attributes={"email": "bob@example.com"}, enabled=True, status="CONFIRMED")
    return pool


@pytest.mark.cognito_groups(SEED, page_size=1, assert_all_pages_read=False)
def test_reading(cognito_groups: CognitoGroups, tenant: UserPool) -> None:
    assert_type(cognito_groups.pool, UserPool)
    assert_type(cognito_groups.pools, Mapping[str, UserPool])
    assert_type(cognito_groups.groups, Mapping[str, Group])
    assert_type(cognito_groups.users, Mapping[str, User])
    assert_type(cognito_groups.groups_of("alice"), list[Group])
    assert_type(tenant.members_of("acme"), list[User])
    assert_type(tenant.region, str)

    group = cognito_groups.groups["admins"]
    assert_type(group, Group)
    assert_type(group.precedence, int | None)
    assert_type(group.created, datetime.datetime)

    user = cognito_groups.users["alice"]
    assert_type(user, User)
    assert_type(user.enabled, bool)
    assert user.attributes["email"] == "alice@example.com"

    claims = cognito_groups.claims("alice")
    assert claims["cognito:groups"] == ["admins", "readers"]
    version: str = __version__
    assert version


@pytest.mark.cognito_groups(SEED)
def test_calls(cognito_groups: CognitoGroups) -> None:
    ask(cognito_groups, Limit=10)
    assert_type(cognito_groups.calls, CallList)
    assert_type(cognito_groups.calls.filter("ListUsersInGroup", GroupName="readers"), CallList)

    call = cognito_groups.calls.last
    assert_type(call, Call)
    assert_type(call.items, tuple[str, ...])
    assert_type(call.next_token, str | None)
    assert_type(call.time, datetime.datetime)

    cognito_groups.assert_called("list_users_in_group", times=1, GroupName="readers")
    cognito_groups.assert_called_once("list_users_in_group", GroupName="readers")
    cognito_groups.assert_called_once_with("list_users_in_group", UserPoolId=ANY, GroupName="readers", Limit=10)
    cognito_groups.assert_not_called("AdminListGroupsForUser")
    cognito_groups.assert_calls([("list_users_in_group", {"Limit": 10})])
    cognito_groups.assert_all_pages_read()
    cognito_groups.reset_calls()


@pytest.mark.cognito_groups(SEED, assert_all_faults_raised=False)
def test_faults(cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault("list_users_in_group", "TooManyRequestsException", message="Later.", times=None, after=1)
    cognito_groups.add_fault(None, ReadTimeoutError)
    cognito_groups.add_fault(None, NoCredentialsError)
    cognito_groups.add_fault(None, "ExpiredTokenException")
    cognito_groups.add_fault(None, cognito_groups.client.exceptions.TooManyRequestsException)
    cognito_groups.add_fault(None, ClientError({"Error": {"Code": "TooManyRequestsException"}}, "ListUsersInGroup"))
    cognito_groups.throttle("admin_list_groups_for_user", times=2)


@pytest.mark.cognito_groups(SEED)
def test_time(cognito_groups: CognitoGroups) -> None:
    clock = cognito_groups.clock
    if TYPE_CHECKING:
        assert_type(clock, FrozenDateTimeFactory | None)
    assert clock is not None
    clock.tick(60)


@pytest.fixture
def own() -> Iterator[CognitoGroups]:
    with CognitoGroups.from_yaml(
        "users: {carol: [readers]}",
        random_seed=7,
        paging="ragged",
        page_size=2,
        default_limit=10,
        allow_operations=["list_users"],
        partial_reads="accounts/members.py::first_admin",
        max_repeats=10,
        assert_all_pages_read=False,
        assert_all_faults_raised=False,
    ) as own:
        assert_type(own, CognitoGroups)
        yield own


def test_on_its_own(own: CognitoGroups) -> None:
    own.load("users: {dave: [readers]}")
    client: Any = own.client
    own.attach(client)
    assert list(own.users) == ["carol", "dave"]


def test_seed_errors() -> None:
    with pytest.raises(SeedError) as caught:
        CognitoGroups.from_yaml("users: {alice: 1}")
    assert_type(caught.value, SeedError)
    assert_type(caught.value.line, int)
    assert [error.column for error in caught.value.errors] == [caught.value.column]


def answers(cognito_groups: CognitoGroups) -> None:
    cognito_groups.answer("admin_delete_user", None)
    cognito_groups.answer("list_devices", {"Devices": []})
    cognito_groups.add_fault("admin_delete_user", "UnsupportedUserStateException")
    cognito_groups.answer("admin_create_user", lambda params: {"User": {"Username": params["Username"]}})
    cognito_groups.assert_not_called("admin_create_user", Username="alice")


def mistakes(cognito_groups: CognitoGroups) -> None:
    """Each is reported: where one were not, its comment would be one too many."""
    cognito_groups.assert_called_once()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    cognito_groups.add_fault(None, "NoSuchError")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    CognitoGroups.from_yaml("", paging="both")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    CognitoGroups.from_yaml("", pagesize=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    cognito_groups.add_user("erin", ["readers"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    cognito_groups.groups["admins"].precedence = 1  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    del cognito_groups.calls.no_such_thing  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
