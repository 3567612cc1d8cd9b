"""Faults as a test plans them, by `add_fault`, `throttle` and its seed, and what is said of those not reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from unittest.mock import ANY

import botocore.exceptions
import pytest
import urllib3.exceptions
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError

from pytest_cognito_groups import CognitoGroups, SeedError
from pytest_cognito_groups.hook.data import transport_error, transport_errors
from pytest_cognito_groups.service.faults import COMMON

SEED: Final = """
pool: us-east-1_Faults001
users:
  alice: [readers, writers]
  bob: [readers]
  carol: [readers]
"""
POOL: Final = "us-east-1_Faults001"
THROTTLED: Final = "TooManyRequestsException"

pytestmark = pytest.mark.cognito_groups(SEED)


def outcome(call: Callable[..., Any], **params: Any) -> str:
    """The code of the service's error, the name of the exception, or "answered"."""
    try:
        call(UserPoolId=POOL, **params)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except botocore.exceptions.BotoCoreError as error:
        return type(error).__name__
    return "answered"


class Asked:
    """The two operations, each request sent once: a client that does not retry."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def users(self, group: str = "readers", **params: Any) -> str:
        return outcome(self._client.list_users_in_group, GroupName=group, **params)

    def groups(self, username: str = "alice", **params: Any) -> str:
        return outcome(self._client.admin_list_groups_for_user, Username=username, **params)


@pytest.fixture
def asked(cognito_groups: CognitoGroups, monkeypatch: pytest.MonkeyPatch) -> Asked:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    return Asked(cognito_groups.client)


# What they are aimed at


@pytest.mark.parametrize("operation", ["list_users_in_group", "ListUsersInGroup"])
def test_a_fault_is_of_one_operation_in_either_spelling(
    asked: Asked, cognito_groups: CognitoGroups, operation: Any
) -> None:
    cognito_groups.add_fault(operation, THROTTLED, times=None)
    assert [asked.users(), asked.groups(), asked.users()] == [THROTTLED, "answered", THROTTLED]


def test_a_fault_without_an_operation_is_of_both(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault(None, THROTTLED, times=2)
    assert [asked.users(), asked.groups(), asked.users()] == [THROTTLED, THROTTLED, "answered"]


def test_a_fault_is_aimed_at_parameters(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault("list_users_in_group", THROTTLED, GroupName="readers", times=None)
    assert [asked.users("writers"), asked.users("readers")] == ["answered", THROTTLED]
    assert asked.users("readers", Limit=3) == THROTTLED


def test_a_fault_is_aimed_at_what_a_matcher_equals(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault("list_users_in_group", THROTTLED, Limit=ANY)
    assert [asked.users(), asked.users(Limit=3)] == ["answered", THROTTLED]


def test_a_fault_is_aimed_at_page_three(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault("list_users_in_group", THROTTLED, after=2)
    pages = cognito_groups.client.get_paginator("list_users_in_group").paginate(
        UserPoolId=POOL, GroupName="readers", PaginationConfig={"PageSize": 1}
    )
    seen: list[str] = []
    with pytest.raises(cognito_groups.client.exceptions.TooManyRequestsException):
        seen.extend(user["Username"] for page in pages for user in page["Users"])
    assert (cognito_groups.calls.last.page, cognito_groups.calls.last.error) == (3, THROTTLED)
    assert seen == ["alice", "bob"]


def test_a_fault_meets_a_request_that_would_have_failed(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault("list_users_in_group", THROTTLED)
    assert [asked.users("nobody"), asked.users("nobody")] == [THROTTLED, "ResourceNotFoundException"]


# How often


def test_a_fault_is_raised_once_unless_told_otherwise(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault("list_users_in_group", THROTTLED)
    assert [asked.users() for _ in range(3)] == [THROTTLED, "answered", "answered"]


def test_times_none_is_always(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault("list_users_in_group", THROTTLED, times=None, after=1)
    assert [asked.users() for _ in range(30)] == ["answered"] + [THROTTLED] * 29


def test_several_faults_are_used_up_in_the_order_added(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.throttle(times=2)
    cognito_groups.add_fault("list_users_in_group", ReadTimeoutError)
    cognito_groups.add_fault("list_users_in_group", "InternalErrorException", GroupName="readers")
    expected = [THROTTLED, THROTTLED, "ReadTimeoutError", "InternalErrorException", "answered"]
    assert [asked.users() for _ in expected] == expected


def test_throttle_takes_the_place_and_the_number(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.throttle("admin_list_groups_for_user", times=2, after=1)
    assert [asked.users() for _ in range(2)] == ["answered"] * 2
    assert [asked.groups() for _ in range(4)] == ["answered", THROTTLED, THROTTLED, "answered"]


# What they are


@pytest.mark.parametrize("name", transport_errors())
def test_a_transport_error_is_botocores_own_exception(asked: Asked, cognito_groups: CognitoGroups, name: str) -> None:
    kind = transport_errors()[name]
    assert kind is getattr(botocore.exceptions, name)
    cognito_groups.add_fault("list_users_in_group", kind)
    with pytest.raises(kind) as raised:
        cognito_groups.client.list_users_in_group(UserPoolId=POOL, GroupName="readers")
    assert type(raised.value) is kind
    assert cognito_groups.calls.last.error == name


def test_a_transport_error_names_the_endpoint() -> None:
    url = "https://cognito-idp.eu-west-1.amazonaws.com/"
    error = transport_error("EndpointConnectionError", url)
    assert str(error) == str(botocore.exceptions.EndpointConnectionError(endpoint_url=url))


def test_a_message_of_its_own_is_answered(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault("list_users_in_group", "NotAuthorizedException", message="Not you.")
    with pytest.raises(cognito_groups.client.exceptions.NotAuthorizedException) as raised:
        cognito_groups.client.list_users_in_group(UserPoolId=POOL, GroupName="readers")
    assert raised.value.response["Error"]["Message"] == "Not you."


@pytest.mark.parametrize("code", COMMON)
def test_an_error_common_to_all_operations_is_answered(asked: Asked, cognito_groups: CognitoGroups, code: Any) -> None:
    cognito_groups.add_fault(None, code)
    with pytest.raises(ClientError) as raised:
        cognito_groups.client.list_users_in_group(UserPoolId=POOL, GroupName="readers")
    assert raised.value.response["Error"]["Code"] == code
    status = {"InternalFailure": 500, "ServiceUnavailable": 503}.get(code, 400)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.parametrize("name", ["NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"])
def test_an_error_of_credentials_may_be_planned(name: str) -> None:
    assert name in transport_errors()


def test_a_message_of_credentials_is_botocores(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault(None, NoCredentialsError)
    with pytest.raises(NoCredentialsError, match=r"^Unable to locate credentials$"):
        cognito_groups.client.list_users_in_group(UserPoolId=POOL, GroupName="readers")


def test_the_exception_of_a_client_names_its_code(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault("list_users_in_group", cognito_groups.client.exceptions.TooManyRequestsException)
    assert asked.users() == THROTTLED


@pytest.mark.parametrize(
    ("told", "own", "message"),
    [({"Message": "Later."}, None, "Later."), ({}, None, "Rate exceeded"), ({"Message": "Later."}, "Now.", "Now.")],
    ids=["its own", "the usual one", "another"],
)
def test_an_error_that_was_met_once_is_answered_again(
    asked: Asked, cognito_groups: CognitoGroups, told: dict[str, str], own: str | None, message: str
) -> None:
    error = ClientError({"Error": {"Code": THROTTLED, **told}}, "ListUsersInGroup")
    cognito_groups.add_fault("list_users_in_group", error, message=own)
    with pytest.raises(cognito_groups.client.exceptions.TooManyRequestsException) as raised:
        cognito_groups.client.list_users_in_group(UserPoolId=POOL, GroupName="readers")
    assert raised.value.response["Error"]["Message"] == message


# What cannot be


@pytest.mark.parametrize(
    ("operation", "error", "fields", "starts"),
    [
        (
            "list_user_in_group",
            THROTTLED,
            {},
            "cognito-idp has no operation 'list_user_in_group'; did you mean 'list_users_in_group'?",
        ),
        ("list_users_in_group", "Throttled", {}, "'Throttled' is not an error that list_users_in_group can "),
        (
            "list_users_in_group",
            "UserNotFoundException",
            {},
            "'UserNotFoundException' is not an error that list_users_",
        ),
        (None, "UserNotFoundException", {}, "'UserNotFoundException' is not an error that every operation can "),
        (None, "ReadTimeoutError", {}, "'ReadTimeoutError' is not an error that every operation can "),
        (None, ValueError, {}, "'ValueError' is not an error that every operation can "),
        (None, ValueError("x"), {}, "'ValueError' is not an error that every operation can "),
        (None, ClientError, {}, "error must name a code, such as 'TooManyRequestsException'; <class 'botocore."),
        (None, ClientError({}, "x"), {}, "error must name a code, such as 'TooManyRequestsException'; ClientError("),
        (
            None,
            urllib3.exceptions.ReadTimeoutError,
            {},
            "'urllib3.exceptions.ReadTimeoutError' is not an error",
        ),
        (None, transport_error("SSLError", "x"), {}, "error must be the class botocore.exceptions.SSLError, not an "),
        ("list_users_in_group", THROTTLED, {"Username": "x"}, "'Username' is not a parameter of list_users_in_group\n"),
        (
            None,
            THROTTLED,
            {"AccessToken": "x"},
            "'AccessToken' is not a parameter of any operation; did you mean 'NextToken'?\n  use one of: ",
        ),
        (None, THROTTLED, {"times": 0}, "times must be a whole number, at least 1, or None for always, not 0"),
        (None, THROTTLED, {"times": "2"}, "times must be a whole number, at least 1, or None for always, not '2'"),
        (None, THROTTLED, {"after": -1}, "after must be a whole number, at least 0, not -1"),
        (None, THROTTLED, {"message": b"x"}, "message must be text, not b'x'"),
        (
            None,
            ReadTimeoutError,
            {"message": "x"},
            "message is only for service errors: the text of ReadTimeoutError ",
        ),
    ],
    ids=lambda value: repr(value) if isinstance(value, dict) else str(value)[:30],
)
def test_what_cannot_be_is_refused_when_it_is_planned(
    cognito_groups: CognitoGroups, operation: Any, error: Any, fields: dict[str, Any], starts: str
) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011  # the text is compared below
        cognito_groups.add_fault(operation, error, **fields)
    assert str(raised.value).startswith(starts)
    cognito_groups.assert_all_faults_raised()  # there is none


@pytest.mark.parametrize("error", [ANY, None, 5, object, KeyboardInterrupt], ids=repr)
def test_what_is_neither_a_code_nor_an_exception_is_refused(cognito_groups: CognitoGroups, error: Any) -> None:
    with pytest.raises(TypeError, match=r"^error must be a code such as 'TooManyRequestsException', a client"):
        cognito_groups.add_fault("list_users_in_group", error)


@pytest.mark.parametrize("operation", [3, ["list_users_in_group"], ANY], ids=repr)
def test_an_operation_is_named_by_text(cognito_groups: CognitoGroups, operation: Any) -> None:
    with pytest.raises(TypeError, match=r"^an operation must be a str such as 'list_users_in_group', not "):
        cognito_groups.throttle(operation)


@pytest.mark.parametrize(("fields", "name"), [({"times": 0}, "times"), ({"after": 1.5}, "after")])
def test_throttle_is_checked_alike(cognito_groups: CognitoGroups, fields: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be"):
        cognito_groups.throttle(**fields)


# In a seed


@pytest.mark.cognito_groups(
    """
    pool: us-east-1_Faults001
    faults:
      - {operation: list_users_in_group, error: TooManyRequestsException, times: 2, when: {GroupName: readers}}
      - {error: EndpointConnectionError, after: 1}
      - {operation: AdminListGroupsForUser, error: NotAuthorizedException, message: Not you., when: {Limit: 5}}
      - {error: NoCredentialsError, after: 1, when: {Limit: 7}}
      - {error: ExpiredTokenException, when: {Limit: 7}}
    """
)
def test_a_seed_plans_faults(asked: Asked) -> None:
    assert [asked.users() for _ in range(3)] == [THROTTLED, THROTTLED, "answered"]
    assert asked.groups() == "EndpointConnectionError"
    assert [asked.groups(Limit=5), asked.groups(Limit=5)] == ["NotAuthorizedException", "answered"]
    assert [asked.groups(Limit=7) for _ in range(3)] == ["ExpiredTokenException", "answered", "NoCredentialsError"]


@pytest.mark.cognito_groups("{pool: us-east-1_Faults001, faults: [{error: TooManyRequestsException, times: }]}")
def test_a_seeds_fault_without_a_number_is_always(asked: Asked) -> None:
    assert [asked.users(), asked.groups(), asked.users()] == [THROTTLED] * 3


@pytest.mark.cognito_groups(
    """
    pool: us-east-1_Another01
    faults: [{operation: list_users_in_group, error: TooManyRequestsException}]
    """
)
def test_a_seeds_fault_concerns_its_pool_alone(asked: Asked, cognito_groups: CognitoGroups) -> None:
    assert asked.users() == "answered"
    with pytest.raises(cognito_groups.client.exceptions.TooManyRequestsException):
        cognito_groups.client.list_users_in_group(UserPoolId="us-east-1_Another01", GroupName="readers")


def test_what_is_loaded_plans_faults_of_the_tests_own(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.load("faults: [{operation: list_users_in_group, error: TooManyRequestsException}]")
    with pytest.raises(AssertionError, match="1 planned fault not raised"):
        cognito_groups.assert_all_faults_raised()
    assert asked.users() == THROTTLED
    cognito_groups.assert_all_faults_raised()


@pytest.mark.parametrize(
    ("fault", "line", "column", "text"),
    [
        (
            "{operation: list_devices, error: SSLError}",
            2,
            17,
            "operation 'list_devices' is not answered here; use one of: ",
        ),
        (
            "{error: ReadTimeoutError, message: x}",
            2,
            40,
            "message is only for service errors: the text of ReadTimeoutError is botocore's own",
        ),
        (
            "{error: ReadTimeout}",
            2,
            13,
            "; did you mean 'ReadTimeoutError'?",
        ),
        (
            "{operation: ListUsersInGroup, error: SlowDown}",
            2,
            42,
            "'SlowDown' is not an error that list_users_in_group",
        ),
        (
            "{error: SSLError, when: {Group: x}}",
            2,
            30,
            "'Group' is not a parameter of any operation; did you mean 'GroupName'?",
        ),
        (
            "\n    operation: list_users_in_group\n    error: SSLError\n    when: {Groupname: x}",
            5,
            12,
            "'Groupname' is not a parameter of list_users_in_group; did you mean 'GroupName'?",
        ),
    ],
    ids=["operation", "message", "error", "error of the operation", "parameter of both", "parameter"],
)
def test_what_cannot_be_is_placed_in_the_seed(fault: str, line: int, column: int, text: str) -> None:
    with pytest.raises(SeedError) as raised:
        CognitoGroups.from_yaml(f"faults:\n  - {fault}")
    assert text in str(raised.value)
    assert (raised.value.line, raised.value.column) == (line, column)


# Those that were not reached


@pytest.mark.cognito_groups(assert_all_faults_raised=False)
@pytest.mark.parametrize(
    ("plan", "requests", "line"),
    [
        (
            {"operation": None},
            0,
            "TooManyRequestsException for any operation: planned 1 time, raised 0 times; no call was made",
        ),
        (
            {"operation": "list_users_in_group", "times": 3, "GroupName": "readers"},
            1,
            "TooManyRequestsException for list_users_in_group(GroupName='readers'): planned 3 times, raised 1 time; "
            "1 such request",
        ),
        (
            {"operation": "list_users_in_group", "GroupName": "writers"},
            1,
            "TooManyRequestsException for list_users_in_group(GroupName='writers'): planned 1 time, raised 0 times; "
            "no call had these parameters",
        ),
        (
            {"operation": "ListUsersInGroup", "after": 5},
            2,
            "TooManyRequestsException for list_users_in_group() after 5 requests: "
            "planned 1 time, raised 0 times, 2 of 5 let through",
        ),
        (
            {"operation": "admin_list_groups_for_user", "times": None},
            2,
            "TooManyRequestsException for admin_list_groups_for_user(): planned always, raised 0 times; "
            "it was not called",
        ),
    ],
    ids=["any request", "parameters", "other parameters", "after", "always"],
)
def test_a_fault_not_reached_says_what_it_was_waiting_for(
    asked: Asked, cognito_groups: CognitoGroups, plan: dict[str, Any], requests: int, line: str
) -> None:
    cognito_groups.add_fault(plan.pop("operation"), THROTTLED, **plan)
    for _ in range(requests):
        asked.users()
    with pytest.raises(AssertionError) as raised:
        cognito_groups.assert_all_faults_raised()
    assert str(raised.value).splitlines()[:2] == ["1 planned fault not raised as often as planned:", f"  {line}"]
    assert "assert_all_faults_raised=False" in str(raised.value)


@pytest.mark.cognito_groups(assert_all_faults_raised=False)
def test_those_not_reached_are_told_in_the_order_planned(cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault("list_users_in_group", EndpointConnectionError)
    cognito_groups.throttle()
    with pytest.raises(AssertionError, match=r"(?s)^2 planned faults .*EndpointConnectionError for .*TooManyRequests"):
        cognito_groups.assert_all_faults_raised()


def test_a_fault_that_was_reached_is_not_told(asked: Asked, cognito_groups: CognitoGroups) -> None:
    cognito_groups.throttle(times=None)
    cognito_groups.add_fault("list_users_in_group", THROTTLED, GroupName="writers", after=0)
    cognito_groups._service.faults.reverse()
    asked.users("writers")
    asked.users("readers")
    cognito_groups.assert_all_faults_raised()


def test_a_block_that_leaves_a_fault_fails_at_its_end() -> None:
    with pytest.raises(AssertionError, match="SSLError for any operation"):  # noqa: SIM117
        with CognitoGroups.from_yaml("faults: [{error: SSLError}]"):
            pass


FILES: Final = {
    "base.yaml": "{users: {alice: [readers]}, faults: [{operation: list_users_in_group, error: SSLError}]}",
    "pytest.ini": "[pytest]\ncognito_groups_file = base.yaml\n",
}
MODULE: Final = """
import pytest

