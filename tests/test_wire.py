"""Answers as they come over the wire (WIRE)."""

from __future__ import annotations

import asyncio
import datetime
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from freezegun import freeze_time

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.hook.wire import Content, response
from pytest_cognito_groups.service.errors import ServiceError
from pytest_cognito_groups.service.operations import Request

POOL = "us-east-1_TestPool1"
SUB = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"
ROLE = "arn:aws:iam::123456789012:role/Admins"
NOON = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
OPERATIONS = ("admin_list_groups_for_user", "list_users_in_group")
VALID: dict[str, dict[str, str]] = {
    "admin_list_groups_for_user": {"UserPoolId": POOL, "Username": "alice"},
    "list_users_in_group": {"UserPoolId": POOL, "GroupName": "readers"},
}
SIMPLE = "{users: {alice: [readers]}}"

RICH = f"""
groups:
  readers: {{precedence: 10, description: "Lesende \\U0001F4D6 \\"und\\" \\\\ mehr", created: 2025-01-01T00:00:00Z}}
  admins: {{precedence: 0, role_arn: "{ROLE}", created: 2025-01-01T00:00:00Z, modified: 2025-02-01T01:02:03.456Z}}
  guests:
users:
  alice: [readers, admins, guests]
  bob:
    groups: [readers]
    sub: {SUB}
    attributes: {{email: bob@example.com, email_verified: true, custom:tenant: "7", name: "Bob \\u00e4\\n"}}
    status: FORCE_CHANGE_PASSWORD
    enabled: false
    mfa_options: [{{delivery_medium: SMS, attribute_name: phone_number}}]
    created: 2025-01-01T00:00:00Z
    modified: 2025-01-02T00:00:00.007Z
  carol: {{groups: [readers], mfa_options: []}}
"""


@pytest.fixture
def bodies(client: Any) -> Iterator[list[str]]:
    """The bodies of the answers, as they came."""
    found: list[str] = []

    def keep(http_response: Any, **_: object) -> None:
        found.append(http_response.content.decode())

    client.meta.events.register("after-call.cognito-identity-provider", keep)
    yield found
    client.meta.events.unregister("after-call.cognito-identity-provider", keep)


def items(client: Any, operation: str) -> list[dict[str, Any]]:
    answer = getattr(client, operation)(**VALID[operation])
    found: list[dict[str, Any]] = answer.get("Groups", answer.get("Users"))
    return found


def error(client: Any, operation: str = "list_users_in_group", **params: str) -> dict[str, Any]:
    """The response of a call that the service refuses."""
    with pytest.raises(ClientError) as raised:
        getattr(client, operation)(**VALID[operation] | params)
    return raised.value.response


# Answers


@pytest.mark.rule("WIRE-1")
@pytest.mark.cognito_groups(RICH)
def test_a_group_has_what_it_always_has_and_what_was_set(client: Any) -> None:
    always = {"GroupName", "UserPoolId", "CreationDate", "LastModifiedDate"}
    readers, admins, guests = items(client, "admin_list_groups_for_user")
    assert readers.keys() == always | {"Precedence", "Description"}
    assert admins.keys() == always | {"Precedence", "RoleArn"}
    assert guests.keys() == always
    assert (guests["GroupName"], guests["UserPoolId"]) == ("guests", POOL)
    assert readers["Description"] == 'Lesende \U0001f4d6 "und" \\ mehr'


