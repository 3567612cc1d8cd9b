"""Planned errors: whom they meet, how often, and which can be."""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import pytest

from pytest_cognito_groups.hook.clients import service_model
from pytest_cognito_groups.service.errors import ServiceError
from pytest_cognito_groups.service.faults import Fault, codes, take, wrong
from pytest_cognito_groups.service.operations import Request

POOL = "us-east-1_TestPool1"
TRANSPORT = ("ReadTimeoutError", "EndpointConnectionError")
BOTH = {"InternalErrorException", "InvalidParameterException", "NotAuthorizedException", "ResourceNotFoundException"}


def request(operation: str = "ListUsersInGroup", region: str | None = "us-east-1", **params: object) -> Request:
    return Request(operation, {"UserPoolId": POOL, **params}, region, "id")


def fault(
    pool_id: str | None = None, operation: str | None = None, error: str = "TooManyRequestsException", **rest: Any
) -> Fault:
    return Fault(pool_id, operation, error, **rest)


@pytest.mark.parametrize(
    ("given", "met"),
    [
        ({}, True),
        ({"pool_id": POOL}, True),
        ({"pool_id": "us-east-1_Other"}, False),
        ({"operation": "ListUsersInGroup"}, True),
        ({"operation": "AdminListGroupsForUser"}, False),
        ({"params": {"GroupName": "readers"}}, True),
        ({"params": {"GroupName": "writers"}}, False),
        ({"params": {"GroupName": ANY, "Limit": 5}}, True),
        ({"params": {"NextToken": ANY}}, False),
    ],
    ids=str,
)
def test_a_fault_meets_requests_that_have_its_parameters(given: dict[str, Any], met: bool) -> None:
    assert fault(**given).meets(request(GroupName="readers", Limit=5)) is met


def taken(planned: Fault, requests: int) -> list[bool]:
    return [take([planned], request()) is not None for _ in range(requests)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [True, False, False]),
        ({"times": 2}, [True, True, False]),
        ({"times": None}, [True, True, True]),
        ({"after": 1}, [False, True, False]),
        ({"after": 2, "times": None}, [False, False, True]),
    ],
    ids=str,
)
def test_a_fault_is_raised_so_many_times_after_so_many_requests(given: dict[str, Any], expected: list[bool]) -> None:
    assert taken(fault(**given), 3) == expected


def test_requests_that_it_does_not_meet_do_not_count() -> None:
    planned = fault(operation="ListUsersInGroup", after=1)
    assert take([planned], request("AdminListGroupsForUser")) is None
    assert taken(planned, 2) == [False, True]


def test_faults_for_one_request_are_used_up_in_the_order_added() -> None:
    first, second = fault(error="TooManyRequestsException", times=2), fault(error="InternalErrorException")
    found = [take([first, second], request()) for _ in range(4)]
    assert found == [first, first, second, None]


def test_a_request_that_another_fault_meets_was_not_let_through() -> None:
    first, second = fault(), fault(after=1)
    assert [take([first, second], request()) for _ in range(3)] == [first, None, second]


@pytest.mark.parametrize(
    ("times", "requests", "reached"), [(1, 0, False), (1, 1, True), (2, 1, False), (None, 0, False), (None, 1, True)]
)
def test_a_fault_is_reached_when_it_was_raised_as_often_as_planned(
    times: int | None, requests: int, reached: bool
) -> None:
    planned = fault(times=times)
    taken(planned, requests)
    assert planned.reached is reached


@pytest.mark.rule("WIRE-5", "WIRE-6")
@pytest.mark.parametrize(
    ("error", "message", "status"),
    [
        ("TooManyRequestsException", "Rate exceeded", 400),
        ("ThrottlingException", "Rate exceeded", 400),
        ("UserNotFoundException", "User does not exist.", 400),
        ("InternalErrorException", "InternalErrorException", 500),
        ("ServiceUnavailable", "Service Unavailable", 503),
    ],
)
def test_an_error_has_the_text_and_the_status_of_the_service(error: str, message: str, status: int) -> None:
    assert fault(error=error).service_error(request()) == ServiceError(error, message, status)


