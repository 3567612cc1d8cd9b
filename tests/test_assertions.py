"""Asserting the calls that were made: what passes, what fails, and what the failure tells."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, cast
from unittest.mock import ANY

import boto3
import pytest
from dirty_equals import IsStr

from pytest_cognito_groups import Call, CallList, CognitoGroups
from pytest_cognito_groups.hook.invocation import Invocation

POOL = "us-east-1_TestPool1"
GROUPS = "admin_list_groups_for_user"
USERS = "list_users_in_group"


@pytest.fixture
def fake() -> Iterator[CognitoGroups]:
    text = "{users: {alice: [readers], 'member-[1:3]': [readers]}}"
    with CognitoGroups.from_yaml(text, page_size=2, assert_all_pages_read=False) as cognito_groups:
        client = cognito_groups.client
        client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")
        token = client.list_users_in_group(UserPoolId=POOL, GroupName="readers")["NextToken"]
        client.list_users_in_group(UserPoolId=POOL, GroupName="readers", NextToken=token, Limit=1)
        with pytest.raises(client.exceptions.UserNotFoundException):
            client.admin_list_groups_for_user(UserPoolId=POOL, Username="bob")
        yield cognito_groups


def test_a_call_tells_what_was_asked_and_answered(fake: CognitoGroups) -> None:
    first, second, third, fourth = fake.calls
    assert (first.operation, first.method) == ("AdminListGroupsForUser", GROUPS)
    assert first.params == {"UserPoolId": POOL, "Username": "alice"}
    assert (first.items, first.page, first.next_token, first.error) == (("readers",), 1, None, None)
    assert (first.attempts, first.backoff, first.region) == (1, 0.0, "us-east-1")
    assert abs(dt.datetime.now(dt.UTC) - first.time) < dt.timedelta(minutes=1)
    assert (second.items, second.page) == (("alice", "member-1"), 1)
    assert third.params["NextToken"] == second.next_token
    assert (third.items, third.page) == (("member-2",), 2)
    assert (fourth.items, fourth.page, fourth.error) == ((), 1, "UserNotFoundException")


def test_an_error_on_a_later_page_tells_the_page(fake: CognitoGroups) -> None:
    token = fake.calls[2].next_token
    fake.throttle(times=None)
    with pytest.raises(fake.client.exceptions.TooManyRequestsException):
        fake.client.list_users_in_group(UserPoolId=POOL, GroupName="readers", NextToken=token)
    assert (fake.calls.last.page, fake.calls.last.error) == (3, "TooManyRequestsException")


def test_a_call_equals_a_tuple_of_operation_and_parameters(fake: CognitoGroups) -> None:
    call = fake.calls[0]
    params = {"UserPoolId": POOL, "Username": "alice"}
    assert call == (GROUPS, params)
    assert call == ("AdminListGroupsForUser", params)
    assert call == (GROUPS, {"UserPoolId": ANY, "Username": IsStr()})
    assert call != (USERS, params)
    assert call != (GROUPS, {})
    assert call != (GROUPS,)
    assert call != "call"
    assert call == fake.calls[0]
    assert call != fake.calls[3]
    with pytest.raises(TypeError):
        hash(call)


def test_calls_compare_with_a_list_of_tuples(fake: CognitoGroups) -> None:
    assert fake.calls.filter(GROUPS) == [
        (GROUPS, {"UserPoolId": POOL, "Username": "alice"}),
        (GROUPS, {"UserPoolId": POOL, "Username": "bob"}),
    ]


def test_calls_are_a_snapshot(fake: CognitoGroups) -> None:
    calls = fake.calls
    fake.client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")
    assert (len(calls), len(fake.calls)) == (4, 5)
    assert isinstance(calls, CallList)
    assert isinstance(calls, list)


def test_filter_takes_operation_parameters_and_matchers(fake: CognitoGroups) -> None:
    assert [call.method for call in fake.calls.filter()] == [GROUPS, USERS, USERS, GROUPS]
    assert len(fake.calls.filter("ListUsersInGroup")) == 2
    assert len(fake.calls.filter(USERS, NextToken=ANY)) == 1
    assert len(fake.calls.filter(Username=IsStr(regex="a.*"))) == 1
    assert fake.calls.filter(USERS).filter(Limit=1).last.page == 2
    assert CallList(fake.calls).filter("AdminListGroupsForUser", Username="bob").last.error == "UserNotFoundException"


def test_the_last_of_no_calls_is_an_index_error() -> None:
    with pytest.raises(IndexError, match="no call was made"):
        _ = CallList().last


def test_reset_forgets_calls(fake: CognitoGroups) -> None:
    fake.reset_calls()
    assert fake.calls == []
    fake.assert_not_called()


def test_a_sleep_of_a_call_that_was_forgotten_is_forgotten_too(fake: CognitoGroups) -> None:
    fake._service.slept(Invocation("an-id", "us-east-1"), 2.5)
    assert [call.backoff for call in fake.calls] == [0.0] * 4


def test_assertions_that_hold_say_nothing(fake: CognitoGroups) -> None:
    fake.assert_called()
    fake.assert_called(GROUPS)
    fake.assert_called("ListUsersInGroup", GroupName="readers")
    fake.assert_called(GROUPS, times=2)
    fake.assert_called(GROUPS, times=0, Username="carol")
    fake.assert_called(Username=ANY)
    fake.assert_called_once(GROUPS, Username="alice")
    fake.assert_called_once("ListUsersInGroup", Limit=1)
    fake.assert_not_called(GROUPS, Username="carol")
    fake.assert_calls([])
    fake.assert_calls([(GROUPS, {"Username": "alice"}), (USERS, {"Limit": 1}), (GROUPS, {})])
    fake.reset_calls()
    fake.client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")
    fake.assert_called_once_with(GROUPS, UserPoolId=POOL, Username="alice")


def test_called_once_is_of_the_calls_with_these_parameters(fake: CognitoGroups) -> None:
    with pytest.raises(AssertionError, match=r"^admin_list_groups_for_user\(\): expected exactly 1 call, got 2\. "):
        fake.assert_called_once(GROUPS)
    with pytest.raises(AssertionError, match=r"^list_users_in_group\(Limit=2\): expected exactly 1 call, got 0\. "):
        fake.assert_called_once(USERS, Limit=2)


MORE = "page 2, more to come"
CALLS = f"""\
  1. admin_list_groups_for_user(UserPoolId='{POOL}', Username='alice') -> 1 group
  2. list_users_in_group(UserPoolId='{POOL}', GroupName='readers') -> 2 users (more to come)
  3. list_users_in_group(UserPoolId='{POOL}', GroupName='readers', NextToken=…, Limit=1) -> 1 user ({MORE})
  4. admin_list_groups_for_user(UserPoolId='{POOL}', Username='bob') -> UserNotFoundException"""


@pytest.mark.parametrize(
    ("fails", "message"),
    [
        pytest.param(
            lambda fake: fake.assert_called(GROUPS, Username="carol"),
            f"admin_list_groups_for_user(Username='carol') was not called. Calls made:\n{CALLS}\n"
            "Closest call (- expected, + actual):\n  - Username='carol'\n  + Username='alice'",
            id="called",
        ),
        pytest.param(
            lambda fake: fake.assert_called(USERS, GroupName="readers", Limit=2),
            f"list_users_in_group(GroupName='readers', Limit=2) was not called. Calls made:\n{CALLS}\n"
            "Closest call (- expected, + actual):\n    GroupName='readers'\n  - Limit=2\n  + Limit=1",
            id="closest",
        ),
        pytest.param(
            lambda fake: fake.assert_called(USERS, times=3),
            f"list_users_in_group(): expected exactly 3 calls, got 2. Calls made:\n{CALLS}",
            id="times",
        ),
        pytest.param(
            lambda fake: fake.assert_called_once_with(USERS, UserPoolId=POOL, GroupName="readers"),
            f"list_users_in_group(UserPoolId='{POOL}', GroupName='readers'): expected exactly 1 call, got 2. "
            f"Calls made:\n{CALLS}",
            id="once",
        ),
        pytest.param(
            lambda fake: fake.assert_not_called(GROUPS, Username="bob"),
            "admin_list_groups_for_user(Username='bob') was called. Calls made:\n"
            f"  1. admin_list_groups_for_user(UserPoolId='{POOL}', Username='bob') -> UserNotFoundException",
            id="not-called",
        ),
        pytest.param(
            lambda fake: fake.assert_calls([(USERS, {}), (GROUPS, {"Username": "alice"})]),
            "Expected call 2 of 2 was not made after list_users_in_group(): "
            f"admin_list_groups_for_user(Username='alice'). Calls made:\n{CALLS}",
            id="order",
        ),
        pytest.param(
            lambda fake: fake.assert_calls([(GROUPS, {"Username": "carol"})]),
            f"Expected call 1 of 1 was not made: admin_list_groups_for_user(Username='carol'). Calls made:\n{CALLS}\n"
            "Closest call (- expected, + actual):\n  - Username='carol'\n  + Username='alice'",
            id="first",
        ),
    ],
)
def test_a_failed_assertion_lists_the_calls(
    fake: CognitoGroups, fails: Callable[[CognitoGroups], None], message: str
) -> None:
    with pytest.raises(AssertionError) as failure:
        fails(fake)
    token = cast("str", fake.calls[2].params["NextToken"])
    shown = f"'{token[:7]}…{token[-3:]}'"
    assert str(failure.value).replace(shown, "…") == message


def test_a_single_call_with_another_value_is_another_call(fake: CognitoGroups) -> None:
    fake.reset_calls()
    fake.client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")
    fake.assert_called_once_with(GROUPS, UserPoolId=POOL, Username="alice")
    with pytest.raises(AssertionError, match="with other parameters"):
        fake.assert_called_once_with(GROUPS, UserPoolId=POOL, Username="bob")


def test_a_single_call_with_other_parameters_is_shown_as_a_difference(fake: CognitoGroups) -> None:
    fake.reset_calls()
    fake.client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice", Limit=5)
    with pytest.raises(AssertionError) as failure:
        fake.assert_called_once_with(GROUPS, UserPoolId=ANY, Username="bob")
    assert str(failure.value) == (
        "admin_list_groups_for_user(UserPoolId=<ANY>, Username='bob') was called once, but with other parameters "
        "(- expected, + actual):\n"
        "  + Limit=5\n"
        f"    UserPoolId='{POOL}'\n"
        "  - Username='bob'\n"
        "  + Username='alice'"
    )


def test_without_a_call_there_is_no_list(fake: CognitoGroups) -> None:
    fake.reset_calls()
    with pytest.raises(AssertionError) as failure:
        fake.assert_called(Username="alice")
    assert str(failure.value) == ("No operation was called with Username='alice'.\nNo calls were made.")


def test_a_long_list_of_calls_is_cut(fake: CognitoGroups) -> None:
    for number in range(40):
        fake.client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice", Limit=number % 2 + 1)
    with pytest.raises(AssertionError) as failure:
        fake.assert_called(GROUPS, Username="carol")
    lines = str(failure.value).splitlines()
    assert lines[16] == "  … 24 more (all with -v) …"
    assert lines[21].startswith("  44. ")


def test_what_is_cut_from_a_list_is_counted_in_calls(fake: CognitoGroups) -> None:
    fake.reset_calls()
    for number in range(60):
        fake.client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice", Limit=number // 2 % 2 + 1)
    with pytest.raises(AssertionError) as failure:
        fake.assert_called(GROUPS, Username="carol")
    lines = str(failure.value).splitlines()
    assert lines[15].startswith("  29-30. ")
    assert lines[16] == "  … 20 more (all with -v) …"
    assert [line.split()[0] for line in lines[17:22]] == ["51-52.", "53-54.", "55-56.", "57-58.", "59-60."]


def test_calls_alike_are_shown_once(fake: CognitoGroups) -> None:
    fake.reset_calls()
    for _ in range(1500):
        fake.client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")
    with pytest.raises(AssertionError) as failure:
        fake.assert_called(USERS)
    assert str(failure.value).splitlines()[1] == (
        f"  1-1,500. admin_list_groups_for_user(UserPoolId='{POOL}', Username='alice') -> 1 group"
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda fake: fake.assert_called("list_users_in_groups"),
            "operation 'list_users_in_groups' is not answered here; did you mean 'list_users_in_group'?",
        ),
        (
            lambda fake: fake.assert_called(GROUPS, UserName="alice"),
            "admin_list_groups_for_user has no parameter 'UserName'; use one of: "
            "Username, UserPoolId, Limit, NextToken; did you mean 'Username'?",
        ),
        (
            lambda fake: fake.assert_not_called(Nothing=1),
            "no operation has a parameter 'Nothing'; use one of: Username, UserPoolId, Limit, NextToken, GroupName, "
            "AttributesToGet, PaginationToken, Filter, Description, RoleArn, Precedence",
        ),
        (
            lambda fake: fake.calls.filter(USERS, Username="alice"),
            "list_users_in_group has no parameter 'Username'; use one of: UserPoolId, GroupName, Limit, NextToken; "
            "admin_list_groups_for_user has it",
        ),
    ],
    ids=["operation", "parameter", "either", "filter"],
)
def test_a_name_that_cannot_be_is_refused(
    fake: CognitoGroups, call: Callable[[CognitoGroups], object], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call(fake)


PAIRS: Final = "(operation, {parameter: value})"
BY_NAME: Final = "an operation must be a str such as 'list_users_in_group'"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda fake: fake.assert_called(times="2"), "times must be a whole number or None, not '2'"),
        (lambda fake: fake.assert_calls(USERS), f"expected must be a list of {PAIRS}, not '{USERS}'"),
        (lambda fake: fake.assert_calls([USERS]), f"expected must be a list of {PAIRS}, not ['{USERS}']"),
        (lambda fake: fake.assert_calls(None), f"expected must be a list of {PAIRS}, not None"),
        (lambda fake: fake.assert_calls((USERS, {})), f"expected must be a list of {PAIRS}, not ('{USERS}', {{}})"),
        (lambda fake: fake.assert_calls([(USERS, [])]), f"expected must be a list of {PAIRS}, not [('{USERS}', [])]"),
        (
            lambda fake: fake.assert_calls([(USERS, {}, 1)]),
            f"expected must be a list of {PAIRS}, not [('{USERS}', {{}}, 1)]",
        ),
        (lambda fake: fake.assert_called([USERS]), f"{BY_NAME}, not ['{USERS}']"),
        (lambda fake: fake.assert_called_once(5), f"{BY_NAME}, not 5"),
        (lambda fake: fake.assert_not_called(ANY), f"{BY_NAME}, not <ANY>"),
        (lambda fake: fake.assert_calls([(5, {})]), f"{BY_NAME}, not 5"),
        (lambda fake: fake.calls.filter({}), f"{BY_NAME}, not {{}}"),
    ],
    ids=[
        "times",
        "string",
        "names",
        "none",
        "pair",
        "list",
        "three",
        "called",
        "once",
        "not called",
        "calls",
        "filter",
    ],
)
def test_an_argument_of_the_wrong_type_is_refused(
    fake: CognitoGroups, call: Callable[[CognitoGroups], object], message: str
) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        call(fake)


def test_a_call_is_recorded_by_a_client_made_before_the_fake() -> None:
    client: Any = boto3.client("cognito-idp", region_name="us-east-1")
    with CognitoGroups.from_yaml("users: {alice: }") as fake:
        client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")
        assert isinstance(fake.calls.last, Call)
        assert repr(fake.calls.last) == f"('{GROUPS}', {{'UserPoolId': '{POOL}', 'Username': 'alice'}})"


def test_the_closest_call_is_the_one_with_the_fewest_differences() -> None:
    with CognitoGroups.from_yaml("users: {alice: [readers]}") as fake:
        for group, limit in (("writers", 3), ("writers", 5), ("readers", 3)):
            with contextlib.suppress(fake.client.exceptions.ResourceNotFoundException):
                fake.client.list_users_in_group(UserPoolId=POOL, GroupName=group, Limit=limit)
        with pytest.raises(AssertionError) as failure:
            fake.assert_called(USERS, UserPoolId=POOL, GroupName="readers", Limit=5)
    lines = str(failure.value).splitlines()
    assert sum(line.startswith("  - ") for line in lines[lines.index("Closest call (- expected, + actual):") :]) == 1


@pytest.mark.parametrize(("length", "shown"), [(58, "'" + "x" * 58 + "'"), (59, "'" + "x" * 29 + "…xxx'")])
def test_a_value_of_more_than_60_characters_is_cut(length: int, shown: str) -> None:
    with CognitoGroups() as fake:
        with pytest.raises(fake.client.exceptions.UserNotFoundException):
            fake.client.admin_get_user(UserPoolId=POOL, Username="x" * length)
        with pytest.raises(AssertionError) as failure:
            fake.assert_not_called("admin_get_user")
    assert f"Username={shown})" in str(failure.value)
