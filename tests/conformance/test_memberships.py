"""Joining and leaving groups (MEMB)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conformance.operations import (
    ADD_TO_GROUP,
    GET_GROUP,
    GET_USER,
    GROUPS_OF_USER,
    LISTINGS,
    REMOVE_FROM_GROUP,
    STANDARD,
    USERS_IN_GROUP,
    Listing,
    Operation,
    each,
    names,
    refusal,
    uses,
)

pytestmark = uses(ADD_TO_GROUP, REMOVE_FROM_GROUP)

OF_MEMBERSHIPS = [listing for listing in LISTINGS if listing in (GROUPS_OF_USER, USERS_IN_GROUP)]


@pytest.mark.rule("MEMB-1")
@each([ADD_TO_GROUP, REMOVE_FROM_GROUP])
def test_success_is_an_empty_answer(client: Any, make_pool: Callable[..., str], operation: Operation) -> None:
    answer = operation(client, make_pool(**STANDARD))
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {}


@pytest.mark.rule("MEMB-1")
def test_who_joins_is_listed_and_who_leaves_is_not(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(groups=["readers"], users={"alice": []})
    ADD_TO_GROUP(client, pool)
    assert GROUPS_OF_USER.walk(client, pool) == ["readers"]
    assert USERS_IN_GROUP.walk(client, pool) == ["alice"]
    REMOVE_FROM_GROUP(client, pool)
    assert GROUPS_OF_USER.walk(client, pool) == USERS_IN_GROUP.walk(client, pool) == []


@pytest.mark.rule("MEMB-2")
@each([ADD_TO_GROUP, REMOVE_FROM_GROUP])
def test_the_user_is_looked_up_before_the_group(client: Any, refusing_pool: str, operation: Operation) -> None:
    refused = refusal(operation, client, refusing_pool, Username="nobody", GroupName="nothing")
    assert refused.code == "UserNotFoundException"


@pytest.mark.rule("MEMB-3")
@pytest.mark.parametrize("listing", OF_MEMBERSHIPS, ids=lambda listing: listing.method)
def test_joining_again_changes_nothing(client: Any, make_pool: Callable[..., str], listing: Listing) -> None:
    pool = make_pool(**listing.holding(8))
    before = listing.walk(client, pool)
    ADD_TO_GROUP(client, pool, **{**listing.params, listing.name: before[0]})
    assert listing.walk(client, pool) == before


@pytest.mark.rule("MEMB-3")
@pytest.mark.parametrize("listing", OF_MEMBERSHIPS, ids=lambda listing: listing.method)
def test_leaving_without_being_in_changes_nothing(client: Any, make_pool: Callable[..., str], listing: Listing) -> None:
    pool = make_pool(groups=["readers", "writers"], users={"alice": ["writers"], "bob": ["readers"]})
    before = listing.walk(client, pool)
    REMOVE_FROM_GROUP(client, pool)
    assert listing.walk(client, pool) == before


@pytest.mark.rule("MEMB-4")
@pytest.mark.unpromised
@pytest.mark.parametrize("listing", OF_MEMBERSHIPS, ids=lambda listing: listing.method)
def test_a_new_membership_is_the_last(client: Any, make_pool: Callable[..., str], listing: Listing) -> None:
    pool = make_pool(**listing.holding(10))
    first = {**listing.params, listing.name: names(10)[0]}
    REMOVE_FROM_GROUP(client, pool, **first)
    ADD_TO_GROUP(client, pool, **first)
    assert listing.walk(client, pool) == [*names(10)[1:], names(10)[0]]


@pytest.mark.rule("MEMB-5", "WIRE-8")
def test_a_user_is_in_at_most_100_groups(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(groups=names(101), users={"alice": names(100)})
    refused = refusal(ADD_TO_GROUP, client, pool, GroupName=names(101)[100])
    assert (refused.code, refused.text) == (
        "LimitExceededException",
        "Exceeded the limit of 100 groups for a user.",
    )


@pytest.mark.rule("MEMB-6")
@uses(GET_GROUP, GET_USER)
def test_no_modification_date_moves(client: Any, make_pool: Callable[..., str]) -> None:
    def dates() -> tuple[object, object]:
        return GET_GROUP(client, pool)["Group"]["LastModifiedDate"], GET_USER(client, pool)["UserLastModifiedDate"]

    pool = make_pool(groups=["readers"], users={"alice": []})
    before = dates()
    ADD_TO_GROUP(client, pool)
    assert dates() == before
    REMOVE_FROM_GROUP(client, pool)
    assert dates() == before
