"""Pages and the tokens that join them (PAGE), in full paging; tests/test_ragged.py has the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time

from pytest_cognito_groups import CognitoGroups, UserPool

POOL = "us-east-1_TestPool1"
MARKER = "Paging marker {token} is invalid for request {request}"

# Most tests here look at single pages.
pytestmark = pytest.mark.cognito_groups(assert_all_pages_read=False, paging="full")


def users_page(client: Any, group: str = "readers", pool: str = POOL, **params: object) -> tuple[list[str], str | None]:
    """The user names of a page, and its token."""
    answer = client.list_users_in_group(UserPoolId=pool, GroupName=group, **params)
    return [user["Username"] for user in answer["Users"]], answer.get("NextToken")


def groups_page(client: Any, user: str = "alice", pool: str = POOL, **params: object) -> tuple[list[str], str | None]:
    """The group names of a page, and its token."""
    answer = client.admin_list_groups_for_user(UserPoolId=pool, Username=user, **params)
    return [group["GroupName"] for group in answer["Groups"]], answer.get("NextToken")


def walk(page: Callable[..., tuple[list[str], str | None]], *args: Any, **params: object) -> Iterator[list[str]]:
    names, token = page(*args, **params)
    yield names
    while token is not None:
        names, token = page(*args, **params, NextToken=token)
        yield names


def fill(pool: CognitoGroups | UserPool, members: int, group: str = "readers") -> list[str]:
    """Put so many users into a new group, and tell their names."""
    pool.add_group(group)
    names = [f"member-{number:03}" for number in range(members)]
    for name in names:
        if name not in pool.users:
            pool.add_user(name)
        pool.add_to_group(name, group)
    return names


def refusal(client: Any, operation: str, **params: object) -> str:
    """The text of the answer to a request with a bad token, its request id left out."""
    with pytest.raises(client.exceptions.InvalidParameterException) as raised:
        getattr(client, operation)(UserPoolId=params.pop("pool", POOL), **params)
    response = raised.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    text = response["Error"]["Message"]
    assert text == MARKER.format(token=params["NextToken"], request=response["ResponseMetadata"]["RequestId"])
    return str(text)


# The size of a page


@pytest.mark.rule("PAGE-1")
def test_a_page_has_at_most_60_items(client: Any, cognito_groups: CognitoGroups) -> None:
    names = fill(cognito_groups, 61)
    page, token = users_page(client, Limit=60)
    assert page == names[:60]
    assert users_page(client, Limit=60, NextToken=token) == (names[60:], None)
    with pytest.raises(client.exceptions.InvalidParameterException):
        users_page(client, Limit=61)


@pytest.mark.rule("PAGE-2")
def test_a_page_has_25_items_without_a_limit(client: Any, cognito_groups: CognitoGroups) -> None:
    names = fill(cognito_groups, 26)
    assert list(walk(users_page, client)) == [names[:25], names[25:]]


@pytest.mark.rule("PAGE-2")
@pytest.mark.cognito_groups(default_limit=7)
def test_the_page_size_without_a_limit_can_be_set(client: Any, cognito_groups: CognitoGroups) -> None:
    names = fill(cognito_groups, 8)
    assert users_page(client)[0] == names[:7]
    assert users_page(client, Limit=8)[0] == names


@pytest.mark.rule("PAGE-3")
@pytest.mark.cognito_groups(page_size=2)
@pytest.mark.parametrize("params", [{}, {"Limit": 60}, {"Limit": 2}], ids=str)
def test_page_size_bounds_the_page_whatever_the_limit(
    client: Any, cognito_groups: CognitoGroups, params: dict[str, int]
) -> None:
    names = fill(cognito_groups, 3)
    assert list(walk(users_page, client, **params)) == [names[:2], names[2:]]


@pytest.mark.rule("PAGE-3")
@pytest.mark.cognito_groups(page_size=2)
def test_a_limit_below_page_size_counts(client: Any, cognito_groups: CognitoGroups) -> None:
    names = fill(cognito_groups, 3)
    assert list(walk(users_page, client, Limit=1)) == [[name] for name in names]


@pytest.mark.rule("PAGE-2", "PAGE-3")
@pytest.mark.cognito_groups(page_size=2)
def test_groups_of_a_user_are_cut_like_users_of_a_group(client: Any, cognito_groups: CognitoGroups) -> None:
    for name in "abc":
        cognito_groups.add_group(name)
    cognito_groups.add_user("alice", groups=["c", "a", "b"])
    assert list(walk(groups_page, client)) == [["c", "a"], ["b"]]


@pytest.mark.rule("PAGE-5")
@pytest.mark.parametrize("members", [4, 3, 1, 0])
def test_the_last_page_has_no_token_even_when_it_is_full(
    client: Any, cognito_groups: CognitoGroups, members: int
) -> None:
    fill(cognito_groups, members)
    answer = client.list_users_in_group(UserPoolId=POOL, GroupName="readers", Limit=4)
    assert len(answer["Users"]) == members
    assert "NextToken" not in answer


# Tokens


@pytest.fixture
def two_pages(cognito_groups: CognitoGroups) -> list[str]:
    """Three users in `readers` and in `writers`, and as many groups of `alice` and of `bob`, who are two of them."""
    names = ["alice", "bob", "carol"]
    for group in ("readers", "writers", "others"):
        cognito_groups.add_group(group)
    for name in names:
        cognito_groups.add_user(name, groups=["readers", "writers", "others"])
    return names


@pytest.mark.rule("PAGE-6")
def test_a_token_tells_nothing_of_what_it_stands_for(
    client: Any, cognito_groups: CognitoGroups, two_pages: list[str]
) -> None:
    import base64

    for token, names in (
        (users_page(client, Limit=1)[1], ["readers", *two_pages]),
        (groups_page(client, Limit=1)[1], ["alice", "readers", "writers"]),
    ):
        assert token is not None
        raw = base64.b64decode(token + "==", altchars=b"-_")
        assert not any(name in token or name.encode() in raw for name in (*names, POOL))


@pytest.mark.rule("PAGE-6")
@pytest.mark.parametrize("now", ["1969-07-20T20:17:40Z", "2026-01-31T12:00:00Z"])
def test_no_token_begins_like_an_option_of_a_command_line(now: str) -> None:
    seed = f"now: {now}\nusers: {{'member-[1:300]': [readers]}}"
    with CognitoGroups.from_yaml(seed, page_size=1) as fake:
        pages = fake.client.get_paginator("list_users_in_group").paginate(UserPoolId=fake.pool.id, GroupName="readers")
        assert not [page["NextToken"] for page in pages if page.get("NextToken", "").startswith("-")]
    assert len(fake.calls) == 300


def test_a_token_can_be_used_again(client: Any, two_pages: list[str]) -> None:
    token = users_page(client, Limit=1)[1]
    first = users_page(client, Limit=1, NextToken=token)
    second = users_page(client, Limit=1, NextToken=token)
    assert first[0] == second[0] == ["bob"]


@pytest.mark.rule("PAGE-6")
def test_a_token_carries_all_it_needs(client: Any, cognito_groups: CognitoGroups, two_pages: list[str]) -> None:
    """Another fake of the same pool, as another process would have it, goes on from it."""
    token = users_page(client, Limit=1)[1]
    with CognitoGroups(assert_all_pages_read=False) as twin:
        for group in ("readers", "writers", "others"):
            twin.add_group(group)
        for name in two_pages:
            twin.add_user(name, groups=["readers", "writers", "others"])
        assert users_page(client, Limit=1, NextToken=token)[0] == ["bob"]
        assert len(twin.calls) == 1


@pytest.mark.rule("PAGE-6")
def test_the_limit_may_change_from_page_to_page(client: Any, cognito_groups: CognitoGroups) -> None:
    names = fill(cognito_groups, 10)
    first, token = users_page(client, Limit=1)
    second, token = users_page(client, Limit=5, NextToken=token)
    third, token = users_page(client, NextToken=token)
    assert [first, second, third] == [names[:1], names[1:6], names[6:]]
    assert token is None


@pytest.mark.rule("PAGE-6")
@pytest.mark.cognito_groups("{alias_attributes: [preferred_username]}")
def test_a_token_belongs_to_the_user_by_whatever_name(client: Any, cognito_groups: CognitoGroups) -> None:
    for group in "abc":
        cognito_groups.add_group(group)
    user = cognito_groups.add_user("alice", groups=["a", "b", "c"], attributes={"preferred_username": "ally"})
    token = groups_page(client, "alice", Limit=1)[1]
    assert groups_page(client, "ally", Limit=2, NextToken=token) == (["b", "c"], None)
    assert groups_page(client, user.sub, Limit=2, NextToken=token) == (["b", "c"], None)


@pytest.mark.rule("PAGE-6", "PAGE-7")
def test_a_token_of_another_listing_is_refused(
    client: Any, cognito_groups: CognitoGroups, two_pages: list[str]
) -> None:
    other = cognito_groups.add_pool("us-east-1_Other")
    fill(other, 3)
    of_readers = users_page(client, "readers", Limit=1)[1]
    of_alice = groups_page(client, "alice", Limit=1)[1]
    for user in ("bob", "carol"):
        refusal(client, "admin_list_groups_for_user", Username=user, NextToken=of_alice)
    refusal(client, "list_users_in_group", GroupName="writers", NextToken=of_readers)
    refusal(client, "admin_list_groups_for_user", Username="alice", NextToken=of_readers)
    refusal(client, "list_users_in_group", GroupName="readers", NextToken=of_alice)
    refusal(client, "list_users_in_group", pool="us-east-1_Other", GroupName="readers", NextToken=of_readers)


@pytest.mark.rule("PAGE-6", "PAGE-7")
def test_a_token_of_the_same_names_in_the_other_operation_is_refused(
    client: Any, cognito_groups: CognitoGroups
) -> None:
    """A user and a group of one name, at the same place in listings of one length."""
    cognito_groups.add_group("same")
    cognito_groups.add_group("other")
    cognito_groups.add_user("same", groups=["same", "other"])
    cognito_groups.add_user("second", groups=["same"])
    of_group = users_page(client, "same", Limit=1)[1]
    of_user = groups_page(client, "same", Limit=1)[1]
    refusal(client, "admin_list_groups_for_user", Username="same", NextToken=of_group)
    refusal(client, "list_users_in_group", GroupName="same", NextToken=of_user)


@pytest.mark.rule("PAGE-7")
@pytest.mark.parametrize("token", ["x", "made-up", "A" * 48, "é" * 48, "=" * 4, "A" * 4000])
def test_a_token_that_was_made_up_is_refused(client: Any, two_pages: list[str], token: str) -> None:
    refusal(client, "list_users_in_group", GroupName="readers", NextToken=token)


@pytest.mark.rule("PAGE-6", "PAGE-7")
def test_a_token_that_was_changed_in_any_place_is_refused(cognito_groups: CognitoGroups, two_pages: list[str]) -> None:
    client = cognito_groups.client
    token = users_page(client, Limit=1)[1]
    assert token is not None
    changed = {
        changed
        for index, character in enumerate(token)
        for other in "Aa0-_+/=*"
        for changed in (
            token[:index] + other + token[index + 1 :],
            token[:index] + other + token[index:],
            token[:index] + token[index + 1 :],
        )
        if changed != token
    }
    for each in (*changed, token + "=", token.swapcase()):
        refusal(client, "list_users_in_group", GroupName="readers", NextToken=each)


@pytest.mark.rule("PAGE-7")
def test_the_text_holds_the_token_and_the_id_of_the_request(client: Any, two_pages: list[str]) -> None:
    with pytest.raises(ClientError) as raised:
        users_page(client, NextToken="made-up")
    response = raised.value.response
    assert response["Error"] == {
        "Code": "InvalidParameterException",
        "Message": MARKER.format(token="made-up", request=response["ResponseMetadata"]["RequestId"]),
    }


@pytest.mark.rule("PAGE-8")
def test_a_token_lives_for_one_hour(client: Any, two_pages: list[str]) -> None:
    with freeze_time("2026-01-31T12:00:00Z") as clock:
        token = users_page(client, Limit=1)[1]
        clock.tick(59 * 60)
        assert users_page(client, NextToken=token) == (["bob", "carol"], None)
        clock.tick(61)
        refusal(client, "list_users_in_group", GroupName="readers", NextToken=token)


@pytest.mark.rule("PAGE-8")
def test_each_page_hands_out_a_token_with_an_hour_of_its_own(client: Any, two_pages: list[str]) -> None:
    with freeze_time("2026-01-31T12:00:00Z") as clock:
        token = users_page(client, Limit=1)[1]
        clock.tick(59 * 60)
        token = users_page(client, Limit=1, NextToken=token)[1]
        clock.tick(59 * 60)
        assert users_page(client, Limit=1, NextToken=token) == (["carol"], None)


@pytest.mark.rule("PAGE-8")
@pytest.mark.cognito_groups("{now: 2026-01-31T12:00:00Z, users: {'member-[1:3]': [readers]}}")
def test_the_clock_of_the_seed_ends_a_token(client: Any, cognito_groups: CognitoGroups) -> None:
    token = users_page(client, Limit=1)[1]
    assert cognito_groups.clock is not None
    cognito_groups.clock.tick(3601)
    refusal(client, "list_users_in_group", GroupName="readers", NextToken=token)


# Changes between two pages


@pytest.mark.rule("PAGE-9")
@pytest.mark.parametrize("paging", ["full", "ragged"])
@pytest.mark.parametrize("limits", [range(1, 21), range(21, 41), range(41, 61)], ids=str)
def test_members_that_were_there_throughout_appear_exactly_once(paging: str, limits: range) -> None:
    """Between any two pages somebody leaves: the one shown last, one not yet shown, the first; and somebody comes."""
    for limit in limits:
        with CognitoGroups(paging=paging, random_seed=limit) as fake:  # type: ignore[arg-type]  # one of the two
            throughout = set(fill(fake, 100))
            client, seen, token = fake.client, list[str](), dict[str, str | None]()
            while True:
                names, next_token = users_page(client, Limit=limit, **token)
                seen += names
                if next_token is None:
                    break
                token = {"NextToken": next_token}
                present = [user.username for user in fake.members_of("readers")]
                unseen = [name for name in present if name not in seen]
                for leaver in {*names[-1:], *unseen[:1], *unseen[-1:], present[0]}:
                    fake.remove_from_group(leaver, "readers")
                    throughout.discard(leaver)
                comer = f"comer-{len(fake.users)}"
                if len(fake.users) < 130:
                    fake.add_user(comer, groups=["readers"])
            assert len(seen) == len(set(seen))
            assert throughout <= set(seen)
            assert throughout or limit < 30


@pytest.mark.rule("PAGE-9")
def test_deleting_the_user_that_the_token_points_behind_skips_nobody(
    client: Any, cognito_groups: CognitoGroups
) -> None:
    names = fill(cognito_groups, 6)
    token = users_page(client, Limit=2)[1]
    for name in names[:2]:
        cognito_groups.delete_user(name)
    assert users_page(client, NextToken=token) == (names[2:], None)


@pytest.mark.rule("PAGE-9")
def test_groups_of_a_user_may_come_and_go_between_pages(client: Any, cognito_groups: CognitoGroups) -> None:
    for group in "abcdef":
        cognito_groups.add_group(group)
    cognito_groups.add_user("alice", groups=list("abcde"))
    token = groups_page(client, Limit=2)[1]
    cognito_groups.delete_group("b")
    cognito_groups.remove_from_group("alice", "d")
    cognito_groups.add_to_group("alice", "f")
    assert groups_page(client, NextToken=token) == (["c", "e", "f"], None)


@pytest.mark.rule("PAGE-9")
def test_a_page_whose_members_have_all_gone_is_empty_and_the_last(client: Any, cognito_groups: CognitoGroups) -> None:
    names = fill(cognito_groups, 4)
    token = users_page(client, Limit=2)[1]
    for name in names[2:]:
        cognito_groups.remove_from_group(name, "readers")
    assert users_page(client, NextToken=token) == ([], None)


@pytest.mark.rule("PAGE-9")
@pytest.mark.cognito_groups("users: {a: [ga], b: [gb], c: [gc], d: [gd], e: [ge], f: [gf]}")
def test_what_is_deleted_behind_a_token_loses_nobody(client: Any, cognito_groups: CognitoGroups) -> None:
    asked: Any = {"UserPoolId": cognito_groups.pool.id, "Limit": 3}
    users, groups = client.list_users(**asked), client.list_groups(**asked)
    cognito_groups.delete_user("a")
    client.delete_group(UserPoolId=cognito_groups.pool.id, GroupName="ga")
    users = client.list_users(**asked, PaginationToken=users["PaginationToken"])
    groups = client.list_groups(**asked, NextToken=groups["NextToken"])
    assert [user["Username"] for user in users["Users"]] == ["d", "e", "f"]
    assert [group["GroupName"] for group in groups["Groups"]] == ["gd", "ge", "gf"]


def test_a_walk_in_a_deleted_group_is_read_with_any_limit(client: Any, cognito_groups: CognitoGroups) -> None:
    fill(cognito_groups, 6)
    token = users_page(client, Limit=3)[1]
    cognito_groups.delete_group("readers")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        users_page(client, Limit=4, NextToken=token)
    cognito_groups.assert_all_pages_read()


@pytest.mark.parametrize("hours", [0, 2])
def test_a_continuation_that_is_refused_has_read_on(client: Any, cognito_groups: CognitoGroups, hours: int) -> None:
    """Whether for its limit or for the age of its token."""
    with freeze_time("2026-01-31") as clock:
        fill(cognito_groups, 6)
        token = users_page(client, Limit=3)[1]
        clock.tick(3600 * hours + 1)
        with pytest.raises(client.exceptions.InvalidParameterException):
            users_page(client, Limit=4 if hours else 61, NextToken=token)
    assert cognito_groups.calls.last.page == 2
    cognito_groups.assert_all_pages_read()


@pytest.mark.parametrize("members", [5, 6])
def test_ragged_pages_of_what_one_full_page_holds_may_be_left(members: int) -> None:
    def ask(random_seed: int) -> bool:
        """Whether a page left unread is a failure."""
        seed = f"users: {{'m-[1:{members}]': [readers]}}"
        fake = CognitoGroups.from_yaml(seed, paging="ragged", random_seed=random_seed)
        try:
            with fake:
                fake.client.list_users_in_group(UserPoolId=fake.pool.id, GroupName="readers", Limit=5)
        except AssertionError:
            return True
        return False

    assert any(map(ask, range(20))) is (members > 5)


@pytest.mark.rule("PAGE-9")
def test_a_token_outlives_changes_elsewhere(client: Any, cognito_groups: CognitoGroups) -> None:
    names = fill(cognito_groups, 4)
    token = users_page(client, Limit=2)[1]
    fill(cognito_groups, 4, group="others")
    cognito_groups.delete_group("others")
    cognito_groups.add_user("stranger")
    assert users_page(client, NextToken=token) == (names[2:], None)


# Order


@pytest.mark.rule("PAGE-10")
@pytest.mark.cognito_groups(
    """
    groups: {zebras: {precedence: 5}, ants: {precedence: 0}, moles: {}}
    users:
      zoe: [moles, zebras]
      adam: [zebras, ants, moles]
      mia: [moles]
    """
)
def test_order_is_that_of_the_memberships_as_seeded(client: Any, cognito_groups: CognitoGroups) -> None:
    assert groups_page(client, "adam")[0] == ["zebras", "ants", "moles"]
    assert users_page(client, "moles")[0] == ["zoe", "adam", "mia"]
    assert groups_page(client, "adam")[0] == ["zebras", "ants", "moles"]


@pytest.mark.rule("PAGE-10")
@pytest.mark.cognito_groups("{users: {zoe: [moles, zebras], adam: [moles]}}")
def test_a_new_membership_comes_last_in_both_orders(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.remove_from_group("zoe", "moles")
    cognito_groups.add_to_group("zoe", "moles")
    cognito_groups.add_to_group("adam", "moles")  # is one already
    assert groups_page(client, "zoe")[0] == ["zebras", "moles"]
    assert users_page(client, "moles")[0] == ["adam", "zoe"]


def test_a_walk_left_on_its_second_page_is_named_without_its_token() -> None:
    seed = "users: {'user-[1:3]': [readers]}"
    with CognitoGroups.from_yaml(seed, page_size=1, paging="full", assert_all_pages_read=False) as fake:
        asked: dict[str, Any] = {"UserPoolId": fake.pool.id, "GroupName": "readers", "Limit": 3}
        token = fake.client.list_users_in_group(**asked)["NextToken"]
        fake.client.list_users_in_group(**asked, NextToken=token)
        with pytest.raises(AssertionError) as raised:
            fake.assert_all_pages_read()
    assert "GroupName='readers', Limit=3): 2 of 3 users read" in str(raised.value)
    assert "NextToken=" not in str(raised.value)