@pytest.mark.rule("WIRE-1")
@pytest.mark.cognito_groups(RICH)
def test_a_user_has_what_it_always_has_and_what_was_set(client: Any) -> None:
    always = {"Username", "Attributes", "UserCreateDate", "UserLastModifiedDate", "Enabled", "UserStatus"}
    alice, bob, carol = items(client, "list_users_in_group")
    assert alice.keys() == carol.keys() == always
    assert bob.keys() == always | {"MFAOptions"}
    assert bob["MFAOptions"] == [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
    assert (alice["Enabled"], alice["UserStatus"]) == (True, "CONFIRMED")
    assert (bob["Enabled"], bob["UserStatus"]) == (False, "FORCE_CHANGE_PASSWORD")


@pytest.mark.rule("WIRE-2")
@pytest.mark.cognito_groups(RICH)
def test_attributes_begin_with_sub_and_are_strings(client: Any) -> None:
    alice, bob, _ = items(client, "list_users_in_group")
    assert bob["Attributes"] == [
        {"Name": "sub", "Value": SUB},
        {"Name": "email", "Value": "bob@example.com"},
        {"Name": "email_verified", "Value": "true"},
        {"Name": "custom:tenant", "Value": "7"},
        {"Name": "name", "Value": "Bob ä\n"},
    ]
    (sub,) = alice["Attributes"]
    assert sub == {"Name": "sub", "Value": str(UUID(sub["Value"]))}


@pytest.mark.rule("WIRE-1", "WIRE-2")
@pytest.mark.cognito_groups(RICH)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_answer_fits_the_output_shape_of_the_service_model(
    client: Any, bodies: list[str], mismatches: Any, operation: str
) -> None:
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
    assert items(client, operation)
    assert mismatches(model.output_shape, json.loads(bodies[-1])) == []


@pytest.mark.rule("WIRE-1")
def test_each_status_of_the_service_model_is_answered(client: Any, cognito_groups: CognitoGroups) -> None:
    statuses = client.meta.service_model.shape_for("UserStatusType").enum
    assert {"CONFIRMED", "UNCONFIRMED"} <= set(statuses)
    cognito_groups.add_group("readers")
    for status in statuses:
        cognito_groups.add_user(f"user-{status}", status=status, groups=["readers"])
    assert [user["UserStatus"] for user in items(client, "list_users_in_group")] == list(statuses)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        pytest.param({"UserStatus": "Confirmed"}, "answer.Users[0].UserStatus: 'Confirmed' is none of", id="enum"),
        pytest.param({"Enabled": "true"}, "answer.Users[0].Enabled: 'true' is no boolean", id="type"),
        pytest.param({"UserCreateDate": True}, "answer.Users[0].UserCreateDate: True is no timestamp", id="bool"),
        pytest.param({"username": "alice"}, "answer.Users[0]: unknown member username", id="member"),
        pytest.param({"Username": "al ice"}, "answer.Users[0].Username: 'al ice' does not match", id="pattern"),
        pytest.param({"Username": "x" * 129}, "is not within 1 to 128", id="length"),
        pytest.param({"Attributes": [{"Value": "x"}]}, "answer.Users[0].Attributes[0]: no Name", id="required"),
        pytest.param({"Attributes": None}, "answer.Users[0].Attributes: None is no list", id="null"),
    ],
)
def test_an_answer_that_does_not_fit_its_shape_is_noticed(
    mismatches: Any, changed: dict[str, object], wrong: str
) -> None:
    """Of the check that every client of this suite makes on every answer."""
    model = boto3.client("cognito-idp", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    shape = model.meta.service_model.operation_model("ListUsersInGroup").output_shape
    assert mismatches(shape, {"Users": [{"Username": "alice"}]}) == []
    (found,) = mismatches(shape, {"Users": [{"Username": "alice"} | changed]})
    assert wrong in found


@pytest.mark.rule("WIRE-3")
@pytest.mark.cognito_groups(RICH)
def test_dates_are_those_that_were_seeded(client: Any) -> None:
    _, bob, _ = items(client, "list_users_in_group")
    _, admins, _ = items(client, "admin_list_groups_for_user")
    new_year = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    second = datetime.timedelta(seconds=1)
    assert (bob["UserCreateDate"], bob["UserLastModifiedDate"]) == (
        new_year,
        new_year + datetime.timedelta(days=1, milliseconds=7),
    )
    assert (admins["CreationDate"], admins["LastModifiedDate"]) == (
        new_year,
        datetime.datetime(2025, 2, 1, 1, 2, 3, tzinfo=datetime.UTC) + 0.456 * second,
    )


@pytest.mark.rule("WIRE-3")
@pytest.mark.cognito_groups(RICH)
def test_what_was_not_changed_was_modified_when_it_was_created(client: Any) -> None:
    readers, *_ = items(client, "admin_list_groups_for_user")
    assert readers["LastModifiedDate"] == readers["CreationDate"]


@pytest.mark.rule("WIRE-3")
@pytest.mark.cognito_groups("groups: {g: {created: 2025-01-01}}\nusers: {alice: {groups: [g], created: 2025-01-02}}")
def test_what_was_created_at_a_date_was_modified_then(client: Any) -> None:
    group = client.get_group(UserPoolId="us-east-1_TestPool1", GroupName="g")["Group"]
    user = client.admin_get_user(UserPoolId="us-east-1_TestPool1", Username="alice")
    assert {group["CreationDate"], group["LastModifiedDate"]} == {datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)}
    assert {user["UserCreateDate"], user["UserLastModifiedDate"]} == {
        datetime.datetime(2025, 1, 2, tzinfo=datetime.UTC)
    }
    assert items(client, "admin_list_groups_for_user") == [group]
    (member,) = client.list_users_in_group(UserPoolId="us-east-1_TestPool1", GroupName="g")["Users"]
    (listed,) = client.list_users(UserPoolId="us-east-1_TestPool1")["Users"]
    for each in (member, listed):
        assert (each["UserCreateDate"], each["UserLastModifiedDate"]) == (
            user["UserCreateDate"],
            user["UserLastModifiedDate"],
        )


