"""Ragged paging: all that the documentation allows and code has to survive (PAGE-3 to PAGE-5, PAGE-9, PAGE-10)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest

from pytest_cognito_groups import CognitoGroups

POOL = "us-east-1_TestPool1"
SEEDS = range(20)


def ragged(seed: int | str, members: int, **options: Any) -> CognitoGroups:
    """A fake with so many users in `readers`, and a user `alice` in as many groups (100 at most)."""
    fake = CognitoGroups(paging="ragged", random_seed=seed, **options)
    fake.add_group("readers")
    for name in seeded_users(members):
        fake.add_user(name, groups=["readers"])
    for name in seeded_groups(min(members, 100)):
        fake.add_group(name)
    fake.add_user("alice", groups=seeded_groups(min(members, 100)))
    return fake


def seeded_users(count: int) -> list[str]:
    return [f"member-{number:03}" for number in range(count)]


def seeded_groups(count: int) -> list[str]:
    return [f"group-{number:03}" for number in range(count)]


def users_pages(client: Any, **params: object) -> list[list[str]]:
    """The user names of each page of a whole walk, written as a loop."""
    pages, token = [], dict[str, str]()
    while True:
        answer = client.list_users_in_group(UserPoolId=POOL, GroupName="readers", **params, **token)
        pages.append([user["Username"] for user in answer["Users"]])
        if "NextToken" not in answer:
            return pages
        token = {"NextToken": answer["NextToken"]}


def groups_pages(client: Any, **params: object) -> list[list[str]]:
    """The group names of each page of a whole walk, by botocore's paginator."""
    pages = client.get_paginator("admin_list_groups_for_user").paginate(UserPoolId=POOL, Username="alice", **params)
    return [[group["GroupName"] for group in page["Groups"]] for page in pages]


def joined(pages: Iterable[list[str]]) -> list[str]:
    return [name for page in pages for name in page]


@pytest.mark.rule("PAGE-3", "PAGE-4", "PAGE-5")
@pytest.mark.parametrize("members", [1, 2, 7, 61])
def test_a_walk_ends_and_shows_each_item_once(client: Any, members: int) -> None:
    for seed in SEEDS:
        with ragged(seed, members):
            for pages, expected in (
                (users_pages(client), seeded_users(members)),
                (groups_pages(client), seeded_groups(members)),
            ):
                assert sorted(joined(pages)) == expected
                assert 2 <= len(pages) <= 2 * members + 1


@pytest.mark.rule("PAGE-3", "PAGE-4")
@pytest.mark.parametrize("members", [2, 3, 26])
def test_every_walk_meets_a_short_page_and_an_empty_one(members: int) -> None:
    for seed in SEEDS:
        with ragged(seed, members) as fake:
            pages = users_pages(fake.client, Limit=2)
            assert [] in pages[:-1]
            assert any(0 < len(page) < 2 for page in pages[:-1])


@pytest.mark.rule("PAGE-4")
def test_a_listing_of_one_item_begins_with_an_empty_page() -> None:
    for seed in SEEDS:
        with ragged(seed, 1) as fake:
            assert users_pages(fake.client)[:2] == [[], ["member-000"]]


@pytest.mark.rule("PAGE-4")
def test_no_two_pages_in_a_row_are_empty() -> None:
    for seed in SEEDS:
        with ragged(seed, 12) as fake:
            pages = users_pages(fake.client, Limit=3)
            assert all(page or following for page, following in pairwise(pages))


@pytest.mark.rule("PAGE-5")
def test_the_last_page_may_be_empty_after_a_token() -> None:
    ends = set()
    for seed in SEEDS:
        with ragged(seed, 5) as fake:
            ends.add(bool(users_pages(fake.client)[-1]))
    assert ends == {True, False}


@pytest.mark.rule("PAGE-5")
def test_an_empty_listing_has_no_token(client: Any) -> None:
    for seed in SEEDS:
        with ragged(seed, 0):
            assert users_pages(client) == [[]]
            assert groups_pages(client) == [[]]


@pytest.mark.rule("PAGE-3")
@pytest.mark.parametrize(
    ("options", "params", "size"),
    [
        pytest.param({}, {}, 25, id="no Limit"),
        pytest.param({}, {"Limit": 9}, 9, id="Limit"),
        pytest.param({"page_size": 4}, {"Limit": 9}, 4, id="page_size"),
    ],
)
def test_no_page_is_larger_than_in_full_paging(options: dict[str, int], params: dict[str, int], size: int) -> None:
    largest = 0
    for seed in SEEDS:
        with ragged(seed, 60, **options) as fake:
            largest = max(largest, *map(len, users_pages(fake.client, **params)))
    assert largest == size


@pytest.mark.rule("PAGE-10")
@pytest.mark.parametrize("members", [2, 3, 40])
def test_the_order_is_unlike_the_seeded_one(members: int) -> None:
    for seed in SEEDS:
        with ragged(seed, members) as fake:
            assert joined(users_pages(fake.client)) != seeded_users(members)
            assert joined(groups_pages(fake.client)) != seeded_groups(members)


