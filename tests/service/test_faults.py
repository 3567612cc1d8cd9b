"""Faults by themselves: what they meet, when they are due, and which of them cannot be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, get_args
from unittest.mock import ANY

import pytest

from pytest_cognito_groups.hook.data import service_model
from pytest_cognito_groups.service.faults import COMMON, ErrorCode, Fault, Planned, codes, take, wrong
from pytest_cognito_groups.service.model import Model
from pytest_cognito_groups.service.operations import OPERATIONS, Request

POOL: Final = "eu-west-1_Faults001"
USERS_IN_GROUP: Final = "ListUsersInGroup"
GROUPS_OF_USER: Final = "AdminListGroupsForUser"
USERS: Final = Request(USERS_IN_GROUP, {"UserPoolId": POOL, "GroupName": "readers", "Limit": 5}, "eu-west-1", "1")
NEWEST: Final = "UpdateProvisionedLimit"
CODES: Final[tuple[str, ...]] = get_args(ErrorCode)
GROUPS: Final = Request(GROUPS_OF_USER, {"UserPoolId": POOL, "Username": "alice"}, "eu-west-1", "2")


@pytest.fixture(scope="module")
def model() -> Model:
    return service_model()


def fault(operation: str | None = USERS_IN_GROUP, error: str = "TooManyRequestsException", **fields: Any) -> Fault:
    return Fault(**{"pool": None, "operation": operation, "error": error, **fields})


def params(given: dict[str, object]) -> tuple[tuple[str, object], ...]:
    return tuple(given.items())


# What it meets


@pytest.mark.parametrize(
    ("fields", "users", "groups"),
    [
        ({}, True, False),
        ({"operation": None}, True, True),
        ({"pool": POOL}, True, False),
        ({"pool": "eu-west-1_Another01", "operation": None}, False, False),
        ({"when": params({"GroupName": "readers"})}, True, False),
        ({"when": params({"GroupName": "writers"})}, False, False),
        ({"when": params({"GroupName": "readers", "Limit": 5})}, True, False),
        ({"when": params({"GroupName": "readers", "Limit": 6})}, False, False),
        ({"when": params({"NextToken": ANY})}, False, False),
        ({"operation": None, "when": params({"UserPoolId": ANY})}, True, True),
        ({"operation": None, "when": params({"Limit": 5})}, True, False),
    ],
    ids=repr,
)
def test_a_fault_meets_requests_of_its_pool_operation_and_parameters(
    fields: dict[str, Any], users: bool, groups: bool
) -> None:
    assert (fault(**fields).meets(USERS), fault(**fields).meets(GROUPS)) == (users, groups)


def test_a_matcher_is_asked_whether_it_equals_the_value() -> None:
    class Long:
        def __eq__(self, other: object) -> bool:
            return isinstance(other, str) and len(other) > 6

        __hash__ = None  # type: ignore[assignment]

    assert fault(when=params({"GroupName": Long()})).meets(USERS)
    assert not fault(when=params({"UserPoolId": "x", "GroupName": Long()})).meets(USERS)


# When it is due


def raised(faults: list[Fault], requests: int, request: Request = USERS) -> list[str | None]:
    return raised_of(list(map(Planned, faults)), requests, request)


def raised_of(planned: list[Planned], requests: int, request: Request = USERS) -> list[str | None]:
    taken = (take(planned, request) for _ in range(requests))
    return [None if each is None else each.error for each in taken]


@pytest.mark.parametrize(
    ("times", "after", "expected"),
    [
        (1, 0, ["x", None, None, None]),
        (2, 0, ["x", "x", None, None]),
        (1, 2, [None, None, "x", None]),
        (2, 1, [None, "x", "x", None]),
        (None, 0, ["x", "x", "x", "x"]),
        (None, 3, [None, None, None, "x"]),
    ],
)
def test_a_fault_is_raised_so_many_times_after_so_many_requests(
    times: int | None, after: int, expected: list[str | None]
) -> None:
    assert raised([fault(error="x", times=times, after=after)], 4) == expected


def test_faults_for_one_request_are_used_up_in_the_order_added() -> None:
    faults = [fault(error="x", times=2), fault(None, "y"), fault(error="z", times=None)]
    assert raised(faults, 5) == ["x", "x", "y", "z", "z"]


def test_a_request_that_another_fault_met_was_not_let_through() -> None:
    faults = [fault(error="x", after=2), fault(error="y", times=2)]
    assert raised(faults, 5) == ["y", "y", None, None, "x"]


def test_a_request_that_does_not_match_does_not_count() -> None:
    planned = [Planned(fault(error="x", after=1))]
    assert raised_of(planned, 3, GROUPS) == [None, None, None]
    assert raised_of(planned, 2) == [None, "x"]


@pytest.mark.parametrize(
    ("times", "requests", "reached"), [(1, 0, False), (1, 1, True), (3, 2, False), (3, 4, True), (None, 0, False),
                                      (None, 1, True)]
)  # fmt: skip
def test_a_fault_is_reached_when_it_was_raised_as_often_as_planned(
    times: int | None, requests: int, reached: bool
) -> None:
    planned = Planned(fault(times=times))
    raised_of([planned], requests)
    assert planned.reached is reached


# What is answered


@pytest.mark.parametrize(
    ("code", "status", "message"),
    [
        ("TooManyRequestsException", 400, "Rate exceeded"),
        ("ThrottlingException", 400, "Rate exceeded"),
        ("UserNotFoundException", 400, "User does not exist."),
        ("InternalErrorException", 500, "InternalErrorException"),
        ("ServiceUnavailable", 503, "Service Unavailable"),
        ("InternalFailure", 500, COMMON["InternalFailure"]),
        ("ExpiredTokenException", 400, "The security token included in the request is expired"),
        ("UnrecognizedClientException", 400, "The security token included in the request is invalid."),
        ("RequestTimeoutException", 400, COMMON["RequestTimeoutException"]),
    ],
)
def test_an_error_has_the_status_and_the_text_of_its_code(code: str, status: int, message: str) -> None:
    answered = fault(error=code).service_error(USERS)
    assert (answered.code, answered.status, answered.message) == (code, status, message)


@pytest.mark.parametrize("code", ["TooManyRequestsException", "AccessDeniedException", "InternalErrorException"])
def test_a_message_of_its_own_goes_before_the_usual_one(code: str) -> None:
    assert fault(error=code, message="no").service_error(USERS).message == "no"
    assert fault(error=code, message="").service_error(USERS).message == ""


@pytest.mark.parametrize(("signed", "region"), [("us-east-1", "us-east-1"), (None, "eu-west-1")])
def test_a_denial_is_of_the_region_that_was_asked(signed: str | None, region: str) -> None:
    denied = fault(error="AccessDeniedException").service_error(replace(GROUPS, region=signed))
    assert denied.message == (
        "User: arn:aws:iam::123456789012:user/test is not authorized to perform: "
        f"cognito-idp:AdminListGroupsForUser on resource: arn:aws:cognito-idp:{region}:123456789012:userpool/{POOL} "
        "because no identity-based policy allows the cognito-idp:AdminListGroupsForUser action"
    )
    assert denied.status == 400


# What cannot be


@pytest.mark.parametrize("operation", [USERS_IN_GROUP, GROUPS_OF_USER])
def test_the_codes_of_an_operation_are_those_it_models(model: Model, operation: str) -> None:
    assert codes(operation, model) == model.errors(operation)


def test_the_type_of_codes_has_all_that_the_model_can_answer(model: Model) -> None:
    """Of other operations a new botocore may know more."""
    assert {*COMMON, *(code for operation in OPERATIONS for code in codes(operation, model))} <= {*CODES}


def test_the_type_of_codes_has_each_once() -> None:
    assert len(CODES) == len({*CODES})


@pytest.mark.skipif(NEWEST not in service_model().methods, reason="this botocore models fewer errors")
@pytest.mark.parametrize("code", CODES)
def test_each_of_the_type_of_codes_can_be_planned(model: Model, code: str) -> None:
    assert not all(any(wrong(fault(operation, code), model)) for operation in model.methods)


def test_the_codes_for_every_operation_are_those_that_all_model(model: Model) -> None:
    shared = codes(None, model)
    assert "UserNotFoundException" in codes(GROUPS_OF_USER, model)
    assert "UserNotFoundException" not in shared
    assert {"TooManyRequestsException", "InternalErrorException"} <= {*shared}


@pytest.mark.parametrize("code", COMMON)
@pytest.mark.parametrize("operation", [USERS_IN_GROUP, GROUPS_OF_USER, None])
def test_an_error_common_to_all_operations_may_be_planned(model: Model, operation: str | None, code: str) -> None:
    assert list(wrong(fault(operation, code), model)) == []


@pytest.mark.parametrize(
    ("fields", "key", "texts"),
    [
        (
            {"error": "TooManyRequest"},
            "error",
            [
                "'TooManyRequest' is not an error that list_users_in_group can return; "
                "did you mean 'TooManyRequestsException'?\n",
                "\nlist_users_in_group can return: InvalidParameterException, ",
                "\nany request may get: AccessDeniedException, ExpiredTokenException, ",
                "\nbotocore may raise: ReadTimeoutError, ConnectTimeoutError, ",
            ],
        ),
        (
            {"error": "UserNotFoundException", "operation": None},
            "error",
            ["'UserNotFoundException' is not an error that every operation can return"],
        ),
        ({"error": "ReadTimeout"}, "error", ["; did you mean 'ReadTimeoutError'?"]),
        ({"error": "SSLError"}, "error", ["; did you mean the class botocore.exceptions.SSLError?"]),
        (
            {"when": params({"Groupname": "x"})},
            "Groupname",
            [
                "'Groupname' is not a parameter of list_users_in_group; did you mean 'GroupName'?\n"
                "use one of: UserPoolId, GroupName, Limit, NextToken"
            ],
        ),
        (
            {"operation": None, "when": (("Group", "x"),)},
            "Group",
            ["'Group' is not a parameter of any operation", "\nuse one of: Username, UserPoolId, Limit, "],
        ),
        ({"times": 0}, "times", ["times must be a whole number, at least 1, or None for always, not 0"]),
        ({"times": "2"}, "times", ["times must be a whole number, at least 1, or None for always, not '2'"]),
        ({"times": True}, "times", ["times must be a whole number, at least 1, or None for always, not True"]),
        ({"after": -1}, "after", ["after must be a whole number, at least 0, not -1"]),
        ({"after": None}, "after", ["after must be a whole number, at least 0, not None"]),
        ({"message": 5}, "message", ["message must be text, not 5"]),
        (
            {"error": "SSLError", "transport": True, "message": "no"},
            "message",
            ["message is only for service errors: the text of SSLError is botocore's own"],
        ),
    ],
    ids=lambda value: repr(value) if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_told_with_what_can_be_used(
    model: Model, fields: dict[str, Any], key: str, texts: list[str]
) -> None:
    (found,) = wrong(fault(**fields), model)
    assert found.key == key
    for part in texts:
        assert part in "\n".join([found.text, *found.usable])


def test_all_that_is_wrong_is_told(model: Model) -> None:
    found = wrong(fault(error="X", message=1, times=0, after=-1, when=(("Y", 1), ("Z", 2))), model)
    assert [each.key for each in found] == ["error", "Y", "Z", "message", "times", "after"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"operation": None},
        {
            "times": None,
            "after": 3,
            "message": "",
            "when": params({"GroupName": ANY, "Limit": 3, "NextToken": "x"}),
        },
        {"error": "SSLError", "transport": True},
        {"operation": None, "when": params({"UserPoolId": POOL})},
    ],
    ids=repr,
)
def test_nothing_is_wrong_with_what_can_be(model: Model, fields: dict[str, Any]) -> None:
    assert list(wrong(fault(**fields), model)) == []
