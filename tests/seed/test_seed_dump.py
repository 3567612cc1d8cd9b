"""Groups and users written as a seed are the same when it is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.hook.data import service_model
from pytest_cognito_groups.seed.documents import Profile, UserEntry
from pytest_cognito_groups.seed.dump import dump, plain_name
from pytest_cognito_groups.service.records import GroupRecord, moment

POOL = "eu-west-1_A"
MODEL = service_model()
SUB = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"

signs = st.characters(categories=("L", "N", "P", "S", "M"), exclude_characters="[]")
names = (
    st.text(signs, min_size=1, max_size=12)
    | st.sampled_from(["on", "007", "null", "~", "<<", "a:b", "#x", "-", "a[x]"])
    | st.from_regex(r"(m-|m-0|1x)[0-9]{1,2}(@x)?", fullmatch=True)
)
texts = st.text(st.characters(categories=("L", "M", "N", "P", "S", "Z", "Cc", "Cf", "Co")), max_size=20)
dates = st.sampled_from([0, 1, 1_000, 1_735_689_600_000]) | st.integers(-(10**12), 10**13)
arns = st.none() | st.text("abz019_+=/,.@-", min_size=4).map("arn:aws:iam::123456789012:role/{}".format)
groups_of_a_pool = st.lists(
    st.builds(
        GroupRecord,
        names,
        st.none() | st.integers(0, 2**31 - 1),
        arns,
        st.none() | texts,
        dates,
        dates,
    ),
    unique_by=lambda group: group.name,
    max_size=4,
)


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    attributes = draw(st.dictionaries(st.sampled_from(["custom:a", "name"]) | names, texts, max_size=3))
    attributes.pop("sub", None)
    mfa = draw(st.lists(st.tuples(st.sampled_from(["SMS", "EMAIL"]), st.just("phone_number")), max_size=2))
    return Profile(
        tuple(attributes.items()),
        draw(st.none() | st.uuids().map(str)),
        draw(st.sampled_from(MODEL.enum("UserStatusType"))),
        draw(st.booleans()),
        tuple(mfa),
        draw(dates),
        draw(dates),
    )


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[GroupRecord], list[UserEntry]]:
    groups = draw(groups_of_a_pool)
    known = [group.name for group in groups]
    joined = st.lists(st.sampled_from(known), unique=True).map(tuple) if known else st.just(())
    usual = draw(profiles()), draw(joined)
    users = []
    subs: set[str | None] = set()
    for name in draw(st.lists(names, unique=True, max_size=6).map(sorted)):
        profile, groups_of = usual if draw(st.booleans()) else (draw(profiles()), draw(joined))
        if profile.sub in subs:
            profile = profile._replace(sub=None)
        subs.add(profile.sub)
        users.append(UserEntry(name, groups_of, profile))
    return groups, users


def facts(groups: list[GroupRecord], users: list[UserEntry]) -> tuple[Any, ...]:
    """All that a seed can say, as the public interface tells it."""
    return (
        [
            (g.name, g.precedence, g.role_arn, g.description, moment(g.created or 0), moment(g.modified or 0))
            for g in groups
        ],
        [
            (
                user.name,
                user.groups,
                dict(user.profile.attributes),
                *user.profile[2:5],
                moment(user.profile.created or 0),
                moment(user.profile.modified or 0),
            )
            for user in users
        ],
        {user.name: user.profile.sub for user in users if user.profile.sub},
    )


def again(text: str, users: list[UserEntry]) -> tuple[Any, ...]:
    fake = CognitoGroups.from_yaml(text)
    return (
        [(g.name, g.precedence, g.role_arn, g.description, g.created, g.modified) for g in fake.groups.values()],
        [
            (
                name,
                tuple(group.name for group in fake.groups_of(name)),
                dict(user.attributes),
                user.status,
                user.enabled,
                user.mfa_options,
                user.created,
                user.modified,
            )
            for name, user in fake.users.items()
        ],
        {user.name: fake.users[user.name].sub for user in users if user.profile.sub},
    )


def members(names: list[str], **attributes: str) -> list[UserEntry]:
    """Users in one group whose attributes are made of `{name}` and of `{n}`, the name's last three characters."""
    return [
        UserEntry(
            name,
            ("readers",),
            Profile(
                tuple(
                    (key, value.replace("{name}", name).replace("{n}", name[-3:])) for key, value in attributes.items()
                )
            ),
        )
        for name in names
    ]


def users_of(text: str) -> list[str]:
    return [line.strip() for line in text.partition("users:\n")[2].splitlines()]


@settings(deadline=None)
@given(pools())
def test_what_is_written_is_read(pool: tuple[list[GroupRecord], list[UserEntry]]) -> None:
    groups, users = pool
    assert again(dump(groups, users, pool=POOL), users) == facts(groups, users)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 120), min_size=2, max_size=8, unique=True).map(sorted),
    st.sampled_from(["m-{:03}", "m-{}", "{}", "a{}b1", "m-{}@x.org", "m[1-{}"]),
    st.sampled_from(["{name}", "{n}", "x{n}", "1{n}1", "", "{name}{n}", "{{n}}", "{x}"]),
)
def test_users_like_one_another_are_read_as_written(numbers: list[int], form: str, value: str) -> None:
    written = [form.format(number) for number in numbers]
    users = [
        UserEntry(
            name,
            (),
            Profile((("x", value.replace("{name}", name).replace("{n}", str(number))),), created=0, modified=0),
        )
        for name, number in zip(written, numbers, strict=True)
        if plain_name(name, ()) == name
    ]
    assert again(dump([], users, pool=POOL), users) == facts([], users)