@pytest.mark.rule("WIRE-3")
@pytest.mark.cognito_groups("groups: {g: {modified: 2999-01-01}}\nusers: {alice: {groups: [g], modified: 2999-01-02}}")
def test_what_was_modified_at_a_date_may_be_created_at_the_first_request(client: Any) -> None:
    pool = "us-east-1_TestPool1"
    with freeze_time(NOON):
        group = client.get_group(UserPoolId=pool, GroupName="g")["Group"]
        user = client.admin_get_user(UserPoolId=pool, Username="alice")
    assert (group["CreationDate"], user["UserCreateDate"]) == (NOON, NOON)
    assert group["LastModifiedDate"] == datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC)
    assert user["UserLastModifiedDate"] == datetime.datetime(2999, 1, 2, tzinfo=datetime.UTC)


@pytest.mark.rule("WIRE-3")
@pytest.mark.cognito_groups(SIMPLE)
def test_dates_that_were_not_seeded_are_those_of_the_first_request(client: Any) -> None:
    with freeze_time(NOON) as clock:
        (user,) = items(client, "list_users_in_group")
        clock.tick(3600)
        (group,) = items(client, "admin_list_groups_for_user")
    assert {user["UserCreateDate"], user["UserLastModifiedDate"]} == {NOON}
    assert {group["CreationDate"], group["LastModifiedDate"]} == {NOON}


@pytest.mark.rule("WIRE-3")
@pytest.mark.cognito_groups(RICH)
def test_dates_are_json_numbers_in_seconds_with_milliseconds(client: Any, bodies: list[str]) -> None:
    with freeze_time(NOON + datetime.timedelta(milliseconds=5)):
        for operation in OPERATIONS:
            items(client, operation)
    dates = re.findall(r'"(\w*Date)": ?([^,}]*)', "".join(bodies))
    assert len(dates) == 12
    assert all(re.fullmatch(r"\d{10}\.\d{3}", number) for _, number in dates)
    assert ("UserLastModifiedDate", "1735776000.007") in dates
    assert ("CreationDate", "1769860800.005") in dates


# Headers and errors


def test_the_body_may_be_awaited() -> None:
    """aiobotocore awaits what botocore reads; test_aiobotocore.py has the real one, where it is installed."""

    async def read(content: Content) -> bytes:
        return await content

    assert asyncio.run(read(Content(b"{}"))) == b"{}"


