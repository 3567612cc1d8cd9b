"""Loading a seed into a pool that is in use."""

# ruff: noqa: E501  # in a table, a case is a line

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.seed import SeedError, Source, extend
from pytest_cognito_groups.service.faults import Fault
from pytest_cognito_groups.service.model import Model
from pytest_cognito_groups.service.pools import Pool

ReadPool = Callable[..., Pool]
Load = Callable[[str], tuple[Pool, tuple[Fault, ...]]]
Memberships = Callable[[Pool], dict[str, list[str]]]

SUB = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"
BASE = f"""
alias_attributes: [preferred_username]
groups: {{a: {{precedence: 1}}, b: , c: }}
users:
  u: [a, b, c]
  v: {{groups: [a], attributes: {{preferred_username: vee}}, sub: {SUB}}}
  w: {{groups: [a], attributes: {{preferred_username: wee}}}}
"""


@pytest.fixture
def pool(pool_of: ReadPool) -> Pool:
    return pool_of(BASE)


@pytest.fixture
def load(pool: Pool, model: Model) -> Load:
    return lambda text: extend(pool, Source(text), model)


def test_new_groups_and_users_are_added(load: Load, members: Memberships) -> None:
    pool, faults = load("groups: {d: }\nusers: {x: [d, a]}\nfaults: [{error: RequestExpired}]")
    assert faults == (Fault("us-east-1_TestPool1", None, "RequestExpired"),)
    assert list(pool.groups) == ["a", "b", "c", "d"]
    assert members(pool)["x"] == ["d", "a"]
    assert list(pool.members_of("a").names) == ["u", "v", "w", "x"]


def test_a_bare_name_keeps_what_the_pool_knows(load: Load) -> None:
    pool, _ = load("groups: [d, a]\nusers: {x: [a]}")
    assert list(pool.groups) == ["a", "b", "c", "d"]
    assert pool.groups["a"].precedence == 1


def test_memberships_that_stay_keep_their_place(load: Load, members: Memberships) -> None:
    pool, _ = load("groups: {d: , a: {precedence: 7}}\nusers: {u: [d, c, a]}")
    assert pool.groups["a"].precedence == 7
    assert members(pool)["u"] == ["a", "c", "d"]
    assert list(pool.members_of("a").names) == ["u", "v", "w"]
    assert list(pool.members_of("b").names) == []


def test_users_may_swap_what_is_theirs_alone(load: Load) -> None:
    pool, _ = load(
        f"users: {{w: {{attributes: {{preferred_username: vee}}, sub: {SUB}}}, v: {{attributes: {{preferred_username: wee}}}}}}"
    )
    assert (pool.user("vee").username, pool.user("wee").username, pool.user(SUB).username) == ("w", "v", "w")


def test_the_pool_itself_may_be_named(pool: Pool, load: Load) -> None:
    changed, _ = load(
        "pool: us-east-1_TestPool1\nalias_attributes: [preferred_username]\ncase_sensitive: true\nusers: {x: }"
    )
    assert "x" in changed.users
    assert load("") == (pool, ())


def test_groups_come_from_memberships_where_none_were_declared(
    pool_of: ReadPool, model: Model, members: Memberships
) -> None:
    pool, _ = extend(pool_of("users: {u: [a]}"), Source("users: {x: [b]}"), model)
    assert members(pool) == {"u": ["a"], "x": ["b"]}
    assert not pool.declared
    pool, _ = extend(pool, Source("groups: {c: }\nusers: {y: [a, b, c]}"), model)
    assert pool.declared
    with pytest.raises(SeedError, match="there is no group 'd'"):
        extend(pool, Source("users: {y: [d]}"), model)


def test_a_group_that_is_added_declares_groups() -> None:
    with CognitoGroups.from_yaml("users: {u: [a]}") as fake:
        fake.load("users: {x: [b]}")
        fake.add_group("c")
        with pytest.raises(SeedError, match="there is no group 'd'"):
            fake.load("users: {y: [d]}")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("pool: a_b", "1:7: this is pool us-east-1_TestPool1"),
        ("now: 2025-01-01", "1:6: the clock is set when the test starts"),
        ("users: {x: }\n---\npool: a_b", "3:1: a pool is loaded from a single document"),
        ("case_sensitive: false", "1:17: case_sensitive of pool us-east-1_TestPool1 can't be changed: it is set when the pool is created"),
        ("alias_attributes: []", "1:1: alias_attributes of pool us-east-1_TestPool1 can't be changed: it is set when the pool is created"),
        ("users: {x: [d]}", "1:13: there is no group 'd'"),
        ("users: {x: {attributes: {preferred_username: vee}}}", "1:46: the preferred_username 'vee' of user 'x' already belongs to user 'v'"),
        (f"users: {{x: {{sub: {SUB}}}}}", f"1:18: the sub '{SUB}' of user 'x' already belongs to user 'v'"),
        ("users: {x: , y: {status: nope}}", "1:26: 'nope' is not a valid status"),
        ("users: {x\x07: }", "1:10: the character U+0007 is not allowed in YAML"),
    ],
)  # fmt: skip
def test_nothing_changes_when_anything_is_wrong(
    pool: Pool, load: Load, members: Memberships, text: str, error: str
) -> None:
    before = members(pool)
    with pytest.raises(SeedError) as caught:
        load(text)
    (found,) = caught.value.errors
    assert f"{found.line}:{found.column}: {found.message}" == error
    assert members(pool) == before
    assert list(pool.groups) == ["a", "b", "c"]