def test_a_seed_reads_well() -> None:
    groups = [
        GroupRecord("admins", 0, "arn:aws:iam::123456789012:role/A", '"all"\n'),
        GroupRecord("readers", created=1_735_689_600_000, modified=1_735_689_600_001),
    ]
    users = [
        UserEntry("alice", ("admins", "readers"), Profile()),
        UserEntry("null", ("readers",), Profile((("email", "bob@x.org"), ("x", "true")), SUB, "UNKNOWN")),
        UserEntry("carol", (), Profile(mfa_options=(("SMS", "phone_number"),))),
        UserEntry("dave", (), Profile()),
    ]
    assert (
        dump(groups, users, pool=POOL, username_attributes=("email",), remarks=["One.", "Two."])
        == f"""\
# One.
# Two.
pool: eu-west-1_A
username_attributes: [email]
groups:
  admins: {{precedence: 0, role_arn: arn:aws:iam::123456789012:role/A, description: "\\"all\\"\\U0000000a"}}
  readers: {{created: 2025-01-01T00:00:00Z, modified: 2025-01-01T00:00:00.001Z}}
users:
  alice: [admins, readers]
  "null": {{groups: [readers], attributes: {{email: bob@x.org, x: "true"}}, sub: "{SUB}", status: UNKNOWN}}
  carol: {{mfa_options: [{{delivery_medium: SMS, attribute_name: phone_number}}]}}
  dave: []
"""
    )


@pytest.mark.parametrize(
    ("users", "lines"),
    [
        pytest.param(members(["m-009", "m-010", "m-011"]), ["m-[009:011]: [readers]"], id="padded"),
        pytest.param(members(["m-9", "m-10"]), ["m-[9:10]: [readers]"], id="not padded"),
        pytest.param(members(["a@b", "é2", "é3"]), ["a@b: [readers]", '"é[2:3]": [readers]'], id="quoted"),
        pytest.param(members(["m-001", "m-003"]), ["m-001: [readers]", "m-003: [readers]"], id="gap"),
        pytest.param(members(["m-2", "m-1"]), ["m-2: [readers]", "m-1: [readers]"], id="backwards"),
        pytest.param(members(["m-1", "m-02"]), ["m-1: [readers]", "m-02: [readers]"], id="other width"),
        pytest.param(members(["a1b1", "a2b2"]), ["a1b1: [readers]", "a2b2: [readers]"], id="two numbers"),
        pytest.param(members(["m-1", "n-1"]), ["m-1: [readers]", "n-1: [readers]"], id="other words"),
        pytest.param(
            members(["m-001", "m-002"], email="{name}@x.org", seat="7-{n}", team="a"),
            ['m-[001:002]: {groups: [readers], attributes: {email: "{name}@x.org", seat: "7-{n}", team: a}}'],
            id="attributes",
        ),
        pytest.param(
            [*members(["m-001", "m-002"], a="1"), *members(["m-003"], a="2")],
            [
                'm-[001:002]: {groups: [readers], attributes: {a: "1"}}',
                'm-003: {groups: [readers], attributes: {a: "2"}}',
            ],
            id="another value",
        ),
        pytest.param(
            [*members(["m-001"], a="1"), *members(["m-002"], b="1")],
            [
                'm-001: {groups: [readers], attributes: {a: "1"}}',
                'm-002: {groups: [readers], attributes: {b: "1"}}',
            ],
            id="another attribute",
        ),
        pytest.param(
            [*members(["m-001"]), UserEntry("m-002", (), Profile()), UserEntry("m-003", (), Profile(enabled=False))],
            ["m-001: [readers]", "m-002: []", "m-003: {enabled: false}"],
            id="another group, another field",
        ),
        pytest.param(
            members(["m-001", "m-002"], a="{x}"),
            [
                'm-001: {groups: [readers], attributes: {a: "{x}"}}',
                'm-002: {groups: [readers], attributes: {a: "{x}"}}',
            ],
            id="what looks like a template",
        ),
    ],
)
def test_users_who_differ_by_a_number_are_a_range(users: list[UserEntry], lines: list[str]) -> None:
    text = dump([GroupRecord("readers")], users, pool=POOL)
    assert users_of(text) == lines
    assert len(CognitoGroups.from_yaml(text).users) == len(users)


def test_users_with_a_sub_of_their_own_are_no_range() -> None:
    users = [UserEntry(f"m-{n}", (), Profile(sub=SUB.replace("11", f"1{n}"))) for n in (1, 2)]
    assert len(users_of(dump([], users, pool=POOL))) == 2


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("alice", "alice"),
        ("a[x]", "a[x]"),
        ("a[1:3]", "a(1:3)"),
        ("a[1-3]", "a(1-3)"),
        ("b[1:3]", "b(1:3)_"),
    ],
)
def test_a_name_that_would_be_a_range_is_written_otherwise(name: str, plain: str) -> None:
    assert plain_name(name, {"b(1:3)"}) == plain
    assert list(CognitoGroups.from_yaml(dump([], [UserEntry(plain, (), Profile())], pool=POOL)).users) == [plain]