def test_the_headers_may_be_read_as_from_aiohttp() -> None:
    """As an older aiobotocore does; test_aiobotocore.py has the real one, where it is installed."""
    request = Request("ListUsersInGroup", {}, "us-east-1", "7")
    answer = response(ServiceError("UserNotFoundException", "Kein Zutritt f\u00fcr dich"), request, "https://localhost")
    assert (b"x-amzn-errormessage", "Kein Zutritt f\u00fcr dich".encode()) in answer.raw.raw_headers
    assert {name.decode(): value.decode() for name, value in answer.raw.raw_headers} == dict(answer.headers)


@pytest.mark.rule("WIRE-4")
@pytest.mark.cognito_groups(SIMPLE)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_answer_carries_content_type_request_id_and_date(client: Any, bodies: list[str], operation: str) -> None:
    with freeze_time(NOON):
        metadata = getattr(client, operation)(**VALID[operation])["ResponseMetadata"]
    headers = metadata["HTTPHeaders"]
    assert metadata["HTTPStatusCode"] == 200
    assert headers["content-type"] == "application/x-amz-json-1.1"
    assert headers["date"] == "Sat, 31 Jan 2026 12:00:00 GMT"
    assert headers["x-amzn-requestid"] == metadata["RequestId"] == str(UUID(metadata["RequestId"]))
    assert headers["content-length"] == str(len(bodies[-1].encode()))
    assert headers.keys() & {"x-amzn-errortype", "x-amzn-errormessage"} == set()


@pytest.mark.rule("WIRE-4")
@pytest.mark.cognito_groups(SIMPLE)
def test_no_two_requests_have_one_id(client: Any) -> None:
    answers = [client.list_users_in_group(**VALID["list_users_in_group"]) for _ in range(3)]
    assert len({answer["ResponseMetadata"]["RequestId"] for answer in answers}) == 3


@pytest.mark.rule("WIRE-4")
@pytest.mark.cognito_groups(SIMPLE)
def test_an_error_carries_its_type_and_message_in_headers_and_body(client: Any, bodies: list[str]) -> None:
    with freeze_time(NOON):
        metadata = error(client, GroupName="none")["ResponseMetadata"]
    headers = metadata["HTTPHeaders"]
    assert headers["content-type"] == "application/x-amz-json-1.1"
    assert headers["date"] == "Sat, 31 Jan 2026 12:00:00 GMT"
    assert headers["x-amzn-requestid"] == metadata["RequestId"] == str(UUID(metadata["RequestId"]))
    assert headers["x-amzn-errortype"] == "ResourceNotFoundException:"
    assert headers["x-amzn-errormessage"] == "Group not found."
    assert json.loads(bodies[-1]) == {"__type": "ResourceNotFoundException", "message": "Group not found."}


