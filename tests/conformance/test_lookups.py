"""Who and what is found by which name (LOOK)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import pytest

from conformance.operations import (
    GET_GROUP,
    GROUPS_OF_USER,
    LISTINGS,
    OF_A_GROUP,
    OF_A_USER,
    OPERATIONS,
    STANDARD,
    USERS_IN_GROUP,
    Listing,
    Operation,
    Refusal,
    each,
    refusal,
    uses,
)
from conformance.targets import Target
from conformance.worlds import User

NO_USER: Final = Refusal("UserNotFoundException", "User does not exist.")
NO_GROUP: Final = Refusal("ResourceNotFoundException", "Group not found.")
ALIASES: Final = {"email": "alice@example.com", "phone_number": "+15551234567", "preferred_username": "ally"}
VERIFIED: Final = {"email_verified": "true", "phone_number_verified": "true"}
UNVERIFIED: Final = {
    "email-false": User(attributes={"email": "a@example.com", "email_verified": "false"}),
    "email-unsaid": User(attributes={"email": "b@example.com"}),
    "phone-false": User(attributes={"phone_number": "+15551111111", "phone_number_verified": "false"}),
    "phone-unsaid": User(attributes={"phone_number": "+15552222222"}),
}
SIGN_IN: Final = {"users": {"alice@example.com": ["readers"], "+15551234567": ["readers"]}}

pytestmark = uses(GROUPS_OF_USER, USERS_IN_GROUP)


def no_pool(pool: str) -> Refusal:
    return Refusal("ResourceNotFoundException", f"User pool {pool} does not exist.")


def groups_of(client: Any, pool: str, username: str) -> list[str]:
    return GROUPS_OF_USER.walk(client, pool, Username=username)


def members(client: Any, pool: str) -> list[dict[str, Any]]:
    """All users in `readers`."""
    pages = client.get_paginator("list_users_in_group").paginate(UserPoolId=pool, GroupName="readers")
    return [user for page in pages for user in page["Users"]]


@pytest.mark.rule("LOOK-1", "WIRE-5")
@each(OPERATIONS)
def test_an_unknown_pool_is_not_found(client: Any, target: Target, operation: Operation) -> None:
    pool = f"{target.region}_Nobodys00"
    assert refusal(operation, client, pool) == no_pool(pool)


@pytest.mark.rule("LOOK-2")
@each(OPERATIONS)
def test_a_pool_is_not_found_from_another_region(target: Target, refusing_pool: str, operation: Operation) -> None:
    elsewhere = target.client("eu-west-1" if target.region == "us-east-1" else "us-east-1")
    assert refusal(operation, elsewhere, refusing_pool) == no_pool(refusing_pool)


@pytest.mark.rule("LOOK-3", "MEMB-2", "USER-1")
@each(OF_A_USER)
def test_an_unknown_user_is_not_found(client: Any, refusing_pool: str, operation: Operation) -> None:
    assert refusal(operation, client, refusing_pool, Username="nobody") == NO_USER


@pytest.mark.rule("LOOK-4", "MEMB-2", "GROUP-3")
@each(OF_A_GROUP)
def test_an_unknown_group_is_not_found(client: Any, refusing_pool: str, operation: Operation) -> None:
    assert refusal(operation, client, refusing_pool, GroupName="nothing") == NO_GROUP


@pytest.mark.rule("LOOK-5", "MEMB-2", "USER-1")
@each(OF_A_USER)
def test_a_user_is_found_by_their_sub(client: Any, make_pool: Callable[..., str], operation: Operation) -> None:
    pool = make_pool(**STANDARD)
    (sub,) = {
        pair["Value"]
        for user in members(client, pool)
        for pair in user["Attributes"]
        if user["Username"] == "alice" and pair["Name"] == "sub"
    }
    assert operation(client, pool, Username=sub)


@pytest.mark.rule("LOOK-5", "LOOK-6")
@pytest.mark.parametrize("alias", ALIASES)
def test_a_user_is_found_by_an_alias(client: Any, make_pool: Callable[..., str], alias: str) -> None:
    alice = User(groups=["readers"], attributes=ALIASES | VERIFIED)
    pool = make_pool(users={"alice": alice}, alias_attributes=list(ALIASES))
    assert groups_of(client, pool, ALIASES[alias]) == ["readers"]


@pytest.mark.rule("LOOK-5")
@pytest.mark.parametrize("attribute", ALIASES)
def test_an_attribute_is_no_alias_unless_the_pool_says_so(
    client: Any, make_pool: Callable[..., str], attribute: str
) -> None:
    pool = make_pool(users={"alice": User(attributes=ALIASES | VERIFIED)})
    assert refusal(GROUPS_OF_USER, client, pool, Username=ALIASES[attribute]) == NO_USER


@pytest.mark.rule("LOOK-6")
@pytest.mark.parametrize("alias", UNVERIFIED)
def test_an_alias_counts_only_once_it_is_verified(client: Any, make_pool: Callable[..., str], alias: str) -> None:
    pool = make_pool(users=UNVERIFIED, alias_attributes=["email", "phone_number"])
    assert groups_of(client, pool, alias) == []
    attribute = "phone_number" if "phone_number" in UNVERIFIED[alias].attributes else "email"
    assert refusal(GROUPS_OF_USER, client, pool, Username=UNVERIFIED[alias].attributes[attribute]) == NO_USER


@pytest.mark.rule("LOOK-6")
def test_a_preferred_user_name_needs_no_verification(client: Any, make_pool: Callable[..., str]) -> None:
    alice = User(groups=["readers"], attributes={"preferred_username": "ally"})
    pool = make_pool(users={"alice": alice}, alias_attributes=["preferred_username"])
    assert groups_of(client, pool, "ally") == ["readers"]


@pytest.mark.rule("LOOK-7")
@pytest.mark.parametrize("name", SIGN_IN["users"])
def test_a_sign_in_name_finds_the_user_unverified(client: Any, make_pool: Callable[..., str], name: str) -> None:
    pool = make_pool(**SIGN_IN, username_attributes=["email", "phone_number"])
    assert groups_of(client, pool, name) == ["readers"]


@pytest.mark.rule("LOOK-7")
def test_where_people_sign_in_by_attribute_the_user_name_is_the_sub(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(**SIGN_IN, username_attributes=["email", "phone_number"])
    users = members(client, pool)
    assert len(users) == 2
    for user in users:
        attributes = {pair["Name"]: pair["Value"] for pair in user["Attributes"]}
        assert {attributes.get("email"), attributes.get("phone_number")} & set(SIGN_IN["users"])
        assert attributes["sub"] == user["Username"] == str(UUID(user["Username"]))
        assert groups_of(client, pool, user["Username"]) == ["readers"]


@pytest.mark.rule("LOOK-8")
@pytest.mark.parametrize("name", ["alice", "ALICE", "alice@example.com"])
def test_case_counts_in_the_names_of_users(client: Any, make_pool: Callable[..., str], name: str) -> None:
    alice = User(groups=["readers"], attributes={"email": "Alice@Example.com", "email_verified": "true"})
    pool = make_pool(users={"Alice": alice}, alias_attributes=["email"])
    assert groups_of(client, pool, "Alice") == groups_of(client, pool, "Alice@Example.com") == ["readers"]
    assert refusal(GROUPS_OF_USER, client, pool, Username=name) == NO_USER


@pytest.mark.rule("LOOK-8")
@pytest.mark.parametrize("name", ["alice", "ALICE", "alice@example.com"])
def test_case_does_not_count_where_the_pool_says_so(client: Any, make_pool: Callable[..., str], name: str) -> None:
    alice = User(groups=["readers"], attributes={"email": "Alice@Example.com", "email_verified": "true"})
    pool = make_pool(users={"Alice": alice}, alias_attributes=["email"], case_sensitive=False)
    assert groups_of(client, pool, name) == ["readers"]


@pytest.mark.rule("LOOK-8")
@pytest.mark.parametrize("case_sensitive", [True, False])
@each([USERS_IN_GROUP, GET_GROUP])
def test_case_always_counts_in_the_names_of_groups(
    client: Any, make_pool: Callable[..., str], operation: Operation, *, case_sensitive: bool
) -> None:
    pool = make_pool(**STANDARD, case_sensitive=case_sensitive)
    assert refusal(operation, client, pool, GroupName="READERS").code == NO_GROUP.code


@pytest.mark.rule("LOOK-8")
def test_an_answer_shows_the_case_that_was_given(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(users={"Alice": ["readers"]}, case_sensitive=False)
    assert [user["Username"] for user in members(client, pool)] == ["Alice"]


@pytest.mark.rule("LOOK-9")
@each([GROUPS_OF_USER, USERS_IN_GROUP], "listing")
def test_who_has_nothing_is_answered_with_an_empty_list(
    client: Any, make_pool: Callable[..., str], listing: Listing
) -> None:
    answer = listing(client, make_pool(groups=["readers"], users={"alice": []}))
    assert answer[listing.items] == []
    assert listing.token not in answer


@pytest.mark.rule("LOOK-10")
@each([listing for listing in LISTINGS if listing.items == "Users"], "listing")
def test_disabled_and_unconfirmed_users_are_listed_like_the_others(
    client: Any, make_pool: Callable[..., str], listing: Listing
) -> None:
    pool = make_pool(
        users={
            "alice": User(groups=["readers"], confirmed=True),
            "bob": User(groups=["readers"], confirmed=True, enabled=False),
            "carol": User(groups=["readers"]),
        }
    )
    pages = client.get_paginator(listing.method).paginate(UserPoolId=pool, **listing.params)
    users = [user for page in pages for user in page["Users"]]
    assert {(user["Username"], user["Enabled"], user["UserStatus"]) for user in users} == {
        ("alice", True, "CONFIRMED"),
        ("bob", False, "CONFIRMED"),
        ("carol", True, "FORCE_CHANGE_PASSWORD"),
    }