pytestmark = pytest.mark.cognito_groups("faults: [{error: NotAuthorizedException, after: 7}]")
THROTTLED = "faults: [{operation: list_users_in_group, error: TooManyRequestsException}]"
TIMEOUT = "faults: [{operation: list_users_in_group, error: ReadTimeoutError}]"

def test_of_outer_marks():
    pass

@pytest.mark.cognito_groups(THROTTLED)
class TestOfAClass:
    def test_inherited(self):
        pass

    @pytest.mark.cognito_groups("users: {bob: []}")
    def test_inherited_by_a_mark(self):
        pass

    @pytest.mark.cognito_groups(TIMEOUT)
    def test_own(self):
        pass

@pytest.mark.cognito_groups(THROTTLED)
@pytest.mark.parametrize("case", [pytest.param(1, marks=pytest.mark.cognito_groups(TIMEOUT), id="own")])
def test_of_a_parameter(case):
    pass
"""


def test_a_fault_of_the_tests_own_mark_must_be_reached(pytester: pytest.Pytester) -> None:
    for name, text in FILES.items():
        pytester.path.joinpath(name).write_text(text)
    pytester.makepyfile(MODULE)
    result = pytester.runpytest_inprocess("-rA")
    result.assert_outcomes(passed=3, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*1 planned fault not raised as often as planned:",
            "*  ReadTimeoutError for list_users_in_group(): planned 1 time, raised 0 times; it was not called",
            "*2 planned faults not raised as often as planned:",
            "*  TooManyRequestsException for list_users_in_group(): *",
            "*  ReadTimeoutError for list_users_in_group(): *",
        ]
    )
    result.stdout.fnmatch_lines_random(["FAILED *::test_own*", "FAILED *::test_of_a_parameter*"])


def test_an_inner_mark_without_inheritance_drops_outer_faults(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.cognito_groups("faults: [{error: TooManyRequestsException, times: }]")

        @pytest.mark.cognito_groups("users: {alice: [readers]}", inherit=False)
        def test_it(cognito_groups):
            cognito_groups.client.list_users_in_group(UserPoolId="us-east-1_TestPool1", GroupName="readers")
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)
