"""User pools by themselves: look-up, memberships, forks, values."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from uuid import UUID
from zlib import crc32

import pytest

from pytest_cognito_groups.service.names import Names, local_sub
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import Dates, Group, GroupRecord, PoolConfig, User, UserRecord, moment

SUB = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"
SAME_CHECKSUM = ("plumless", "buckeroo")


def pool_of(users: dict[str, tuple[str, ...]], **config: Any) -> Pool:
    """A pool whose users joined these groups."""
    groups = dict.fromkeys(group for joined in users.values() for group in joined)
    records = {name: UserRecord(name) for name in users}
    return Pool.filled(Names(PoolConfig(**config), records), map(GroupRecord, groups), users)


def birth() -> int:
    return 1_000


def key(pool: Pool, name: str) -> str | None:
    user = pool.find_user(name)
    return None if user is None else user.username


# Subs


def test_a_sub_is_a_uuid_that_depends_on_pool_and_username_alone() -> None:
    sub = local_sub("us-east-1_A", "alice")
    assert sub == local_sub("us-east-1_A", "alice") == str(UUID(sub))
    assert (UUID(sub).version, UUID(sub).variant) == (4, "specified in RFC 4122")
    assert len({sub, local_sub("us-east-1_B", "alice"), local_sub("us-east-1_A", "bob")}) == 3


@pytest.mark.rule("LOOK-5")
def test_users_whose_subs_begin_alike_are_told_apart() -> None:
    one, other = SAME_CHECKSUM
    assert crc32(one.encode()) == crc32(other.encode())
    pool = pool_of({one: (), other: (), "alice": ()})
    subs = {name: pool.sub(pool.users[name]) for name in SAME_CHECKSUM}
    assert subs[one][:8] == subs[other][:8]
    assert {name: key(pool, sub) for name, sub in subs.items()} == {one: one, other: other}
    assert key(pool, subs[one][:-1] + ("0" if subs[one][-1] != "0" else "1")) is None

    pool = pool.without_user(one)
    assert key(pool, subs[one]) is None
    assert key(pool, subs[other]) == other
    pool = pool.without_user(other)
    assert key(pool, subs[other]) is None


@pytest.mark.rule("LOOK-5")
def test_dropping_a_user_with_a_sub_of_their_own_leaves_who_shares_the_checksum() -> None:
    one, other = SAME_CHECKSUM
    pool = pool_of({one: ()})
    pool = pool.with_user(UserRecord(other, sub=SUB))
    sub = pool.sub(pool.users[one])
    assert (key(pool, sub), key(pool, SUB)) == (one, other)
    pool = pool.without_user(other)
    assert (key(pool, sub), key(pool, SUB)) == (one, None)


@pytest.mark.rule("LOOK-5")
def test_a_user_that_is_replaced_goes_by_the_new_names() -> None:
    pool = pool_of({"alice": ("readers",)}, alias_attributes=("preferred_username",))
    before = pool.sub(pool.users["alice"])
    assert key(pool, before) == "alice"
    pool = pool.with_user(UserRecord("alice", sub=SUB, template=(("preferred_username", "ally"),)))
    assert [key(pool, name) for name in (before, SUB, "ally", "alice")] == [None, "alice", "alice", "alice"]
    pool = pool.with_user(UserRecord("alice"))
    assert [key(pool, name) for name in (before, SUB, "ally", "alice")] == ["alice", None, None, "alice"]
    assert list(pool.groups_of("alice").names) == ["readers"]


def test_a_user_is_read_by_key_or_by_any_other_name() -> None:
    pool = pool_of({}, username_attributes=("email",))
    pool = pool.with_user(UserRecord("key", template=(("email", "a@example.com"),)))
    assert pool.user("key") is pool.user("a@example.com") is pool.user(pool.sub(pool.users["key"]))
    assert key(pool, "key") is None
    with pytest.raises(KeyError, match="nobody"):
        pool.user("nobody")


# Names that are taken


@pytest.mark.rule("LOOK-6", "LOOK-8")
@pytest.mark.parametrize(
    ("config", "first", "second", "text"),
    [
        pytest.param(
            {"alias_attributes": ("preferred_username",)},
            UserRecord("alice", template=(("preferred_username", "al"),)),
            UserRecord("bob", template=(("preferred_username", "al"),)),
            "^the preferred_username 'al' of user 'bob' already belongs to user 'alice'$",
            id="alias",
        ),
        pytest.param(
            {"username_attributes": ("email",), "case_sensitive": False},
            UserRecord("alice", template=(("email", "a@example.com"),)),
            UserRecord("bob", template=(("email", "A@example.com"),)),
            "the email 'A@example.com' of user 'bob' already belongs to user 'alice'",
            id="sign-in name in another case",
        ),
        pytest.param(
            {}, UserRecord("alice", sub=SUB), UserRecord("bob", sub=SUB), "sub .* already belongs to user", id="sub"
        ),
        pytest.param(
            {"case_sensitive": False},
            UserRecord("alice"),
            UserRecord("ALICE"),
            "^user 'ALICE' differs from user 'alice' only by case$",
            id="username in another case",
        ),
    ],
)
def test_a_name_that_another_user_goes_by_is_refused(
    config: dict[str, Any], first: UserRecord, second: UserRecord, text: str
) -> None:
    pool = Pool.filled(Names(PoolConfig(**config), {})).with_user(first)
    with pytest.raises(ValueError, match=text):
        pool = pool.with_user(second)
    assert list(pool.users) == [first.username]
    pool = pool.with_user(first)  # their own names are theirs


@pytest.mark.rule("LOOK-6")
def test_an_alias_that_is_not_verified_takes_no_name() -> None:
    pool = pool_of({}, alias_attributes=("email",))
    for name in ("alice", "bob"):
        pool = pool.with_user(UserRecord(name, template=(("email", "a@example.com"), ("email_verified", "false"))))
    assert key(pool, "a@example.com") is None
    pool = pool.with_user(UserRecord("bob", template=(("email", "a@example.com"), ("email_verified", "true"))))
    assert key(pool, "a@example.com") == "bob"


@pytest.mark.rule("LOOK-8")
def test_an_alias_may_be_the_users_own_name_in_another_case() -> None:
    pool = pool_of({}, alias_attributes=("preferred_username",), case_sensitive=False)
    pool = pool.with_user(UserRecord("alice", template=(("preferred_username", "Alice"),)))
    pool = pool.with_user(UserRecord("alice"))
    assert key(pool, "ALICE") == "alice"
    pool = pool.without_user("alice")
    assert key(pool, "ALICE") is None


# Memberships


@pytest.mark.rule("PAGE-10")
def test_memberships_are_listed_in_the_order_in_which_they_were_made() -> None:
    pool = pool_of({"zoe": ("b", "a"), "adam": ("a",)})
    pool = pool.joined("adam", "b")
    pool = pool.joined("adam", "b")
    assert list(pool.groups_of("adam").names) == ["a", "b"]
    assert list(pool.members_of("b").names) == ["zoe", "adam"]
    pool = pool.left("zoe", "b")
    pool = pool.left("zoe", "b")
    pool = pool.joined("zoe", "b")
    assert list(pool.groups_of("zoe").names) == ["a", "b"]
    assert list(pool.members_of("b").names) == ["adam", "zoe"]


@pytest.mark.parametrize("change", ["joined", "left"])
@pytest.mark.parametrize(("user", "group"), [("nobody", "a"), ("zoe", "none")])
def test_a_membership_needs_a_user_and_a_group(change: str, user: str, group: str) -> None:
    pool = pool_of({"zoe": ("a",)})
    with pytest.raises(KeyError):
        getattr(pool, change)(user, group)
    assert list(pool.groups_of("zoe").names) == ["a"]


def test_dropping_a_group_or_a_user_ends_their_memberships() -> None:
    pool = pool_of({"zoe": ("a", "b"), "adam": ("a",)})
    pool = pool.without_group("b")
    assert list(pool.groups_of("zoe").names) == ["a"]
    pool = pool.without_user("zoe")
    assert list(pool.members_of("a").names) == ["adam"]
    assert (list(pool.groups), list(pool.users)) == (["a"], ["adam"])
    for missing in (lambda: pool.members_of("b"), lambda: pool.groups_of("zoe")):
        with pytest.raises(KeyError):
            missing()


@pytest.mark.rule("WIRE-8")
def test_quotas_are_those_of_the_service() -> None:
    pool = pool_of({"alice": tuple(f"group-{number}" for number in range(100))})
    pool = pool.with_group(GroupRecord("one-more"))
    with pytest.raises(ValueError, match="in more than 100 groups"):
        pool = pool.joined("alice", "one-more")
    for number in range(10_000 - len(pool.groups)):
        pool = pool.with_group(GroupRecord(f"more-{number}"))
    with pytest.raises(ValueError, match="at most 10,000 groups"):
        pool = pool.with_group(GroupRecord("too-many"))
    pool = pool.with_group(GroupRecord("one-more", precedence=5))  # replaces
    assert pool.groups["one-more"].precedence == 5


# Changes


def everything(pool: Pool) -> object:
    """All that can be seen of a pool, look-ups included."""
    names = [*pool.users, *(pool.sub(user) for user in pool.users.values()), "ally", "bob", SUB]
    return (
        list(pool.groups.values()),
        list(pool.users.values()),
        {name: list(pool.groups_of(name).names) for name in pool.users},
        {name: list(pool.members_of(name).names) for name in pool.groups},
        {name: key(pool, name) for name in names},
        pool.declared,
    )


CHANGES: dict[str, Callable[[Pool], Pool]] = {
    "a new group": lambda pool: pool.with_group(GroupRecord("writers")),
    "a group replaced": lambda pool: pool.with_group(GroupRecord("readers", precedence=1)),
    "a new user": lambda pool: pool.with_user(UserRecord("bob", sub=SUB, template=(("preferred_username", "bo"),))),
    "a user replaced": lambda pool: pool.with_user(UserRecord("alice", template=(("preferred_username", "al"),))),
    "joined": lambda pool: pool.joined("carol", "admins"),
    "left": lambda pool: pool.left("alice", "readers"),
    "a group dropped": lambda pool: pool.without_group("readers"),
    "a user dropped": lambda pool: pool.without_user("alice"),
}


@pytest.fixture(params=["indexed", "not indexed"])
def origin(request: pytest.FixtureRequest) -> Pool:
    """A pool to be changed, whose index of names has been made already or not."""
    alice = UserRecord("alice", template=(("preferred_username", "ally"),))
    pool = Pool.filled(
        Names(PoolConfig(alias_attributes=("preferred_username",)), {"alice": alice, "carol": UserRecord("carol")}),
        [GroupRecord("readers"), GroupRecord("admins")],
        {"alice": ("readers", "admins"), "carol": ("readers",)},
    )
    if request.param == "indexed":
        assert key(pool, "ally") == "alice"
    return pool


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_change_leaves_the_pool_as_it_was(origin: Pool, change: Callable[[Pool], Pool]) -> None:
    twin = Pool.filled(
        Names(origin.config, origin.users),
        origin.groups.values(),
        {name: tuple(origin.groups_of(name).names) for name in origin.users},
    )
    before = everything(twin)
    assert everything(change(origin)) != before
    assert everything(origin) == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_changed_pool_is_found_by_its_new_names(origin: Pool, change: Callable[[Pool], Pool]) -> None:
    changed = change(origin)
    rebuilt = Pool.filled(Names(changed.config, changed.users))
    names = [
        *("alice", "ally", "al", "bob", "bo", "carol", SUB),
        *(local_sub(changed.config.id, name) for name in ("alice", "bob", "carol")),
    ]
    assert {name: key(changed, name) for name in names} == {name: key(rebuilt, name) for name in names}


@pytest.mark.parametrize(
    "change", [lambda pool: pool.joined("alice", "admins"), lambda pool: pool.left("carol", "admins")]
)
def test_what_changes_nothing_is_no_change(origin: Pool, change: Callable[[Pool], Pool]) -> None:
    assert change(origin) is origin


def test_a_user_made_anew_has_no_memberships(origin: Pool) -> None:
    pool = origin.without_user("alice").with_user(UserRecord("alice"))
    assert list(pool.groups_of("alice").names) == []
    assert list(pool.joined("alice", "admins").members_of("admins").names) == ["alice"]


def test_a_group_made_anew_has_no_members(origin: Pool) -> None:
    pool = origin.without_group("readers").with_group(GroupRecord("readers"))
    assert list(pool.members_of("readers").names) == []


# Dates


@pytest.mark.rule("WIRE-3")
def test_dates_are_settled_once() -> None:
    pool = pool_of({"alice": ("readers",)})
    assert pool.born is None
    assert pool.settled(5_000).settled(6_000).with_group(GroupRecord("writers")).born == 5_000


@pytest.mark.parametrize(
    ("created", "modified", "expected"),
    [
        (None, None, (1_000, 1_000)),
        (2_000, None, (2_000, 2_000)),
        (None, 3_000, (1_000, 3_000)),
        (2_000, 3_000, (2_000, 3_000)),
    ],
)
def test_what_was_not_seeded_was_modified_when_it_was_created(
    created: int | None, modified: int | None, expected: tuple[int, int]
) -> None:
    dates = Dates(created, modified, lambda: 1_000)
    assert (dates.when_created(), dates.when_modified()) == tuple(map(moment, expected))


def test_a_moment_is_aware_and_exact_to_the_millisecond() -> None:
    assert moment(1_769_860_800_123) == datetime.datetime(2026, 1, 31, 12, 0, 0, 123_000, tzinfo=datetime.UTC)


# Values


def test_values_show_what_was_seeded() -> None:
    pool = pool_of({"alice": ()})
    pool = pool.with_group(GroupRecord("admins", 0, "arn", "text", 1, 2))
    pool = pool.with_user(UserRecord("bob", SUB, (("email", "b"),), None, "UNKNOWN", False, (("SMS", "phone_number"),)))
    group, user = pool.group_value("admins", birth), pool.user_value("bob", birth)
    assert (group.name, group.precedence, group.role_arn, group.description) == ("admins", 0, "arn", "text")
    assert (user.username, user.sub, dict(user.attributes)) == ("bob", SUB, {"email": "b"})
    assert (user.status, user.enabled, user.mfa_options) == ("UNKNOWN", False, (("SMS", "phone_number"),))
    with pytest.raises(TypeError):
        user.attributes["email"] = "c"  # type: ignore[index]  # what is shown here


def test_equal_values_are_equal_and_hash_alike() -> None:
    pools = [pool_of({"alice": ("readers",)}) for _ in range(2)]
    groups: list[Group] = [pool.group_value("readers", birth) for pool in pools]
    users: list[User] = [pool.user_value("alice", birth) for pool in pools]
    assert groups[0] == groups[1]
    assert users[0] == users[1]
    assert (len(set(groups)), len(set(users))) == (1, 1)


@pytest.mark.parametrize(
    "other",
    [
        GroupRecord("readers", precedence=1),
        GroupRecord("readers", role_arn="arn"),
        GroupRecord("readers", description=""),
        GroupRecord("readers", created=5),
        GroupRecord("readers", modified=5),
    ],
    ids=repr,
)
def test_a_group_that_differs_in_any_field_is_another(other: GroupRecord) -> None:
    pool, twin = pool_of({"alice": ("readers",)}), pool_of({"alice": ("readers",)})
    twin = twin.with_group(other)
    assert pool.group_value("readers", birth) != twin.group_value("readers", birth)


@pytest.mark.parametrize(
    "other",
    [
        UserRecord("alice", sub=SUB),
        UserRecord("alice", template=(("email", "a"),)),
        UserRecord("alice", status="UNKNOWN"),
        UserRecord("alice", enabled=False),
        UserRecord("alice", mfa_options=(("SMS", "phone_number"),)),
        UserRecord("alice", created=5),
    ],
    ids=repr,
)
def test_a_user_that_differs_in_any_field_is_another(other: UserRecord) -> None:
    pool, twin = pool_of({"alice": ()}), pool_of({"alice": ()})
    twin = twin.with_user(other)
    assert pool.user_value("alice", birth) != twin.user_value("alice", birth)


def test_a_value_is_equal_to_nothing_of_another_type() -> None:
    pool = pool_of({"readers": ("readers",)})
    assert pool.group_value("readers", birth) != pool.user_value("readers", birth)
    assert pool.user_value("readers", birth) != "readers"


def test_a_member_of_a_range_has_its_name_and_number_in_its_attributes() -> None:
    user = UserRecord("member-007", template=(("email", "{name}@example.com"), ("seat", "{n}/{x}")), number="007")
    assert user.attributes == (("email", "member-007@example.com"), ("seat", "007/{x}"))


def test_braces_in_the_attributes_of_a_single_user_stay() -> None:
    assert UserRecord("alice", template=(("seat", "{n}"),)).attributes == (("seat", "{n}"),)
