"""User pools by themselves: look-up, memberships, forks, values."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID
from zlib import crc32

import pytest

from pytest_cognito_groups.service.names import local_sub
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import GroupRecord, PoolConfig, UserRecord
from pytest_cognito_groups.service.values import Dates, Group, User, moment

SUB = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"
SAME_CHECKSUM = ("plumless", "buckeroo")


def pool_of(users: dict[str, tuple[str, ...]], **config: Any) -> Pool:
    """A pool whose users joined these groups."""
    pool = Pool(PoolConfig(**config), lambda: 1_000)
    groups = dict.fromkeys(group for joined in users.values() for group in joined)
    pool.fill(map(GroupRecord, groups), {name: UserRecord(name) for name in users}, users)
    return pool


def clock(*moments: int) -> Callable[[], int]:
    given = iter(moments)
    return lambda: next(given)


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

    pool.drop_user(one)
    assert key(pool, subs[one]) is None
    assert key(pool, subs[other]) == other
    pool.drop_user(other)
    assert key(pool, subs[other]) is None


@pytest.mark.rule("LOOK-5")
def test_dropping_a_user_with_a_sub_of_their_own_leaves_who_shares_the_checksum() -> None:
    one, other = SAME_CHECKSUM
    pool = pool_of({one: ()})
    pool.put_user(UserRecord(other, sub=SUB))
    sub = pool.sub(pool.users[one])
    assert (key(pool, sub), key(pool, SUB)) == (one, other)
    pool.drop_user(other)
    assert (key(pool, sub), key(pool, SUB)) == (one, None)


@pytest.mark.rule("LOOK-5")
def test_a_user_that_is_replaced_goes_by_the_new_names() -> None:
    pool = pool_of({"alice": ("readers",)}, alias_attributes=("preferred_username",))
    before = pool.sub(pool.users["alice"])
    assert key(pool, before) == "alice"
    pool.put_user(UserRecord("alice", sub=SUB, template=(("preferred_username", "ally"),)))
    assert [key(pool, name) for name in (before, SUB, "ally", "alice")] == [None, "alice", "alice", "alice"]
    pool.put_user(UserRecord("alice"))
    assert [key(pool, name) for name in (before, SUB, "ally", "alice")] == ["alice", None, None, "alice"]
    assert list(pool.groups_of("alice").names) == ["readers"]


def test_a_user_is_read_by_key_or_by_any_other_name() -> None:
    pool = pool_of({}, username_attributes=("email",))
    pool.put_user(UserRecord("key", template=(("email", "a@example.com"),)))
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
            "preferred_username 'al' is that of user 'alice' already",
            id="alias",
        ),
        pytest.param(
            {"username_attributes": ("email",), "case_sensitive": False},
            UserRecord("alice", template=(("email", "a@example.com"),)),
            UserRecord("bob", template=(("email", "A@example.com"),)),
            "email 'A@example.com' is that of user 'alice' already",
            id="sign-in name in another case",
        ),
        pytest.param({}, UserRecord("alice", sub=SUB), UserRecord("bob", sub=SUB), "sub .* is that of user", id="sub"),
        pytest.param(
            {"case_sensitive": False},
            UserRecord("alice"),
            UserRecord("ALICE"),
            "username 'ALICE' is that of user 'alice' already",
            id="username in another case",
        ),
    ],
)
def test_a_name_that_another_user_goes_by_is_refused(
    config: dict[str, Any], first: UserRecord, second: UserRecord, text: str
) -> None:
    pool = Pool(PoolConfig(**config), lambda: 0)
    pool.put_user(first)
    with pytest.raises(ValueError, match=text):
        pool.put_user(second)
    assert list(pool.users) == [first.username]
    pool.put_user(first)  # their own names are theirs


@pytest.mark.rule("LOOK-6")
def test_an_alias_that_is_not_verified_takes_no_name() -> None:
    pool = pool_of({}, alias_attributes=("email",))
    for name in ("alice", "bob"):
        pool.put_user(UserRecord(name, template=(("email", "a@example.com"), ("email_verified", "false"))))
    assert key(pool, "a@example.com") is None
    pool.put_user(UserRecord("bob", template=(("email", "a@example.com"), ("email_verified", "true"))))
    assert key(pool, "a@example.com") == "bob"


@pytest.mark.rule("LOOK-8")
def test_an_alias_may_be_the_users_own_name_in_another_case() -> None:
    pool = pool_of({}, alias_attributes=("preferred_username",), case_sensitive=False)
    pool.put_user(UserRecord("alice", template=(("preferred_username", "Alice"),)))
    pool.put_user(UserRecord("alice"))
    assert key(pool, "ALICE") == "alice"
    pool.drop_user("alice")
    assert key(pool, "ALICE") is None


# Memberships


@pytest.mark.rule("PAGE-10")
def test_memberships_are_listed_in_the_order_in_which_they_were_made() -> None:
    pool = pool_of({"zoe": ("b", "a"), "adam": ("a",)})
    pool.join("adam", "b")
    pool.join("adam", "b")
    assert list(pool.groups_of("adam").names) == ["a", "b"]
    assert list(pool.members_of("b").names) == ["zoe", "adam"]
    pool.leave("zoe", "b")
    pool.leave("zoe", "b")
    pool.join("zoe", "b")
    assert list(pool.groups_of("zoe").names) == ["a", "b"]
    assert list(pool.members_of("b").names) == ["adam", "zoe"]


@pytest.mark.parametrize("change", ["join", "leave"])
@pytest.mark.parametrize(("user", "group"), [("nobody", "a"), ("zoe", "none")])
def test_a_membership_needs_a_user_and_a_group(change: str, user: str, group: str) -> None:
    pool = pool_of({"zoe": ("a",)})
    with pytest.raises(KeyError):
        getattr(pool, change)(user, group)
    assert list(pool.groups_of("zoe").names) == ["a"]


@pytest.mark.parametrize("paging", ["full", "ragged"])
def test_dropping_a_group_or_a_user_ends_their_memberships(paging: str) -> None:
    pool = pool_of({"zoe": ("a", "b"), "adam": ("a",)})
    if paging == "ragged":
        for kind, name, listing in (
            ("groups", "zoe", pool.groups_of("zoe")),
            ("users", "a", pool.members_of("a")),
        ):
            pool.shuffle(listing, kind, name, Random(0))
    pool.drop_group("b")
    assert list(pool.groups_of("zoe").names) == ["a"]
    pool.drop_user("zoe")
    assert list(pool.members_of("a").names) == ["adam"]
    assert (list(pool.groups), list(pool.users)) == (["a"], ["adam"])
    for missing in (lambda: pool.members_of("b"), lambda: pool.groups_of("zoe")):
        with pytest.raises(KeyError):
            missing()


@pytest.mark.rule("WIRE-8")
def test_quotas_are_those_of_the_service() -> None:
    pool = pool_of({"alice": tuple(f"group-{number}" for number in range(100))})
    pool.put_group(GroupRecord("one-more"))
    with pytest.raises(ValueError, match="in more than 100 groups"):
        pool.join("alice", "one-more")
    for number in range(10_000 - len(pool.groups)):
        pool.put_group(GroupRecord(f"more-{number}"))
    with pytest.raises(ValueError, match="at most 10,000 groups"):
        pool.put_group(GroupRecord("too-many"))
    pool.put_group(GroupRecord("one-more", precedence=5))  # replaces
    assert pool.groups["one-more"].precedence == 5


# Forks


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


CHANGES: dict[str, Callable[[Pool], object]] = {
    "a new group": lambda pool: pool.put_group(GroupRecord("writers")),
    "a group replaced": lambda pool: pool.put_group(GroupRecord("readers", precedence=1)),
    "a new user": lambda pool: pool.put_user(UserRecord("bob", sub=SUB, template=(("preferred_username", "bo"),))),
    "a user replaced": lambda pool: pool.put_user(UserRecord("alice", template=(("preferred_username", "al"),))),
    "joined": lambda pool: pool.join("carol", "admins"),
    "left": lambda pool: pool.leave("alice", "readers"),
    "a group dropped": lambda pool: pool.drop_group("readers"),
    "a user dropped": lambda pool: pool.drop_user("alice"),
}


@pytest.fixture(params=["indexed", "not indexed"])
def origin(request: pytest.FixtureRequest) -> Pool:
    """A pool to be forked, whose index of names has been made already or not."""
    pool = Pool(PoolConfig(alias_attributes=("preferred_username",)), lambda: 0)
    alice = UserRecord("alice", template=(("preferred_username", "ally"),))
    pool.fill(
        [GroupRecord("readers"), GroupRecord("admins")],
        {"alice": alice, "carol": UserRecord("carol")},
        {"alice": ("readers", "admins"), "carol": ("readers",)},
    )
    if request.param == "indexed":
        assert key(pool, "ally") == "alice"
    return pool


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_change_is_not_seen_by_the_origin_or_by_another_fork(origin: Pool, change: Callable[[Pool], object]) -> None:
    before, sibling, changed = everything(origin.fork(lambda: 0)), origin.fork(lambda: 0), origin.fork(lambda: 0)
    change(changed)
    assert everything(changed) != before
    assert everything(sibling) == everything(origin) == everything(origin.fork(lambda: 0)) == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_changed_fork_is_found_by_its_new_names(origin: Pool, change: Callable[[Pool], object]) -> None:
    fork = origin.fork(lambda: 0)
    change(fork)
    rebuilt = Pool(fork.config, lambda: 0)
    rebuilt.fill(fork.groups.values(), fork.users, dict.fromkeys(fork.users, ()))
    names = [
        *("alice", "ally", "al", "bob", "bo", "carol", SUB),
        *(local_sub(fork.config.id, name) for name in ("alice", "bob", "carol")),
    ]
    assert {name: key(fork, name) for name in names} == {name: key(rebuilt, name) for name in names}


@pytest.mark.parametrize("change", ["joined", "left", "a group dropped", "a user dropped"])
def test_a_shuffled_order_follows_the_changes_of_its_fork_alone(origin: Pool, change: str) -> None:
    def shuffled(pool: Pool) -> list[str]:
        listing = pool.members_of("admins")
        names, _ = pool.shuffle(listing, "users", "admins", Random(3)).after(-1, 60, listing)
        return list(names)

    sibling, changed = origin.fork(lambda: 0), origin.fork(lambda: 0)
    assert shuffled(changed) == shuffled(sibling) == ["alice"]
    CHANGES[change](changed)
    assert sorted(shuffled(changed)) == sorted(changed.members_of("admins").names)
    assert shuffled(sibling) == ["alice"]


def test_a_fork_of_a_changed_fork_starts_from_the_change(origin: Pool) -> None:
    first = origin.fork(lambda: 0)
    first.put_user(UserRecord("bob", template=(("preferred_username", "bo"),)))
    first.join("bob", "admins")
    second = first.fork(lambda: 0)
    assert key(second, "bo") == "bob"
    second.join("carol", "admins")
    second.drop_user("bob")
    assert (key(first, "bo"), key(second, "bo")) == ("bob", None)
    assert list(first.members_of("admins").names) == ["alice", "bob"]
    assert list(second.members_of("admins").names) == ["alice", "carol"]


# Dates


@pytest.mark.rule("WIRE-3")
def test_dates_are_settled_by_the_first_to_ask_and_stay() -> None:
    pool = pool_of({"alice": ("readers",)}).fork(clock(5_000, 6_000))
    group, user = pool.group_value("readers"), pool.user_value("alice")
    assert group.created == moment(5_000)
    assert {user.created, user.modified, group.modified, pool.group_value("readers").created} == {moment(5_000)}


@pytest.mark.rule("WIRE-3")
def test_a_change_settles_the_dates_of_what_was_there() -> None:
    pool = pool_of({"alice": ("readers",)}).fork(clock(5_000, 6_000))
    pool.put_group(GroupRecord("writers"))
    assert pool.birth() == 5_000


def test_each_fork_has_a_clock_of_its_own() -> None:
    pool = pool_of({"alice": ()})
    forks = pool.fork(clock(5_000)), pool.fork(clock(7_000))
    assert [fork.birth() for fork in forks] == [5_000, 7_000]


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
    pool.put_group(GroupRecord("admins", 0, "arn", "text", 1, 2))
    pool.put_user(UserRecord("bob", SUB, (("email", "b"),), None, "UNKNOWN", False, (("SMS", "phone_number"),)))
    group, user = pool.group_value("admins"), pool.user_value("bob")
    assert (group.name, group.precedence, group.role_arn, group.description) == ("admins", 0, "arn", "text")
    assert (user.username, user.sub, dict(user.attributes)) == ("bob", SUB, {"email": "b"})
    assert (user.status, user.enabled, user.mfa_options) == ("UNKNOWN", False, (("SMS", "phone_number"),))
    with pytest.raises(TypeError):
        user.attributes["email"] = "c"  # type: ignore[index]  # what is shown here


def test_equal_values_are_equal_and_hash_alike() -> None:
    pools = [pool_of({"alice": ("readers",)}) for _ in range(2)]
    groups: list[Group] = [pool.group_value("readers") for pool in pools]
    users: list[User] = [pool.user_value("alice") for pool in pools]
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
    twin.put_group(other)
    assert pool.group_value("readers") != twin.group_value("readers")


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
    twin.put_user(other)
    assert pool.user_value("alice") != twin.user_value("alice")


def test_a_value_is_equal_to_nothing_of_another_type() -> None:
    pool = pool_of({"readers": ("readers",)})
    assert pool.group_value("readers") != pool.user_value("readers")
    assert pool.user_value("readers") != "readers"


def test_a_member_of_a_range_has_its_name_and_number_in_its_attributes() -> None:
    user = UserRecord("member-007", template=(("email", "{name}@example.com"), ("seat", "{n}/{x}")), number="007")
    assert user.attributes == (("email", "member-007@example.com"), ("seat", "007/{x}"))


def test_braces_in_the_attributes_of_a_single_user_stay() -> None:
    assert UserRecord("alice", template=(("seat", "{n}"),)).attributes == (("seat", "{n}"),)
