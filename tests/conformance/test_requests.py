"""What is refused before anything is looked up (REQ)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from conformance.operations import (
    ADD_TO_GROUP,
    CREATE_GROUP,
    GROUPS_OF_USER,
    LISTINGS,
    OF_A_GROUP,
    OF_A_USER,
    OPERATIONS,
    STANDARD,
    UPDATE_GROUP,
    USERS,
    USERS_IN_GROUP,
    Listing,
    Operation,
    Refusal,
    each,
    invalid,
    refusal,
    uses,
)
from conformance.targets import Target

LONG: Final = "n" * 129
FAILED: Final = "failed to satisfy constraint: Member must"
TOO_LONG: Final = f"{FAILED} have length less than or equal to 128"


@pytest.mark.rule("REQ-1")
@each(OPERATIONS)
@pytest.mark.parametrize(
    "params", [{}, {"UserPoolId": 7}, {"UserPoolId": "us-east-1_Demo", "Unknown": "x"}], ids=["missing", "type", "name"]
)
def test_botocore_refuses_what_it_knows_to_be_wrong(
    client: Any, operation: Operation, params: dict[str, object]
) -> None:
    with pytest.raises(ParamValidationError):
        getattr(client, operation.method)(**{**operation.params, **params})


@pytest.mark.rule("REQ-2")
@each(OPERATIONS)
def test_a_pool_id_outside_its_pattern_is_an_invalid_parameter(client: Any, operation: Operation) -> None:
    assert refusal(operation, client, "nounderscore").code == "InvalidParameterException"


@pytest.mark.rule("REQ-2")
@each(LISTINGS, "listing")
def test_a_limit_of_61_is_an_invalid_parameter(client: Any, refusing_pool: str, listing: Listing) -> None:
    assert refusal(listing, client, refusing_pool, Limit=61).code == "InvalidParameterException"


@pytest.mark.rule("REQ-3")
@each(OPERATIONS)
def test_the_text_names_the_value_the_member_and_its_pattern(client: Any, operation: Operation) -> None:
    pattern = r"[\w-]+_[0-9a-zA-Z]+"
    text = f"Value 'nounderscore' at 'userPoolId' {FAILED} satisfy regular expression pattern: {pattern}"
    assert refusal(operation, client, "nounderscore") == invalid(text)


@pytest.mark.rule("REQ-3")
@each(LISTINGS, "listing")
def test_the_text_names_the_largest_limit(client: Any, refusing_pool: str, listing: Listing) -> None:
    text = f"Value '61' at 'limit' {FAILED} have value less than or equal to 60"
    assert refusal(listing, client, refusing_pool, Limit=61) == invalid(text)


@pytest.mark.rule("REQ-2", "REQ-3")
@each([*OF_A_GROUP, CREATE_GROUP])
def test_the_text_names_the_greatest_length(client: Any, refusing_pool: str, operation: Operation) -> None:
    text = f"Value '{LONG}' at 'groupName' {TOO_LONG}"
    assert refusal(operation, client, refusing_pool, GroupName=LONG) == invalid(text)


@pytest.mark.rule("REQ-2", "REQ-3")
@each(LISTINGS, "listing")
def test_a_token_with_a_blank_is_outside_its_pattern(client: Any, refusing_pool: str, listing: Listing) -> None:
    member = listing.token[0].lower() + listing.token[1:]
    text = rf"Value 'a b' at '{member}' {FAILED} satisfy regular expression pattern: [\S]+"
    assert refusal(listing, client, refusing_pool, **{listing.token: "a b"}) == invalid(text)


@pytest.mark.rule("REQ-4")
@each(OF_A_USER)
def test_the_value_of_a_user_name_is_left_out(client: Any, refusing_pool: str, operation: Operation) -> None:
    text = f"Value at 'username' {TOO_LONG}"
    assert refusal(operation, client, refusing_pool, Username=LONG) == invalid(text)


@pytest.mark.rule("REQ-5")
@uses(ADD_TO_GROUP)
def test_several_violations_come_in_the_order_of_the_members(client: Any, refusing_pool: str) -> None:
    texts = (f"Value at 'username' {TOO_LONG}", f"Value '{LONG}' at 'groupName' {TOO_LONG}")
    assert refusal(ADD_TO_GROUP, client, refusing_pool, Username=LONG, GroupName=LONG) == invalid(*texts)


@pytest.mark.rule("REQ-5")
@each([GROUPS_OF_USER, USERS_IN_GROUP], "listing")
def test_a_name_and_a_limit_are_refused_together(client: Any, refusing_pool: str, listing: Listing) -> None:
    texts = {
        "Username": f"Value at 'username' {TOO_LONG}",
        "GroupName": f"Value '{LONG}' at 'groupName' {TOO_LONG}",
    }
    (name,) = listing.params
    limit = f"Value '61' at 'limit' {FAILED} have value less than or equal to 60"
    refused = refusal(listing, client, refusing_pool, **{name: LONG}, Limit=61)
    assert refused == invalid(texts[name], limit)


@pytest.mark.rule("REQ-5")
@uses(USERS_IN_GROUP)
def test_within_a_member_the_pattern_comes_before_the_length(client: Any, refusing_pool: str) -> None:
    name = " " * 129
    pattern = rf"{FAILED} satisfy regular expression pattern: [\p{{L}}\p{{M}}\p{{S}}\p{{N}}\p{{P}}]+"
    texts = (f"Value '{name}' at 'groupName' {constraint}" for constraint in (pattern, TOO_LONG))
    assert refusal(USERS_IN_GROUP, client, refusing_pool, GroupName=name) == invalid(*texts)


@pytest.mark.rule("REQ-6")
@each(LISTINGS, "listing")
def test_a_limit_of_zero_is_refused(client: Any, refusing_pool: str, listing: Listing) -> None:
    text = f"Value '0' at 'maxItems' {FAILED} have value greater than or equal to 1"
    assert refusal(listing, client, refusing_pool, Limit=0) == invalid(text)


@pytest.mark.rule("REQ-7")
@each([GROUPS_OF_USER, USERS_IN_GROUP], "listing")
def test_constraints_come_before_the_pool(client: Any, listing: Listing) -> None:
    assert refusal(listing, client, "us-east-1_Nobodys00", Limit=61).code == "InvalidParameterException"


@pytest.mark.rule("REQ-7")
@each([GROUPS_OF_USER, USERS_IN_GROUP], "listing")
def test_the_user_or_group_comes_before_the_token(client: Any, refusing_pool: str, listing: Listing) -> None:
    (name,) = listing.params
    refused = refusal(listing, client, refusing_pool, **{name: "nobody", listing.token: "made-up"})
    assert refused.code in {"UserNotFoundException", "ResourceNotFoundException"}


@pytest.mark.rule("GROUP-8")
@each([CREATE_GROUP, UPDATE_GROUP])
def test_a_role_is_held_against_its_pattern(client: Any, refusing_pool: str, operation: Operation) -> None:
    refused = refusal(operation, client, refusing_pool, RoleArn="no-arn-of-a-role-at-all")
    assert refused.code == "InvalidParameterException"
    assert refused.text.startswith(
        f"1 validation error detected: Value 'no-arn-of-a-role-at-all' at 'roleArn' {FAILED} satisfy regular expression"
    )


@pytest.mark.rule("GROUP-8")
@each([CREATE_GROUP, UPDATE_GROUP])
def test_a_role_that_no_account_has_will_do(client: Any, make_pool: Callable[..., str], operation: Operation) -> None:
    role = "arn:aws:iam::123456789012:role/Nobody"
    assert operation(client, make_pool(**STANDARD), RoleArn=role)["Group"]["RoleArn"] == role


@pytest.mark.rule("PREC-1", "GROUP-8")
@each([CREATE_GROUP, UPDATE_GROUP])
def test_a_precedence_beyond_its_range_is_refused(client: Any, refusing_pool: str, operation: Operation) -> None:
    text = f"Value '2147483648' at 'precedence' {FAILED} have value less than or equal to 2147483647"
    assert refusal(operation, client, refusing_pool, Precedence=2147483648) == invalid(text)


@pytest.mark.rule("USER-10")
@uses(USERS)
def test_constraints_then_pool_then_filter_then_attributes_then_token(client: Any, refusing_pool: str) -> None:
    wrong = {"Filter": "no filter", "AttributesToGet": ["nickname"], "PaginationToken": "made-up"}
    assert refusal(USERS, client, "us-east-1_Nobodys00", **wrong, Limit=61).text.startswith("1 validation error")
    assert refusal(USERS, client, "us-east-1_Nobodys00", **wrong).code == "ResourceNotFoundException"
    assert refusal(USERS, client, refusing_pool, **wrong).text == "Error while parsing filter."
    del wrong["Filter"]
    assert refusal(USERS, client, refusing_pool, **wrong).text == "One or more requested attributes do not exist."


def unchecked(target: Target, operation: Operation, **params: object) -> Refusal:
    """What the service says to a request that botocore did not check."""
    with pytest.raises(ClientError) as raised:
        getattr(target.client(target.region, validated=False), operation.method)(**params)
    error = raised.value.response["Error"]
    return Refusal(error["Code"], error["Message"], raised.value.response["ResponseMetadata"]["HTTPStatusCode"])


@pytest.mark.rule("WIRE-9")
@each(OPERATIONS)
def test_a_pool_that_is_missing_is_null(target: Target, operation: Operation) -> None:
    refused = unchecked(target, operation, **operation.params)
    assert refused == invalid(f"Value null at 'userPoolId' {FAILED} not be null")


@pytest.mark.rule("WIRE-9", "REQ-4")
@each(OF_A_USER)
def test_a_user_name_that_is_missing_is_not_even_null(target: Target, refusing_pool: str, operation: Operation) -> None:
    given = {name: value for name, value in operation.params.items() if name != "Username"}
    refused = unchecked(target, operation, UserPoolId=refusing_pool, **given)
    assert refused == invalid(f"Value at 'username' {FAILED} not be null")


@pytest.mark.rule("WIRE-9")
@each(OPERATIONS)
def test_a_member_of_another_type_cannot_be_read(target: Target, operation: Operation) -> None:
    refused = unchecked(target, operation, **operation.params, UserPoolId=["us-east-1_Demo12345"])
    assert (refused.code, refused.status) == ("SerializationException", 400)
