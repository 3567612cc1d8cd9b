"""Requests that botocore did not check: answered in the service's own words, and nothing raises out of the plugin."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_cognito_groups import CognitoGroups

POOL: Final = "us-east-1_TestPool1"
SEED: Final = """
groups: {readers: , writers: }
users: {alice: [readers, writers], bob: [readers]}
"""
VALID: Final[dict[str, dict[str, object]]] = {
    "admin_list_groups_for_user": {"UserPoolId": POOL, "Username": "alice"},
    "list_users_in_group": {"UserPoolId": POOL, "GroupName": "readers"},
    "list_groups": {"UserPoolId": POOL},
    "list_users": {"UserPoolId": POOL},
    "admin_get_user": {"UserPoolId": POOL, "Username": "alice"},
    "get_group": {"UserPoolId": POOL, "GroupName": "readers"},
    "admin_add_user_to_group": {"UserPoolId": POOL, "Username": "bob", "GroupName": "writers"},
    "admin_remove_user_from_group": {"UserPoolId": POOL, "Username": "bob", "GroupName": "readers"},
    "create_group": {"UserPoolId": POOL, "GroupName": "admins"},
    "update_group": {"UserPoolId": POOL, "GroupName": "readers", "Description": "All", "Precedence": 1},
    "delete_group": {"UserPoolId": POOL, "GroupName": "writers"},
}
OPERATIONS: Final = tuple(VALID)
FAILED: Final = "failed to satisfy constraint: Member must"

client: Final[Any] = boto3.client("cognito-idp", region_name="us-east-1", config=Config(parameter_validation=False))


@pytest.fixture
def fake() -> Iterator[CognitoGroups]:
    with CognitoGroups.from_yaml(SEED, assert_all_pages_read=False) as fake:
        yield fake


@contextlib.contextmanager
def sending(body: object) -> Iterator[None]:
    """The body of every request that the client makes."""

    def put(params: dict[str, object], **_: object) -> None:
        params["body"] = body

    client.meta.events.register("before-call", put)
    try:
        yield
    finally:
        client.meta.events.unregister("before-call", put)


def send(operation: str, body: object) -> dict[str, Any]:
    with sending(body):
        answer: dict[str, Any] = getattr(client, operation)(**VALID[operation])
    return answer


def refusal(call: Callable[[], object]) -> tuple[int, str, str]:
    """Status, code and text."""
    with pytest.raises(ClientError) as raised:
        call()
    response = raised.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]


# A member that is missing


@pytest.mark.rule("WIRE-9")
@pytest.mark.parametrize(
    ("operation", "member", "text"),
    [
        ("admin_list_groups_for_user", "UserPoolId", f"Value null at 'userPoolId' {FAILED} not be null"),
        ("admin_list_groups_for_user", "Username", f"Value at 'username' {FAILED} not be null"),
        ("list_users_in_group", "UserPoolId", f"Value null at 'userPoolId' {FAILED} not be null"),
        ("list_users_in_group", "GroupName", f"Value null at 'groupName' {FAILED} not be null"),
    ],
)
def test_a_missing_member_is_an_invalid_parameter(fake: CognitoGroups, operation: str, member: str, text: str) -> None:
    params = {name: value for name, value in VALID[operation].items() if name != member}
    message = f"1 validation error detected: {text}"
    assert refusal(lambda: getattr(client, operation)(**params)) == (400, "InvalidParameterException", message)
    assert [(call.operation, call.params, call.error) for call in fake.calls] == [
        (client.meta.method_to_api_mapping[operation], params, "InvalidParameterException")
    ]


@pytest.mark.rule("WIRE-9", "REQ-5")
def test_missing_and_wrong_members_are_reported_together(fake: CognitoGroups) -> None:
    text = refusal(lambda: client.list_users_in_group(Limit=61))[2]
    assert text == (
        f"3 validation errors detected: Value null at 'userPoolId' {FAILED} not be null; "
        f"Value null at 'groupName' {FAILED} not be null; "
        f"Value '61' at 'limit' {FAILED} have value less than or equal to 60"
    )


@pytest.mark.rule("WIRE-9")
def test_null_is_a_missing_member(fake: CognitoGroups) -> None:
    body = json.dumps({"UserPoolId": POOL, "GroupName": None, "Limit": None}).encode()
    assert refusal(lambda: send("list_users_in_group", body))[2] == (
        f"1 validation error detected: Value null at 'groupName' {FAILED} not be null"
    )


@pytest.mark.rule("WIRE-9")
def test_a_null_that_is_not_required_is_nothing(fake: CognitoGroups) -> None:
    body = json.dumps({**VALID["list_users_in_group"], "Limit": None, "NextToken": None}).encode()
    assert len(send("list_users_in_group", body)["Users"]) == 2


@pytest.mark.rule("WIRE-9")
def test_a_call_without_a_pool_is_recorded_by_the_innermost(fake: CognitoGroups) -> None:
    with CognitoGroups.from_yaml("pool: eu-west-1_Inner0001") as inner:
        refusal(lambda: client.list_users_in_group(GroupName="readers"))
    assert (len(inner.calls), len(fake.calls)) == (1, 0)


# A member of another type


@pytest.mark.rule("WIRE-9")
@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"Limit": "5"}, "STRING_VALUE can not be converted to an Integer"),
        ({"Limit": 5.0}, "NUMBER_VALUE can not be converted to an Integer"),
        ({"Limit": True}, "BOOLEAN_VALUE can not be converted to an Integer"),
        ({"UserPoolId": 5}, "NUMBER_VALUE can not be converted to a String"),
        ({"UserPoolId": [POOL]}, "Start of list found where not expected"),
        ({"GroupName": ["a"]}, "Start of list found where not expected"),
        ({"GroupName": {"a": 1}}, "Start of structure or map found where not expected"),
        ({"NextToken": False}, "BOOLEAN_VALUE can not be converted to a String"),
        ({"NextToken": 1, "Limit": 100, "GroupName": None}, "NUMBER_VALUE can not be converted to a String"),
    ],
    ids=str,
)
def test_a_value_of_another_type_cannot_be_read(fake: CognitoGroups, changed: dict[str, object], text: str) -> None:
    body = json.dumps({**VALID["list_users_in_group"], **changed}).encode()
    assert refusal(lambda: send("list_users_in_group", body)) == (400, "SerializationException", text)
    assert fake.calls.last.error == "SerializationException"


@pytest.mark.rule("WIRE-9")
def test_a_client_that_checks_nothing_gets_the_same_words(fake: CognitoGroups) -> None:
    params = {**VALID["list_users_in_group"], "Limit": "5"}
    assert refusal(lambda: client.list_users_in_group(**params))[1] == "SerializationException"
    assert fake.calls == [("list_users_in_group", params)]


@pytest.mark.rule("WIRE-9")
def test_an_unknown_member_is_ignored(fake: CognitoGroups) -> None:
    body = json.dumps({**VALID["list_users_in_group"], "Limit": 1, "Other": [{"\u001b": ["x"]}]}).encode()
    assert len(send("list_users_in_group", body)["Users"]) == 1


# A body that is no JSON object


@pytest.mark.rule("WIRE-9")
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b" ", id="blank"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"null", id="null"),
        pytest.param(b'"text"', id="text"),
        pytest.param(b"5", id="number"),
        pytest.param(b"{", id="cut"),
        pytest.param(b"{} {}", id="two"),
        pytest.param(b"\xff{}", id="not UTF-8"),
        pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
        pytest.param("{}".encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"Limit": NaN}', id="NaN"),
        pytest.param(b'{"Limit": -Infinity}', id="infinity"),
        pytest.param(b'{"Limit": ' + b"9" * 5_000 + b"}", id="huge number"),
        pytest.param(b'{"Other": ' + b"[" * 100_000, id="nested without end"),
        pytest.param(b'{"Other": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", id="nested deeply"),
        pytest.param(b'{"Other": ' + b"[" * 40 + b"]" * 40 + b"}", id="nested"),
    ],
)
def test_a_body_that_is_no_object_cannot_be_read(fake: CognitoGroups, operation: str, body: bytes) -> None:
    status, code, text = refusal(lambda: send(operation, body))
    assert (status, code, text) == (400, "SerializationException", "The request body is not a JSON object.")
    assert [(call.method, dict(call.params), call.error) for call in fake.calls] == [(operation, {}, code)]


def test_many_brackets_are_not_deep(fake: CognitoGroups) -> None:
    body = json.dumps({**VALID["list_users_in_group"], "Other": "[" * 40}).encode()
    assert len(send("list_users_in_group", body)["Users"]) == 2


def test_the_last_of_two_members_of_a_name_counts(fake: CognitoGroups) -> None:
    body = b'{"UserPoolId": "%s", "GroupName": 5, "GroupName": "readers"}' % POOL.encode()
    assert len(send("list_users_in_group", body)["Users"]) == 2


def test_a_recursion_of_the_tests_own_is_no_answer(fake: CognitoGroups) -> None:
    def dig() -> None:
        client.list_users_in_group(UserPoolId=POOL, GroupName="readers")
        dig()

    with pytest.raises(RecursionError):
        dig()
    assert {call.error for call in fake.calls} == {None}


# What comes after


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"UserPoolId": null}', b'{"UserPoolId": [[]], "\\ud800\\u001b": {}, "NextToken": 1}']
)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_faults_come_first(fake: CognitoGroups, operation: Any, body: bytes) -> None:
    for code in ("NotAuthorizedException", "AccessDeniedException", "ResourceNotFoundException"):
        fake.add_fault(operation, code)
        assert refusal(lambda: send(operation, body))[1] == code


def test_odd_names_and_values_reach_a_report_escaped(fake: CognitoGroups) -> None:
    body = json.dumps({**VALID["list_users_in_group"], "\x1b\n\ud800": "\x1b\n\ud800"}).encode()
    send("list_users_in_group", body)
    for check in (fake.assert_called, fake.assert_called_once_with):
        with pytest.raises(AssertionError) as raised:
            check("list_users_in_group", GroupName="writers")
        text = str(raised.value)
        assert r"'\x1b\n\ud800'='\x1b\n\ud800'" in text
        assert text.isascii()
        assert "\x1b" not in text


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()))
    | st.sampled_from([POOL, "us-east-1_Unknown1", "alice", "readers", "nobody", "", "\ud800", 0, 1, 60, 61, 10**400])
)
values = scalars | st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10
)
MEMBERS: Final = {"Limit", "NextToken", "PaginationToken", "Filter", "AttributesToGet", "RoleArn"}.union(
    *VALID.values()
)
names = st.sampled_from(sorted(MEMBERS)) | st.text(st.characters(exclude_categories=()))
objects = st.dictionaries(names, values)
bodies = (
    st.builds(lambda base, more: {**base, **more}, st.sampled_from([{}, *VALID.values()]), objects).map(
        lambda params: json.dumps(params).encode()
    )
    | values.map(lambda value: json.dumps(value).encode())
    | st.binary()
    | st.builds(lambda depth, mark: mark * depth, st.integers(0, 3_000), st.sampled_from([b"[", b'{"a":', b"[{"]))
)


@settings(max_examples=min(settings.default.max_examples, 20_000) // 2, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(OPERATIONS), bodies), min_size=1, max_size=5), st.booleans())
def test_any_body_is_answered_and_can_be_reported(sent: list[tuple[str, bytes]], ragged: bool) -> None:
    with CognitoGroups.from_yaml(SEED, paging="ragged" if ragged else "full", assert_all_pages_read=False) as fake:
        for operation, body in sent:
            try:
                answer = send(operation, body)
                if "list" in operation:
                    assert isinstance(answer.get("Users", answer.get("Groups")), list)
            except ClientError as error:
                assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400  # noqa: PT017
        calls = fake.calls
        assert [call.method for call in calls] == [operation for operation, _ in sent]
        for call in calls:
            fake._service.hint(call)
            fake.assert_called(
                call.method,
                **{name: value for name, value in VALID[call.method].items() if call.params.get(name) == value},
            )
        with pytest.raises(AssertionError) as raised:
            fake.assert_called("list_users_in_group", GroupName="of nobody")
        assert len(str(raised.value).splitlines()) < 50
