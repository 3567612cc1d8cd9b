"""A pool written as a seed and read again is the same pool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_cognito_groups.hook.clients import service_model
from pytest_cognito_groups.seed import Source, read
from pytest_cognito_groups.seed.dump import dump
from pytest_cognito_groups.seed.grammar import decode
from pytest_cognito_groups.service.names import Names
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import GroupRecord, PoolConfig, UserRecord

ReadPool = Callable[..., Pool]

MODEL = service_model()


def facts(pool: Pool) -> dict[str, Any]:
    """All that a seed can say of a pool."""
    return {
        "config": pool.config,
        "groups": list(pool.groups.values()),
        "users": [
            (u.username, u.sub, u.attributes, u.status, u.enabled, u.mfa_options, u.created, u.modified)
            for u in pool.users.values()
        ],
        "groups of": {name: list(pool.groups_of(name).names) for name in pool.users},
        "members of": {name: list(pool.members_of(name).names) for name in pool.groups},
    }


def again(pool: Pool) -> Pool:
    (twin,) = read([[Source(dump(pool))]], MODEL).pools
    return twin


signs = st.characters(categories=("L", "N", "P", "S", "M"), exclude_characters="[")
names = st.text(signs, min_size=1, max_size=12) | st.sampled_from(
    ["on", "007", "null", "~", "<<", "a: b".replace(" ", ""), "#x", "- "[:1]]
)
texts = st.text(st.characters(categories=("L", "M", "N", "P", "S", "Z", "Cc", "Cf", "Co")), max_size=20)
dates = st.none() | st.integers(-(10**12), 10**13)
arns = st.none() | st.text("abz019_+=/,.@-", min_size=4).map("arn:aws:iam::123456789012:role/{}".format)


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    sign_in = draw(st.sampled_from([(), (), ("email",), ("phone_number", "email")]))
    config = PoolConfig(
        draw(st.sampled_from(["us-east-1_TestPool1", "eu-west-1_A"])),
        draw(st.lists(st.sampled_from(["email", "phone_number", "preferred_username"]), unique=True).map(tuple)),
        sign_in,
        draw(st.booleans()),
    )
    declared = draw(st.booleans())
    precedence = st.none() | st.integers(0, 2**31 - 1)
    groups = [
        GroupRecord(name, draw(precedence), draw(arns), draw(st.none() | texts), draw(dates), draw(dates))
        for name in draw(st.lists(names, unique=True, max_size=6))
    ]
    users: dict[str, UserRecord] = {}
    memberships: dict[str, tuple[str, ...]] = {}
    for name in draw(st.lists(names, unique_by=str.casefold, max_size=6)):
        attributes = draw(
            st.dictionaries(st.sampled_from(["custom:a", "name", "email_verified"]) | names, texts, max_size=3)
        )
        for key in ("sub", "email", "phone_number", "preferred_username"):
            attributes.pop(key, None)
        if "email_verified" in attributes:
            attributes["email_verified"] = draw(st.sampled_from(["true", "false"]))
        if sign_in:
            attributes["phone_number" if name.startswith("+") else "email"] = name
        mfa = draw(st.lists(st.tuples(st.sampled_from(["SMS", "EMAIL"]), st.just("phone_number")), max_size=2))
        user = UserRecord(
            name,
            draw(st.none() | st.uuids().map(str)),
            tuple(attributes.items()),
            None,
            draw(st.sampled_from(MODEL.enum("UserStatusType"))),
            draw(st.booleans()),
            tuple(mfa),
            draw(dates),
            draw(dates),
        )
        joined = draw(st.lists(st.sampled_from([group.name for group in groups]), unique=True)) if groups else []
        users[name], memberships[name] = user, tuple(joined)
    return Pool.filled(Names(config, users), groups, memberships, declared=declared)


@settings(deadline=None)
@given(pools())
def test_a_pool_dumped_and_read_again_is_the_same(pool: Pool) -> None:
    assert facts(again(pool)) == facts(pool)


@settings(deadline=None)
@given(pools())
def test_a_dump_has_one_form(pool: Pool) -> None:
    assert dump(again(pool)) == dump(pool)


def test_a_dump_reads_well(pool_of: ReadPool) -> None:
    text = """\
pool: eu-west-1_A
alias_attributes: [email]
case_sensitive: false
groups:
  admins: {precedence: 0, role_arn: "arn:aws:iam::123456789012:role/A", description: "\\"all\\"\\U0000000a"}
  readers: {created: 2025-01-01T00:00:00.000Z, modified: 2025-01-01T00:00:00.001Z}
users:
  alice: [admins, readers]
  "null": {groups: [readers], attributes: {email: bob@x.org, "custom:x": "true"}, status: UNKNOWN, enabled: false}
  carol: {mfa_options: [{delivery_medium: SMS, attribute_name: phone_number}]}
  dave: []
"""
    assert dump(pool_of(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "username_attributes: [email]\nusers: {a@x.org: [g], 'm[1:3]@x.org': {attributes: {x: '{n} {name}'}}}",
        "users: {'m[1:3]': ['g[1:2]']}",
        "",
    ],
)
def test_ranges_and_implied_groups_are_written_out(pool_of: ReadPool, text: str) -> None:
    if text:
        pool = pool_of(text)
        assert facts(again(pool)) == facts(pool)
        assert "groups:\n" not in dump(pool)
    else:
        pool = pool_of("users: {a: [g, h]}", "users: {a: [h]}")
        assert "groups:\n" in dump(pool)
        assert facts(again(pool)) == facts(pool)


def test_a_dumped_seed_is_one_document() -> None:
    pool = read([[Source("users: {a: }")]], MODEL).pools[0]
    assert len(decode(dump(pool), MODEL).documents) == 1