@pytest.mark.rule("PAGE-10")
def test_the_order_stays_the_same_for_one_listing(client: Any) -> None:
    with ragged(0, 30):
        first = joined(users_pages(client))
        assert joined(users_pages(client, Limit=1)) == first
        assert joined(users_pages(client, Limit=60)) == first


@pytest.mark.rule("PAGE-10")
def test_the_order_of_the_others_stays_when_members_come_and_go(client: Any) -> None:
    with ragged(0, 30) as fake:
        before = joined(users_pages(client))
        fake.remove_from_group("member-007", "readers")
        fake.delete_user("member-011")
        fake.add_user("comer", groups=["readers"])
        after = joined(users_pages(client))
        assert sorted(after) == sorted({*before, "comer"} - {"member-007", "member-011"})
        assert [name for name in after if name != "comer"] == [name for name in before if name in after]


@pytest.mark.rule("PAGE-10")
def test_listings_have_orders_of_their_own() -> None:
    with ragged(0, 20) as fake:
        fake.add_group("writers")
        for name in seeded_users(20):
            fake.add_to_group(name, "writers")
        readers = joined(users_pages(fake.client))
        answer = fake.client.get_paginator("list_users_in_group").paginate(UserPoolId=POOL, GroupName="writers")
        assert [user["Username"] for page in answer for user in page["Users"]] != readers


@pytest.mark.rule("PAGE-6")
def test_a_token_used_again_leads_to_the_same_page(client: Any) -> None:
    for seed in SEEDS:
        with ragged(seed, 10, assert_all_pages_read=False):
            params = {"UserPoolId": POOL, "GroupName": "readers", "Limit": 4}
            token = client.list_users_in_group(**params)["NextToken"]
            first, second = (client.list_users_in_group(**params, NextToken=token)["Users"] for _ in range(2))
            assert first == second


@pytest.mark.rule("PAGE-9")
def test_members_that_leave_during_a_walk_take_nobody_along() -> None:
    for seed in SEEDS:
        with ragged(seed, 20) as fake:
            seen, token, left = list[str](), dict[str, str](), set[str]()
            while True:
                answer = fake.client.list_users_in_group(UserPoolId=POOL, GroupName="readers", Limit=3, **token)
                seen += [user["Username"] for user in answer["Users"]]
                if "NextToken" not in answer:
                    break
                token = {"NextToken": answer["NextToken"]}
                if seen and seen[-1] not in left:
                    left.add(seen[-1])
                    fake.remove_from_group(seen[-1], "readers")
            assert sorted(seen) == seeded_users(20)


# What is drawn, and from what


def pages_of(seed: int | str) -> list[list[list[str]]]:
    with ragged(seed, 30) as fake:
        return [users_pages(fake.client, Limit=7), groups_pages(fake.client)]


@pytest.mark.rule("PAGE-10")
def test_one_seed_gives_the_same_pages_each_time() -> None:
    assert pages_of(5) == pages_of(5) == pages_of("5")


@pytest.mark.rule("PAGE-10")
def test_another_seed_gives_other_pages() -> None:
    drawn = [json.dumps(pages_of(seed)) for seed in range(10)]
    assert len(set(drawn)) == 10


@pytest.mark.rule("PAGE-10")
def test_another_seed_gives_another_order() -> None:
    orders = {tuple(joined(pages)) for seed in range(10) for pages in pages_of(seed)}
    assert len(orders) == 20


@pytest.mark.rule("PAGE-10")
def test_the_running_test_is_the_seed_where_none_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    def pages(random_seed: int | None = None) -> str:
        fake = CognitoGroups(paging="ragged", random_seed=random_seed)
        fake.add_group("readers")
        for name in seeded_users(30):
            fake.add_user(name, groups=["readers"])
        with fake:
            return json.dumps(users_pages(fake.client))

    monkeypatch.setenv("PYTEST_CURRENT_TEST", "tests/test_it.py::test_one (call)")
    one = pages()
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "tests/test_it.py::test_one (setup)")
    assert pages() == one
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "tests/test_it.py::test_two (call)")
    assert pages() != one
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    assert pages() == pages(random_seed=0)


SCRIPT = """
import json, sys
from pytest_cognito_groups import CognitoGroups

with CognitoGroups(paging="ragged", random_seed=5) as fake:
    fake.add_group("readers")
    for number in range(30):
        fake.add_user(f"member-{number:03}", groups=["readers"])
    paginator = fake.client.get_paginator("list_users_in_group")
    pages = paginator.paginate(UserPoolId=fake.pool.id, GroupName="readers", PaginationConfig={"PageSize": 7})
    print(json.dumps([[user["Username"] for user in page["Users"]] for page in pages]))
"""


@pytest.mark.rule("PAGE-10")
def test_one_seed_gives_the_same_pages_in_every_process() -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for hash_seed in ("1", "2")
    ]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert [json.loads(output) for output, _ in outputs] == [pages_of(5)[0]] * 2