@pytest.mark.rule("WIRE-5")
@pytest.mark.cognito_groups(SIMPLE)
@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("InvalidParameterException", 400),
        ("NotAuthorizedException", 400),
        ("ResourceNotFoundException", 400),
        ("TooManyRequestsException", 400),
        ("InternalErrorException", 500),
    ],
)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_error_has_the_status_of_its_side(
    client: Any, cognito_groups: CognitoGroups, operation: Any, code: Any, status: int
) -> None:
    cognito_groups.add_fault(operation, code, times=None)
    with pytest.raises(getattr(client.exceptions, code)) as raised:
        getattr(client, operation)(**VALID[operation])
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.rule("WIRE-6")
@pytest.mark.cognito_groups(SIMPLE)
def test_throttling_is_too_many_requests(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.throttle(times=None)
    response = error(client)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate exceeded"}


def client_that_retries(mode: str) -> Any:
    config = Config(retries={"mode": mode, "max_attempts": 3})  # type: ignore[arg-type]  # one of the three
    return boto3.client("cognito-idp", region_name="us-east-1", config=config)


@pytest.mark.rule("WIRE-6")
@pytest.mark.cognito_groups(SIMPLE)
def test_legacy_mode_does_not_retry_throttling(cognito_groups: CognitoGroups) -> None:
    cognito_groups.throttle()
    error(client_that_retries("legacy"))
    assert cognito_groups.calls.last.attempts == 1


@pytest.mark.rule("WIRE-6")
@pytest.mark.cognito_groups(SIMPLE)
@pytest.mark.parametrize("mode", ["standard", "adaptive"])
def test_standard_and_adaptive_mode_retry_throttling(cognito_groups: CognitoGroups, mode: str) -> None:
    cognito_groups.throttle(times=2)
    assert len(items(client_that_retries(mode), "list_users_in_group")) == 1
    assert cognito_groups.calls.last.attempts == 3


@pytest.mark.rule("WIRE-7")
@pytest.mark.cognito_groups("{pool: eu-west-1_Demo12345, users: {alice: [readers]}}")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_denial_names_who_what_and_on_which_pool(
    client_for: Any, cognito_groups: CognitoGroups, operation: Any
) -> None:
    client = client_for("eu-west-1")
    cognito_groups.add_fault(operation, "AccessDeniedException")
    response = error(client, operation, UserPoolId="eu-west-1_Demo12345")
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["Error"]["Code"] == "AccessDeniedException"
    action = f"cognito-idp:{client.meta.method_to_api_mapping[operation]}"
    assert re.fullmatch(
        rf"User: arn:aws:iam::\d{{12}}:\S+ is not authorized to perform: {action} "
        r"on resource: arn:aws:cognito-idp:eu-west-1:\d{12}:userpool/eu-west-1_Demo12345 "
        rf"because no identity-based policy allows the {action} action",
        response["Error"]["Message"],
    )


@pytest.mark.rule("WIRE-7")
@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("ap-new-7", "aws"),
        ("cn-new-7", "aws-cn"),
    ],
)
def test_the_arns_of_a_denial_are_of_the_regions_partition(region: str, partition: str) -> None:
    with CognitoGroups.from_yaml(f"{{pool: {region}_Demo12345, users: {{alice: [readers]}}}}") as fake:
        fake.add_fault("list_users_in_group", "AccessDeniedException")
        text = error(fake.client, "list_users_in_group", UserPoolId=fake.pool.id)["Error"]["Message"]
    assert re.findall(r"arn:([^:]+):(\w+-?\w*):", text) == [(partition, "iam"), (partition, "cognito-idp")]


@pytest.mark.rule("WIRE-7")
def test_a_denial_in_a_pool_without_a_region_names_that_of_the_client() -> None:
    with CognitoGroups.from_yaml("{pool: local_Demo12345, users: {alice: [readers]}}") as fake:
        fake.add_fault("list_users_in_group", "AccessDeniedException")
        text = error(fake.client, "list_users_in_group", UserPoolId=fake.pool.id)["Error"]["Message"]
    assert "arn:aws:cognito-idp:us-east-1:123456789012:userpool/local_Demo12345" in text


# Quotas


@pytest.mark.rule("WIRE-8")
def test_a_user_is_in_at_most_100_groups(client: Any, cognito_groups: CognitoGroups) -> None:
    names = [f"group-{number:03}" for number in range(101)]
    for name in names:
        cognito_groups.add_group(name)
    cognito_groups.add_user("alice", groups=names[:100])
    with pytest.raises(ValueError, match=r"user 'alice' would be in more than 100 groups"):
        cognito_groups.add_to_group("alice", names[100])
    pages = client.get_paginator("admin_list_groups_for_user").paginate(UserPoolId=POOL, Username="alice")
    assert [group["GroupName"] for page in pages for group in page["Groups"]] == names[:100]
    cognito_groups.remove_from_group("alice", names[0])
    cognito_groups.add_to_group("alice", names[100])
    assert [group.name for group in cognito_groups.groups_of("alice")] == names[1:]


@pytest.mark.rule("WIRE-8")
@pytest.mark.cognito_groups('{groups: {"group-[00001:10000]": {}}}')
def test_a_pool_has_at_most_10000_groups(cognito_groups: CognitoGroups) -> None:
    assert len(cognito_groups.groups) == 10_000
    with pytest.raises(ValueError, match="a user pool has at most 10,000 groups"):
        cognito_groups.add_group("one-more")
    cognito_groups.delete_group("group-00001")
    cognito_groups.add_group("one-more")
    assert len(cognito_groups.groups) == 10_000
