"""What holds for any pool, any Limit and any walk."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.hook.data import service_model
from pytest_cognito_groups.service.errors import ServiceError
from pytest_cognito_groups.service.names import Names
from pytest_cognito_groups.service.operations import Outcome, Request, Service
from pytest_cognito_groups.service.pages import Paging, Tokens
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import GroupRecord, PoolConfig, UserRecord, claims

POOL = "us-east-1_TestPool1"
USER_NAMES = [f"user-{number}" for number in range(8)]
GROUP_NAMES = [f"group-{number}" for number in range(8)]

limits = st.none() | st.integers(1, 60)
sizes = st.none() | st.integers(1, 70)
seeds = st.none() | st.integers(0, 2**32).map(str)
"""Full paging, or what ragged paging is drawn from."""


def pool_of(memberships: list[tuple[str, str]], pool_id: str = POOL) -> Pool:
    """A pool in which users joined groups in this order."""
    pool = Pool.filled(Names(PoolConfig(pool_id), {}))
    for group in sorted({group for _, group in memberships} | set(GROUP_NAMES[:2])):
        pool = pool.with_group(GroupRecord(group))
    for user in sorted({user for user, _ in memberships} | set(USER_NAMES[:2])):
        pool = pool.with_user(UserRecord(user))
    for user, group in memberships:
        pool = pool.joined(user, group)
    return pool


def service_of(seed: str | None, default_limit: int = 25, page_size: int | None = None) -> Service:
    return Service(service_model(), Paging(page_size, seed), default_limit, Tokens("secret"), bool)


def request(pool: Pool, kind: str, name: str, **params: Any) -> Request:
    given = {key: value for key, value in params.items() if value is not None}
    if kind == "groups":
        return Request("AdminListGroupsForUser", {"UserPoolId": pool.config.id, "Username": name, **given}, None, "id")
    return Request("ListUsersInGroup", {"UserPoolId": pool.config.id, "GroupName": name, **given}, None, "id")


def ask(service: Service, pool: Pool, asked: Request) -> Outcome:
    return service.answer(pool, asked, 0)


def walk(service: Service, pool: Pool, kind: str, name: str, chosen: Iterator[int | None]) -> Iterator[Outcome]:
    """The pages of a listing, each with the Limit that was chosen for it."""
    token = None
    while True:
        answer = ask(service, pool, request(pool, kind, name, Limit=next(chosen), NextToken=token))
        assert isinstance(answer.reply, str)
        yield answer
        token = answer.next_token
        if token is None:
            return


def endless(chosen: list[int | None]) -> Iterator[int | None]:
    while True:
        yield from chosen


memberships = st.lists(st.tuples(st.sampled_from(USER_NAMES), st.sampled_from(GROUP_NAMES)), unique=True, max_size=64)


@pytest.mark.rule("PAGE-3", "PAGE-5", "PAGE-6", "PAGE-10")
@given(
    count=st.integers(0, 150),
    chosen=st.lists(limits, min_size=1, max_size=5),
    default_limit=st.integers(1, 60),
    page_size=sizes,
    seed=seeds,
)
@settings(deadline=None)
def test_the_pages_joined_are_the_listing(
    count: int, chosen: list[int | None], default_limit: int, page_size: int | None, seed: str | None
) -> None:
    names = [f"user-{number}" for number in range(count)]
    users = {name: UserRecord(name) for name in names}
    pool = Pool.filled(Names(PoolConfig(), users), [GroupRecord("readers")], dict.fromkeys(names, ("readers",)))
    service = service_of(seed, default_limit, page_size)

    pages = list(walk(service, pool, "users", "readers", endless(chosen)))
    joined = [name for page in pages for name in page.items]
    again = [name for page in walk(service, pool, "users", "readers", endless([60])) for name in page.items]

    assert joined == again  # an order that does not depend on how it is walked
    assert (sorted(joined) if seed else joined) == (sorted(names) if seed else names)
    assert len(pages) <= 2 * count + 1
    for page, limit in zip(pages, endless(chosen), strict=False):
        asked = default_limit if limit is None else limit
        assert len(page.items) <= min(asked, page_size or asked)
    if seed is not None and count:
        assert len(pages) >= 2
    if seed is None:
        assert all(page.items for page in pages) or not count


@pytest.mark.rule("PAGE-3", "PAGE-10")
@given(
    members=memberships,
    chosen=st.lists(limits, min_size=1, max_size=3),
    default_limit=st.integers(1, 60),
    page_size=sizes,
    seed=seeds,
)
@settings(deadline=None, max_examples=25)
def test_a_client_that_reads_all_pages_reads_the_listing(
    members: list[tuple[str, str]],
    chosen: list[int | None],
    default_limit: int,
    page_size: int | None,
    seed: str | None,
) -> None:
    with CognitoGroups(
        default_limit=default_limit, page_size=page_size, paging="ragged" if seed else "full", random_seed=seed
    ) as fake:
        for group in GROUP_NAMES:
            fake.add_group(group)
        for user in USER_NAMES:
            fake.add_user(user)
        for user, group in members:
            fake.add_to_group(user, group)

        for operation, subject_of, items, name in (
            *(("admin_list_groups_for_user", {"Username": user}, "Groups", "GroupName") for user in USER_NAMES[:2]),
            *(("list_users_in_group", {"GroupName": group}, "Users", "Username") for group in GROUP_NAMES[:2]),
        ):
            expected = [
                group if "Username" in subject_of else user
                for user, group in members
                if user == subject_of.get("Username", user) and group == subject_of.get("GroupName", group)
            ]
            found, token, chosen_limits = list[str](), dict[str, str](), endless(chosen)
            while True:
                limit = next(chosen_limits)
                params = {"UserPoolId": POOL, **subject_of, **({} if limit is None else {"Limit": limit}), **token}
                answer = getattr(fake.client, operation)(**params)
                found += [item[name] for item in answer[items]]
                if "NextToken" not in answer:
                    break
                token = {"NextToken": answer["NextToken"]}
            assert (sorted(found) if seed else found) == (sorted(expected) if seed else expected)


@pytest.mark.rule("PAGE-6", "PAGE-7")
@given(members=memberships, seed=seeds)
@settings(deadline=None, max_examples=50)
def test_a_token_opens_its_own_listing_and_no_other(members: list[tuple[str, str]], seed: str | None) -> None:
    pool, twin = pool_of(members), pool_of(members, "us-east-1_Other")
    service = service_of(seed)
    listings = [
        (each, kind, name)
        for each in (pool, twin)
        for kind, names in (("groups", pool.users), ("users", pool.groups))
        for name in names
    ]
    tokens = {}
    for index, (each, kind, name) in enumerate(listings):
        first = ask(service, each, request(each, kind, name, Limit=1))
        assert isinstance(first.reply, str)
        if first.next_token is not None:
            tokens[index] = first.next_token
    for index, token in tokens.items():
        for other, (each, kind, name) in enumerate(listings):
            answer = ask(service, each, request(each, kind, name, NextToken=token))
            if other == index:
                assert isinstance(answer.reply, str)
            else:
                assert isinstance(answer.reply, ServiceError)
                assert answer.reply.message == f"Paging marker {token} is invalid for request id"


@pytest.mark.rule("PAGE-7")
@given(token=st.text("ABCXYZabcxyz0189-_+/=!é", min_size=1, max_size=80))
@settings(deadline=None)
def test_a_token_that_nobody_made_is_refused(token: str) -> None:
    pool = pool_of([("user-0", "group-0"), ("user-1", "group-0")])
    found = service_of(None).answer(pool, request(pool, "users", "group-0"), 0).subject
    assert found is not None
    assert Tokens("secret").open(token, found) is None


changes = st.lists(
    st.tuples(st.sampled_from(["join", "leave", "drop user", "drop group"]), st.integers(0, 7), st.integers(0, 7)),
    max_size=4,
)


@pytest.mark.rule("PAGE-9")
@given(members=memberships, steps=st.lists(changes, max_size=12), limit=st.integers(1, 4), seed=seeds)
@settings(deadline=None)
def test_whoever_stays_throughout_a_walk_appears_exactly_once(
    members: list[tuple[str, str]], steps: list[list[tuple[str, int, int]]], limit: int, seed: str | None
) -> None:
    pool = pool_of([*members, *((user, "group-0") for user in USER_NAMES if (user, "group-0") not in members)])
    throughout = set(USER_NAMES)
    service, seen, token = service_of(seed), list[str](), None
    for step in [*steps, *([[]] * 40)]:
        answer = ask(service, pool, request(pool, "users", "group-0", Limit=limit, NextToken=token))
        assert isinstance(answer.reply, str)
        seen += answer.items
        token = answer.next_token
        if token is None:
            break
        for change, user_index, group_index in step:
            user, group = USER_NAMES[user_index], GROUP_NAMES[group_index]
            if change == "drop user" and user in pool.users:
                pool = pool.without_user(user).with_user(UserRecord(user))
            elif change == "drop group" and group in pool.groups and group != "group-0":
                pool = pool.without_group(group)
            elif change == "leave" and group in pool.groups:
                pool = pool.left(user, group)
            elif change == "join" and group in pool.groups:
                pool = pool.joined(user, group)
            if change == "drop user" or (change == "leave" and group == "group-0"):
                throughout.discard(user)
    assert token is None
    assert {name: seen.count(name) for name in throughout} == dict.fromkeys(throughout, 1)


ROLES = [None, *(f"arn:aws:iam::123456789012:role/Role{number}" for number in range(3))]
group_records = st.lists(
    st.builds(
        GroupRecord,
        name=st.sampled_from(GROUP_NAMES),
        precedence=st.none() | st.integers(0, 3) | st.just(2_147_483_647),
        role_arn=st.sampled_from(ROLES),
    ),
    unique_by=lambda group: group.name,
)


@pytest.mark.rule("PREC-3", "PREC-4", "PREC-5", "PREC-6", "PREC-7")
@given(groups=group_records, data=st.data())
def test_claims_do_not_depend_on_the_order_of_anything(groups: list[GroupRecord], data: st.DataObject) -> None:
    def unordered(found: dict[str, str | list[str]]) -> dict[str, str | list[str]]:
        return {name: sorted(value) if isinstance(value, list) else value for name, value in found.items()}

    other = data.draw(st.permutations(groups))
    assert unordered(claims(other)) == unordered(claims(groups))


@pytest.mark.rule("PREC-3", "PREC-4", "PREC-5", "PREC-6", "PREC-7")
@given(groups=group_records)
def test_the_preferred_role_is_of_a_group_that_no_other_precedes(groups: list[GroupRecord]) -> None:
    found = claims(groups)
    roles = {group.role_arn for group in groups} - {None}
    assert set(found.get("cognito:groups", [])) == {group.name for group in groups}
    assert set(found.get("cognito:roles", [])) == roles

    def rank(group: GroupRecord) -> tuple[bool, int]:
        return group.precedence is None, group.precedence or 0

    with_role = [group for group in groups if group.role_arn is not None]
    first = [group for group in with_role if not any(rank(other) < rank(group) for other in with_role)]
    agree = first and all(one.role_arn == other.role_arn for one, other in combinations(first, 2))
    assert found.get("cognito:preferred_role") == (first[0].role_arn if agree else None)
