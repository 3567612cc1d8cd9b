"""Pages and the tokens that join them (PAGE), the same for each listing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from conformance.operations import (
    ADD_TO_GROUP,
    GROUPS,
    GROUPS_OF_USER,
    LISTINGS,
    REMOVE_FROM_GROUP,
    USERS,
    USERS_IN_GROUP,
    Listing,
    each,
    names,
    uses,
)


def marker(listing: Listing, client: Any, pool: str, token: str, **params: object) -> tuple[str, str]:
    """The code and the text of the answer to a bad token, with words for the token and the id of the request."""
    with pytest.raises(ClientError) as raised:
        listing.page(client, pool, token, **params)
    response = raised.value.response
    text = response["Error"]["Message"].replace(token, "TOKEN")
    return response["Error"]["Code"], text.replace(response["ResponseMetadata"]["RequestId"], "REQUEST")


INVALID = ("InvalidParameterException", "Paging marker TOKEN is invalid for request REQUEST")


@pytest.mark.rule("PAGE-1")
@each(LISTINGS, "listing")
def test_a_page_has_at_most_60_items(client: Any, make_pool: Callable[..., str], listing: Listing) -> None:
    pool = make_pool(**listing.holding(61))
    pages = list(listing.pages(client, pool, Limit=60))
    assert max(map(len, pages)) <= 60
    assert sorted(name for page in pages for name in page) == sorted(names(61))


@pytest.mark.rule("PAGE-2", "GROUP-2")
@pytest.mark.unpromised
@each([listing for listing in LISTINGS if listing is not USERS], "listing")
def test_a_page_has_25_items_without_a_limit(client: Any, make_pool: Callable[..., str], listing: Listing) -> None:
    pages = listing.pages(client, make_pool(**listing.holding(26)))
    assert [len(page) for page in pages] == [25, 1]


@pytest.mark.rule("PAGE-2", "USER-3")
@pytest.mark.unpromised
@uses(USERS)
def test_a_page_of_all_users_has_60_without_a_limit(client: Any, make_pool: Callable[..., str]) -> None:
    assert [len(page) for page in USERS.pages(client, make_pool(**USERS.holding(61)))] == [60, 1]


@pytest.mark.rule("PAGE-1")
@each(LISTINGS, "listing")
def test_a_page_never_has_more_than_its_limit(client: Any, make_pool: Callable[..., str], listing: Listing) -> None:
    pages = list(listing.pages(client, make_pool(**listing.holding(5)), Limit=2))
    assert max(map(len, pages)) <= 2
    assert sorted(name for page in pages for name in page) == sorted(names(5))


@pytest.mark.rule("PAGE-5")
@each(LISTINGS, "listing")
def test_the_last_page_has_no_token_not_even_null(client: Any, make_pool: Callable[..., str], listing: Listing) -> None:
    pool = make_pool(**listing.holding(5))
    answer = listing(client, pool, Limit=2)
    while answer.get(listing.token):
        answer = listing(client, pool, Limit=2, **{listing.token: answer[listing.token]})
    assert listing.token not in answer


@pytest.mark.rule("PAGE-5")
@pytest.mark.unpromised
@each(LISTINGS, "listing")
def test_a_last_page_that_is_just_full_has_no_token(
    client: Any, make_pool: Callable[..., str], listing: Listing
) -> None:
    pool = make_pool(**listing.holding(4))
    assert [len(page) for page in listing.pages(client, pool, Limit=2)] == [2, 2]
    assert listing.token not in listing(client, pool, Limit=4)


@pytest.mark.rule("PAGE-6")
@each(LISTINGS, "listing")
def test_a_token_can_be_used_again(client: Any, make_pool: Callable[..., str], listing: Listing) -> None:
    pool = make_pool(**listing.holding(5))
    _, token = listing.page(client, pool, Limit=1)
    first, second = (listing.page(client, pool, token, Limit=1)[0] for _ in range(2))
    assert first == second


@pytest.mark.rule("PAGE-6")
@each(LISTINGS, "listing")
def test_the_limit_may_change_from_page_to_page(client: Any, make_pool: Callable[..., str], listing: Listing) -> None:
    pool = make_pool(**listing.holding(5))
    found, token = listing.page(client, pool, Limit=1)
    while token is not None:
        page, token = listing.page(client, pool, token, Limit=3)
        found += page
    assert sorted(found) == sorted(names(5))


@pytest.mark.rule("PAGE-6")
@each(LISTINGS, "listing")
def test_a_token_of_another_pool_is_refused(client: Any, make_pool: Callable[..., str], listing: Listing) -> None:
    pool, other = (make_pool(**listing.holding(5), case_sensitive=sensitive) for sensitive in (True, False))
    _, token = listing.page(client, other, Limit=1)
    assert token is not None
    with pytest.raises(client.exceptions.InvalidParameterException):
        listing.page(client, pool, token, Limit=1)


@pytest.mark.rule("PAGE-6")
@each([listing for listing in LISTINGS if listing.other], "listing")
def test_a_token_of_another_user_group_or_filter_is_refused(
    client: Any, make_pool: Callable[..., str], listing: Listing
) -> None:
    pool = make_pool(**listing.holding(5))
    _, token = listing.page(client, pool, Limit=1)
    assert token is not None
    with pytest.raises(client.exceptions.InvalidParameterException):
        listing.page(client, pool, token, Limit=1, **listing.other or {})


@pytest.mark.rule("PAGE-6")
@uses(GROUPS, GROUPS_OF_USER)
def test_a_token_of_another_operation_is_refused(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(**GROUPS.holding(5))
    _, token = GROUPS.page(client, pool, Limit=1)
    assert token is not None
    with pytest.raises(client.exceptions.InvalidParameterException):
        GROUPS_OF_USER.page(client, pool, token, Limit=1)


@pytest.mark.rule("PAGE-7")
@each(LISTINGS, "listing")
def test_a_token_that_was_made_up_is_refused(client: Any, make_pool: Callable[..., str], listing: Listing) -> None:
    assert marker(listing, client, make_pool(**listing.holding(5)), "made-up-and-of-no-listing") == INVALID


@pytest.mark.rule("PAGE-7")
@each(LISTINGS, "listing")
def test_a_token_that_was_changed_is_refused(client: Any, make_pool: Callable[..., str], listing: Listing) -> None:
    pool = make_pool(**listing.holding(5))
    _, token = listing.page(client, pool, Limit=1)
    assert token is not None
    middle = len(token) // 2
    changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    assert marker(listing, client, pool, changed, Limit=1) == INVALID


@pytest.mark.rule("PAGE-9", "MEMB-4")
@uses(ADD_TO_GROUP, REMOVE_FROM_GROUP)
@each([GROUPS_OF_USER, USERS_IN_GROUP], "listing")
@pytest.mark.parametrize("removed", range(3))
def test_who_stays_appears_once_whoever_leaves_between_pages(
    client: Any, make_pool: Callable[..., str], listing: Listing, removed: int
) -> None:
    pool = make_pool(**listing.holding(6))
    found, token = listing.page(client, pool, Limit=3)
    while len(found) < 3 and token is not None:
        page, token = listing.page(client, pool, token, Limit=3 - len(found))
        found += page
    leaver = found[removed]
    REMOVE_FROM_GROUP(client, pool, **{**listing.params, listing.name: leaver})
    while token is not None:
        page, token = listing.page(client, pool, token, Limit=2)
        found += page
    assert sorted(found) == sorted(names(6))


@pytest.mark.rule("PAGE-10", "GROUP-2", "USER-3")
@each(LISTINGS, "listing")
def test_the_order_is_the_same_each_time(client: Any, make_pool: Callable[..., str], listing: Listing) -> None:
    pool = make_pool(**listing.holding(10))
    assert listing.walk(client, pool, Limit=4) == listing.walk(client, pool, Limit=3)


@pytest.mark.rule("PAGE-10", "GROUP-2", "USER-3")
@pytest.mark.unpromised
@each(LISTINGS, "listing")
def test_the_order_is_that_in_which_things_were_made(
    client: Any, make_pool: Callable[..., str], listing: Listing
) -> None:
    assert listing.walk(client, make_pool(**listing.holding(10))) == names(10)
