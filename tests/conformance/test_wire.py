"""Answers as they come over the wire (WIRE)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import UUID

import pytest
from botocore.exceptions import ClientError

from conformance.operations import (
    GROUPS_OF_USER,
    LISTINGS,
    OPERATIONS,
    STANDARD,
    USERS_IN_GROUP,
    Listing,
    Operation,
    each,
    uses,
)
from conformance.worlds import Group, User

ALWAYS: Final = {
    "Groups": {"GroupName", "UserPoolId", "CreationDate", "LastModifiedDate"},
    "Users": {"Username", "Attributes", "UserCreateDate", "UserLastModifiedDate", "Enabled", "UserStatus"},
}


@pytest.fixture
def bodies(client: Any) -> Iterator[list[bytes]]:
    """The bodies of the answers, as they come."""
    found: list[bytes] = []

    def keep(http_response: Any, **_: object) -> None:
        found.append(http_response.content)

    client.meta.events.register("after-call.cognito-identity-provider", keep)
    yield found
    client.meta.events.unregister("after-call.cognito-identity-provider", keep)


def items(client: Any, pool: str, listing: Listing) -> list[dict[str, Any]]:
    pages = client.get_paginator(listing.method).paginate(UserPoolId=pool, **listing.params)
    return [item for page in pages for item in page[listing.items]]


@pytest.mark.rule("WIRE-1", "GROUP-1", "USER-3", "PREC-2")
@each(LISTINGS, "listing")
def test_an_item_has_what_it_always_has_and_nothing_that_was_not_set(
    client: Any, make_pool: Callable[..., str], listing: Listing
) -> None:
    found = items(client, make_pool(**STANDARD), listing)
    assert len(found) == 2
    assert [set(item) for item in found] == [ALWAYS[listing.items]] * 2


@pytest.mark.rule("WIRE-1", "PREC-1", "PREC-2", "GROUP-1")
@each([listing for listing in LISTINGS if listing.items == "Groups"], "listing")
@pytest.mark.parametrize("precedence", [0, 2147483647])
def test_a_group_has_what_was_set(
    client: Any, make_pool: Callable[..., str], listing: Listing, precedence: int
) -> None:
    role = "arn:aws:iam::123456789012:role/Readers"
    group = Group(precedence=precedence, role_arn=role, description="Reads")
    (found,) = items(client, make_pool(groups={"readers": group}, users={"alice": ["readers"]}), listing)
    assert (found["Precedence"], found["RoleArn"], found["Description"]) == (precedence, role, "Reads")


@pytest.mark.rule("WIRE-2")
@each([listing for listing in LISTINGS if listing.items == "Users"], "listing")
def test_attributes_begin_with_sub_and_are_strings(
    client: Any, make_pool: Callable[..., str], listing: Listing
) -> None:
    alice = User(groups=["readers"], attributes={"email": "alice@example.com", "email_verified": "true"})
    (user,) = items(client, make_pool(users={"alice": alice}), listing)
    names = [pair["Name"] for pair in user["Attributes"]]
    values = {pair["Name"]: pair["Value"] for pair in user["Attributes"]}
    assert names[0] == "sub"
    assert str(UUID(values.pop("sub")))
    assert values == {"email": "alice@example.com", "email_verified": "true"}


@pytest.mark.rule("WIRE-3")
@each(LISTINGS, "listing")
def test_dates_are_numbers_with_milliseconds_at_most(
    client: Any, make_pool: Callable[..., str], bodies: list[bytes], listing: Listing
) -> None:
    pool = make_pool(**STANDARD)
    bodies.clear()
    assert items(client, pool, listing)
    found = [item for body in bodies for item in json.loads(body)[listing.items]]
    dates = [value for item in found for name, value in item.items() if name.endswith("Date")]
    assert len(dates) == 4
    for date in dates:
        assert isinstance(date, int | float)
        assert date == round(date, 3)


@pytest.mark.rule("WIRE-4")
@uses(GROUPS_OF_USER, USERS_IN_GROUP)
@each(OPERATIONS)
def test_an_answer_has_a_content_type_a_request_id_and_a_date(
    client: Any, make_pool: Callable[..., str], operation: Operation
) -> None:
    metadata = operation(client, make_pool(**STANDARD))["ResponseMetadata"]
    headers = metadata["HTTPHeaders"]
    assert headers["content-type"] == "application/x-amz-json-1.1"
    assert headers["x-amzn-requestid"] == metadata["RequestId"] == str(UUID(metadata["RequestId"]))
    assert headers["date"].endswith(" GMT")


@pytest.mark.rule("WIRE-4")
@each(OPERATIONS)
def test_an_error_has_its_code_and_text_in_headers_and_body(
    client: Any, bodies: list[bytes], operation: Operation
) -> None:
    with pytest.raises(ClientError) as raised:
        operation(client, "us-east-1_Nobodys00")
    metadata, error = raised.value.response["ResponseMetadata"], raised.value.response["Error"]
    headers = metadata["HTTPHeaders"]
    assert headers["x-amzn-errortype"] == f"{error['Code']}:"
    assert headers["x-amzn-errormessage"] == error["Message"]
    assert json.loads(bodies[-1]) == {"__type": error["Code"], "message": error["Message"]}