@pytest.mark.rule("WIRE-7")
@pytest.mark.parametrize("region", ["us-east-1", None])
def test_a_denial_names_operation_and_pool(region: str | None) -> None:
    denied = fault(error="AccessDeniedException").service_error(request(region=region))
    assert denied.message.endswith(
        " is not authorized to perform: cognito-idp:ListUsersInGroup on resource: "
        f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{POOL}"
    )


@pytest.mark.parametrize("error", ["AccessDeniedException", "InternalErrorException"])
@pytest.mark.parametrize("message", ["no", ""])
def test_a_message_of_ones_own_replaces_that_of_the_service(error: str, message: str) -> None:
    assert fault(error=error, message=message).service_error(request()).message == message


# Which can be


def test_an_operation_fails_with_the_errors_that_it_models_and_three_more() -> None:
    unmodelled = {"AccessDeniedException", "ThrottlingException", "ServiceUnavailable"}
    of_groups = set(codes("AdminListGroupsForUser", service_model()))
    of_users = set(codes("ListUsersInGroup", service_model()))
    assert BOTH | unmodelled | {"TooManyRequestsException", "UserNotFoundException"} <= of_groups
    assert "UserNotFoundException" not in of_users
    assert set(codes(None, service_model())) == of_groups & of_users


@pytest.mark.parametrize(
    ("given", "key", "parts"),
    [
        pytest.param(
            {"error": "UserNotFoundException", "operation": "ListUsersInGroup"},
            "error",
            ["'UserNotFoundException'", "list_users_in_group", "use one of: ", "ResourceNotFoundException"],
            id="error of the other operation",
        ),
        pytest.param(
            {"error": "UserNotFoundException"},
            "error",
            ["'UserNotFoundException'", "both operations", "use one of: ", "AccessDeniedException", *TRANSPORT],
            id="error of one operation",
        ),
        pytest.param(
            {"error": "TooManyRequestException"}, "error", ["did you mean 'TooManyRequestsException'?"], id="misspelt"
        ),
        pytest.param(
            {"error": "ReadTimeoutError"}, "error", ["botocore.exceptions.ReadTimeoutError"], id="name of a class"
        ),
        pytest.param(
            {"operation": "ListUsersInGroup", "params": {"Username": "alice"}},
            "Username",
            ["'Username'", "list_users_in_group", "use one of: UserPoolId, GroupName, Limit, NextToken"],
            id="parameter of the other operation",
        ),
        pytest.param(
            {"params": {"GroupName": "readers"}},
            "GroupName",
            ["'GroupName'", "both operations", "use one of: UserPoolId, Limit, NextToken"],
            id="parameter of one operation",
        ),
        pytest.param({"params": {"limit": 5}}, "limit", ["'limit'", "did you mean 'Limit'?"], id="case"),
        pytest.param({"message": 5}, "message", ["5"], id="message"),
        pytest.param({"times": 0}, "times", ["from 1 up", "not 0"], id="times"),
        pytest.param({"times": True}, "times", ["not True"], id="times, a truth value"),
        pytest.param({"after": -1}, "after", ["from 0 up", "not -1"], id="after"),
        pytest.param({"after": "1"}, "after", ["not '1'"], id="after, a text"),
    ],
)
def test_what_cannot_be_is_told_with_what_can(given: dict[str, Any], key: str, parts: list[str]) -> None:
    ((found, text),) = wrong(fault(**given), service_model(), TRANSPORT)
    assert found == key
    assert [part for part in parts if part not in text] == []


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"times": None, "after": 5},
        {"operation": "ListUsersInGroup", "params": {"GroupName": "readers"}},
        {"operation": "AdminListGroupsForUser", "error": "UserNotFoundException", "params": {"Username": "alice"}},
        {"params": {"UserPoolId": POOL, "Limit": 5, "NextToken": ANY}},
        {"error": "ReadTimeoutError", "transport": True},
    ],
    ids=str,
)
def test_what_can_be_is_not_complained_of(given: dict[str, Any]) -> None:
    assert list(wrong(fault(**given), service_model(), TRANSPORT)) == []


def test_all_that_is_wrong_is_told() -> None:
    planned = fault(error="Nonsense", times=0, after=-1, params={"Name": 1, "Token": 2})
    assert [key for key, _ in wrong(planned, service_model(), ())] == ["error", "Name", "Token", "times", "after"]
