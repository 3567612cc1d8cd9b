"""Requests that break the service model, and the texts in which the service says so (REQ)."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from pytest_cognito_groups import CognitoGroups

POOL = "us-east-1_TestPool1"
OPERATIONS = ("admin_list_groups_for_user", "list_users_in_group")
VALID: dict[str, dict[str, object]] = {
    "admin_list_groups_for_user": {"UserPoolId": POOL, "Username": "alice"},
    "list_users_in_group": {"UserPoolId": POOL, "GroupName": "readers"},
}

NAME_PATTERN = r"Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+"
NAME_LENGTH = "Member must have length less than or equal to 128"
POOL_PATTERN = r"Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+"
TOKEN_PATTERN = r"Member must satisfy regular expression pattern: [\S]+"
FAILED = "failed to satisfy constraint:"


@pytest.fixture(autouse=True)
def pool(cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_group("readers")
    cognito_groups.add_user("alice", groups=["readers"])


def refusal(client: Any, operation: str, **params: object) -> tuple[int, str, str]:
    """Status, code and text of the answer to a valid request with these parameters changed."""
    with pytest.raises(ClientError) as raised:
        getattr(client, operation)(**VALID[operation] | params)
    response = raised.value.response
    assert isinstance(raised.value, getattr(client.exceptions, response["Error"]["Code"]))
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]


@pytest.mark.rule("REQ-1")
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"UserPoolId": None}, id="None"),
        pytest.param({"UserPoolId": 5}, id="wrong type"),
        pytest.param({"UserPoolId": ""}, id="empty pool id"),
        pytest.param({"Limit": "5"}, id="Limit as text"),
        pytest.param({"Limit": -1}, id="Limit too small"),
        pytest.param({"NextToken": ""}, id="empty token"),
        pytest.param({"NextToken": None}, id="token None"),
        pytest.param({"PaginationToken": "x"}, id="unknown"),
    ],
)
def test_botocore_refuses_what_it_knows_to_be_wrong(
    client: Any, cognito_groups: CognitoGroups, operation: str, changed: dict[str, object]
) -> None:
    with pytest.raises(ParamValidationError):
        getattr(client, operation)(**VALID[operation] | changed)
    assert cognito_groups.calls == []


@pytest.mark.rule("REQ-1")
@pytest.mark.parametrize(
    ("operation", "member"), [(operation, member) for operation in OPERATIONS for member in VALID[operation]]
)
def test_a_missing_parameter_never_becomes_a_request(
    client: Any, cognito_groups: CognitoGroups, operation: str, member: str
) -> None:
    params = {name: value for name, value in VALID[operation].items() if name != member}
    with pytest.raises(ParamValidationError, match=member):
        getattr(client, operation)(**params)
    assert cognito_groups.calls == []


@pytest.mark.rule("REQ-2")
@pytest.mark.parametrize(
    ("operation", "params"),
    [
        *(
            pytest.param(operation, params, id=f"{operation}-{name}")
            for operation in OPERATIONS
            for name, params in {
                "Limit 61": {"Limit": 61},
                "pool id without underscore": {"UserPoolId": "us-east-1"},
                "pool id too long": {"UserPoolId": f"us-east-1_{'x' * 100}"},
                "token with a space": {"NextToken": "a b"},
                "token with a newline at its end": {"NextToken": "a\n"},
            }.items()
        ),
        pytest.param("admin_list_groups_for_user", {"Username": "x" * 129}, id="long user name"),
        pytest.param("admin_list_groups_for_user", {"Username": "al ice"}, id="user name with a space"),
        pytest.param("list_users_in_group", {"GroupName": "x" * 129}, id="long group name"),
        pytest.param("list_users_in_group", {"GroupName": "read\ners"}, id="group name with a newline"),
    ],
)
def test_what_botocore_lets_through_is_an_invalid_parameter(
    client: Any, operation: str, params: dict[str, object]
) -> None:
    status, code, message = refusal(client, operation, **params)
    assert (status, code) == (400, "InvalidParameterException")
    assert message.startswith("1 validation error detected: ")


@pytest.mark.rule("REQ-2")
@pytest.mark.parametrize("name", ["x" * 128, "Ärzte", "管理者", "o'neil+test@example.com", "🚀", "a\u0308"])
def test_a_name_within_the_model_is_looked_up(client: Any, name: str) -> None:
    assert refusal(client, "list_users_in_group", GroupName=name)[1] == "ResourceNotFoundException"
    assert refusal(client, "admin_list_groups_for_user", Username=name)[1] == "UserNotFoundException"


@pytest.mark.rule("REQ-2")
def test_a_refused_request_is_a_call(client: Any, cognito_groups: CognitoGroups) -> None:
    refusal(client, "list_users_in_group", Limit=61)
    assert [(call.params["Limit"], call.error, call.items) for call in cognito_groups.calls] == [
        (61, "InvalidParameterException", ())
    ]


@pytest.mark.rule("REQ-3")
@pytest.mark.parametrize(
    ("operation", "params", "text"),
    [
        *(
            pytest.param(operation, params, text, id=f"{operation}-{next(iter(params))}")
            for operation in OPERATIONS
            for params, text in (
                (
                    {"Limit": 100},
                    f"Value '100' at 'limit' {FAILED} Member must have value less than or equal to 60",
                ),
                ({"UserPoolId": "pool"}, f"Value 'pool' at 'userPoolId' {FAILED} {POOL_PATTERN}"),
                ({"NextToken": "a b"}, f"Value 'a b' at 'nextToken' {FAILED} {TOKEN_PATTERN}"),
            )
        ),
        pytest.param(
            "list_users_in_group",
            {"GroupName": "x" * 129},
            f"Value '{'x' * 129}' at 'groupName' {FAILED} {NAME_LENGTH}",
            id="GroupName too long",
        ),
        pytest.param(
            "list_users_in_group",
            {"GroupName": "the readers"},
            f"Value 'the readers' at 'groupName' {FAILED} {NAME_PATTERN}",
            id="GroupName with a space",
        ),
    ],
)
def test_the_text_names_value_member_and_constraint(
    client: Any, operation: str, params: dict[str, object], text: str
) -> None:
    assert refusal(client, operation, **params)[2] == f"1 validation error detected: {text}"


@pytest.mark.rule("REQ-3")
def test_a_pattern_has_to_match_the_whole_value(client: Any) -> None:
    message = refusal(client, "list_users_in_group", UserPoolId="eu-west-1_Demo!")[2]
    assert message == f"1 validation error detected: Value 'eu-west-1_Demo!' at 'userPoolId' {FAILED} {POOL_PATTERN}"


@pytest.mark.rule("REQ-4")
@pytest.mark.parametrize(
    ("name", "constraint"),
    [pytest.param("x" * 129, NAME_LENGTH, id="length"), pytest.param("al ice", NAME_PATTERN, id="pattern")],
)
def test_the_value_of_a_sensitive_member_is_left_out(client: Any, name: str, constraint: str) -> None:
    message = refusal(client, "admin_list_groups_for_user", Username=name)[2]
    assert message == f"1 validation error detected: Value at 'username' {FAILED} {constraint}"


@pytest.mark.rule("REQ-5")
def test_within_a_member_the_pattern_comes_before_the_length(client: Any) -> None:
    name = "x " * 65
    assert refusal(client, "list_users_in_group", GroupName=name)[2] == (
        f"2 validation errors detected: Value '{name}' at 'groupName' {FAILED} {NAME_PATTERN}; "
        f"Value '{name}' at 'groupName' {FAILED} {NAME_LENGTH}"
    )


@pytest.mark.rule("REQ-5")
def test_across_members_violations_come_in_the_order_of_the_model(client: Any) -> None:
    wrong = {"NextToken": "a b", "Limit": 61, "UserPoolId": "pool"}
    rest = (
        f"Value '61' at 'limit' {FAILED} Member must have value less than or equal to 60; "
        f"Value 'a b' at 'nextToken' {FAILED} {TOKEN_PATTERN}"
    )
    pool = f"Value 'pool' at 'userPoolId' {FAILED} {POOL_PATTERN}"
    model = client.meta.service_model.operation_model("AdminListGroupsForUser")
    members = [member for member in model.input_shape.members if member in ("Username", "UserPoolId")]
    user = f"Value at 'username' {FAILED} {NAME_PATTERN}"
    first = "; ".join({"Username": user, "UserPoolId": pool}[member] for member in members)
    assert refusal(client, "admin_list_groups_for_user", Username="al ice", **wrong)[2] == (
        f"4 validation errors detected: {first}; {rest}"
    )
    assert refusal(client, "list_users_in_group", GroupName="the readers", **wrong)[2] == (
        f"4 validation errors detected: {pool}; Value 'the readers' at 'groupName' {FAILED} {NAME_PATTERN}; {rest}"
    )


@pytest.mark.rule("REQ-6")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_limit_of_zero_is_refused_as_too_few_items(client: Any, operation: str) -> None:
    text = f"Value '0' at 'maxItems' {FAILED} Member must have value greater than or equal to 1"
    assert refusal(client, operation, Limit=0) == (
        400,
        "InvalidParameterException",
        f"1 validation error detected: {text}",
    )


UNKNOWN_POOL = {"UserPoolId": "us-east-1_Nowhere"}
UNKNOWN_SUBJECT = {"Username": "nobody", "GroupName": "none"}


@pytest.mark.rule("REQ-7")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_constraints_come_before_the_pool_its_user_and_the_token(client: Any, operation: str) -> None:
    subject = {name: UNKNOWN_SUBJECT[name] for name in VALID[operation] if name in UNKNOWN_SUBJECT}
    token = {"NextToken": "made-up"}
    no_subject = "UserNotFoundException" if "Username" in subject else "ResourceNotFoundException"

    assert refusal(client, operation, **token, **subject, **UNKNOWN_POOL, Limit=61)[1] == "InvalidParameterException"
    assert refusal(client, operation, **token, **subject, **UNKNOWN_POOL)[2] == (
        "User pool us-east-1_Nowhere does not exist."
    )
    assert refusal(client, operation, **token, **subject)[1] == no_subject
    assert refusal(client, operation, **token)[2].startswith("Paging marker made-up is invalid for request ")
