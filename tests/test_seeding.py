"""Seeding and reading a model in Python: what each method does, and what it says to a wrong argument."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_cognito_groups import CognitoGroups, Group, SeedError, User

ADMINS = "arn:aws:iam::123456789012:role/Admins"
SUB = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"


@pytest.fixture
def fake() -> CognitoGroups:
    return CognitoGroups.from_yaml("{groups: {admins: {precedence: 0}, readers: }, users: {alice: [readers], bob: }}")


def test_a_fake_without_a_seed_has_the_default_pool() -> None:
    fake = CognitoGroups()
    assert list(fake.pools) == ["us-east-1_TestPool1"]
    assert (fake.pool.id, fake.pool.region) == ("us-east-1_TestPool1", "us-east-1")
    assert not fake.groups
    assert not fake.users


def test_a_group_is_added_with_its_fields(fake: CognitoGroups) -> None:
    group = fake.add_group("writers", precedence=5, role_arn=ADMINS, description="Write")
    assert isinstance(group, Group)
    assert (group.name, group.precedence, group.role_arn, group.description) == ("writers", 5, ADMINS, "Write")
    assert fake.groups["writers"] == group
    assert list(fake.groups) == ["admins", "readers", "writers"]


def test_a_user_is_added_with_their_fields(fake: CognitoGroups) -> None:
    user = fake.add_user(
        "carol",
        groups=["readers", "admins"],
        attributes={"email": "carol@example.com"},
        sub=SUB,
        status="FORCE_CHANGE_PASSWORD",
        enabled=False,
    )
    assert isinstance(user, User)
    assert (user.username, user.sub, user.status, user.enabled) == ("carol", SUB, "FORCE_CHANGE_PASSWORD", False)
    assert user.attributes == {"email": "carol@example.com"}
    assert user.mfa_options == ()
    assert fake.users["carol"] == user
    assert [group.name for group in fake.groups_of("carol")] == ["readers", "admins"]
    assert [member.username for member in fake.members_of("readers")] == ["alice", "carol"]


def test_memberships_come_and_go(fake: CognitoGroups) -> None:
    fake.add_to_group("bob", "readers")
    fake.add_to_group("bob", "readers")
    assert [user.username for user in fake.members_of("readers")] == ["alice", "bob"]
    fake.remove_from_group("alice", "readers")
    fake.remove_from_group("alice", "readers")
    assert [user.username for user in fake.members_of("readers")] == ["bob"]
    assert fake.groups_of("alice") == []


def test_a_deleted_group_leaves_its_members(fake: CognitoGroups) -> None:
    fake.delete_group("readers")
    assert list(fake.groups) == ["admins"]
    assert fake.groups_of("alice") == []


def test_a_deleted_user_leaves_their_groups(fake: CognitoGroups) -> None:
    fake.delete_user("alice")
    assert list(fake.users) == ["bob"]
    assert fake.members_of("readers") == []


def test_a_user_is_found_in_the_model_by_any_of_their_names() -> None:
    fake = CognitoGroups.from_yaml("{username_attributes: [email], users: {alice@example.com: }}")
    user = fake.users["alice@example.com"]
    assert user.username == user.sub
    assert user.attributes == {"email": "alice@example.com"}
    assert fake.users[user.sub] == user
    assert user.sub in fake.users
    assert list(fake.users) == ["alice@example.com"]


def test_values_of_equal_fields_are_equal(fake: CognitoGroups) -> None:
    same = CognitoGroups.from_yaml("{groups: {admins: {precedence: 0, created: 2025-01-01}}, users: {alice: }}")
    other = CognitoGroups.from_yaml("{groups: {admins: {precedence: 0, created: 2025-01-01}}, users: {alice: }}")
    assert same.groups["admins"] == other.groups["admins"]
    assert hash(same.groups["admins"]) == hash(other.groups["admins"])
    assert same.groups["admins"] != fake.groups["admins"]
    assert same.groups["admins"] != "admins"
    assert fake.users["alice"] == fake.users["alice"]
    assert hash(fake.users["alice"]) == hash(fake.users["alice"])
    assert fake.users["alice"] != fake.users["bob"]
    assert fake.users["alice"] != "alice"


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda group: pickle.loads(pickle.dumps(group))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copy_of_a_value_is_equal(fake: CognitoGroups, copied: Callable[[Group], Group]) -> None:
    assert copied(fake.groups["readers"]) == fake.groups["readers"]
    assert dataclasses.asdict(fake.groups["readers"])["name"] == "readers"


def test_values_are_frozen(fake: CognitoGroups) -> None:
    with pytest.raises(AttributeError):
        fake.groups["admins"].name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        fake.users["alice"].attributes["email"] = "x"  # type: ignore[index]


def test_mappings_show_what_is_in_them(fake: CognitoGroups) -> None:
    assert len(fake.users) == 2
    assert "nobody" not in fake.users
    assert repr(fake.groups).startswith("{'admins': Group(name='admins', precedence=0")
    assert repr(fake) == "<CognitoGroups us-east-1_TestPool1 calls=0>"
    assert repr(fake.pool) == "<UserPool us-east-1_TestPool1 groups=2 users=2>"


def test_a_pool_is_added_and_found_by_its_id(fake: CognitoGroups) -> None:
    pool = fake.add_pool(
        "eu-west-1_Other", alias_attributes=["email"], username_attributes=["phone_number"], case_sensitive=False
    )
    assert list(fake.pools) == ["us-east-1_TestPool1", "eu-west-1_Other"]
    assert fake.pools["eu-west-1_Other"] is pool
    assert (pool.id, pool.region) == ("eu-west-1_Other", "eu-west-1")
    pool.add_user("+15551234567")
    assert pool.users["+15551234567"].attributes == {"phone_number": "+15551234567"}
    assert "+15551234567" not in fake.users


def test_the_pools_are_a_live_mapping(fake: CognitoGroups) -> None:
    pools = fake.pools
    added = fake.add_pool("eu-west-1_Other")
    assert dict(pools) == {"us-east-1_TestPool1": fake.pool, "eu-west-1_Other": added}
    assert "eu-west-1_None" not in pools
    with pytest.raises(KeyError, match="eu-west-1_None"):
        pools["eu-west-1_None"]


def test_load_adds_and_replaces(fake: CognitoGroups) -> None:
    fake.load("""
        groups:
          writers: {precedence: 3}
        users:
          alice: [writers]
          dave: [readers]
    """)
    assert [group.name for group in fake.groups_of("alice")] == ["writers"]
    assert [user.username for user in fake.members_of("readers")] == ["dave"]
    assert fake.groups["writers"].precedence == 3


def test_load_file_takes_a_path(fake: CognitoGroups, tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("users: {erin: [readers]}")
    fake.load_file(tmp_path / "more.yaml")
    assert "erin" in fake.users


def test_load_file_tells_where_it_looked(fake: CognitoGroups) -> None:
    with pytest.raises(FileNotFoundError, match=r"^file 'none\.yaml' doesn't exist\. Looked for:\n  none\.yaml"):
        fake.load_file("none.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "pool: eu-west-1_Other",
        "now: 2026-01-01",
        "users: {alice: }\n---\nusers: {bob: }",
        "users: {alice: [nobodies]}",
        "{",
    ],
    ids=["pool", "now", "documents", "group", "syntax"],
)
def test_a_pool_refuses_to_load_what_is_not_one_document_of_its_own(fake: CognitoGroups, text: str) -> None:
    with pytest.raises(SeedError):
        fake.pool.load(text)
    assert [group.name for group in fake.groups_of("alice")] == ["readers"]


def test_a_fault_that_is_loaded_is_planned(fake: CognitoGroups) -> None:
    fake.load("faults: [{operation: list_users_in_group, error: TooManyRequestsException}]")
    with pytest.raises(AssertionError, match="TooManyRequestsException for list_users_in_group"):
        fake.assert_all_faults_raised()


# Dates


def test_dates_are_settled_by_the_first_who_asks(fake: CognitoGroups) -> None:
    before = dt.datetime.now(dt.UTC) - dt.timedelta(milliseconds=1)
    created = fake.groups["admins"].created
    assert before <= created <= dt.datetime.now(dt.UTC)
    assert created.tzinfo is dt.UTC
    assert fake.users["alice"].created == fake.users["alice"].modified == fake.groups["readers"].modified == created


def test_reading_names_settles_no_date(fake: CognitoGroups) -> None:
    import freezegun

    with freezegun.freeze_time("2026-01-01"):
        names = list(fake.groups), [user.username for user in fake.members_of("readers")], repr(fake.users["alice"])
    assert names
    with freezegun.freeze_time("2026-01-02"):
        assert fake.users["alice"].created == dt.datetime(2026, 1, 2, tzinfo=dt.UTC)


def test_a_request_that_fails_settles_the_dates() -> None:
    import freezegun

    with CognitoGroups.from_yaml("users: {alice: [readers]}") as fake:
        with freezegun.freeze_time("2026-01-01"), pytest.raises(fake.client.exceptions.UserNotFoundException):
            fake.client.admin_get_user(UserPoolId=fake.pool.id, Username="nobody")
        with freezegun.freeze_time("2026-01-02"):
            assert fake.users["alice"].created == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def test_what_is_added_later_is_made_at_its_own_time() -> None:
    import freezegun

    fake = CognitoGroups.from_yaml("users: {alice: [readers]}")
    with freezegun.freeze_time("2026-01-01") as clock:
        fake.add_group("first")
        clock.tick(60)
        fake.add_group("second")
        fake.add_user("late")
    assert fake.users["alice"].created == fake.groups["first"].created == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert fake.groups["second"].created == dt.datetime(2026, 1, 1, 0, 1, tzinfo=dt.UTC)
    assert fake.users["late"].created == fake.users["late"].modified == dt.datetime(2026, 1, 1, 0, 1, tzinfo=dt.UTC)


def test_seeded_dates_are_kept() -> None:
    fake = CognitoGroups.from_yaml("""
        groups: {a: {created: 2025-01-01T00:00:00Z, modified: 2025-02-01T00:00:00Z}, b: {modified: 2999-01-01}}
        users: {alice: {created: 2025-01-01T12:00:00+01:00}}
    """)
    assert fake.groups["a"].created == dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    assert fake.groups["a"].modified == dt.datetime(2025, 2, 1, tzinfo=dt.UTC)
    assert fake.groups["b"].modified == dt.datetime(2999, 1, 1, tzinfo=dt.UTC)
    assert fake.users["alice"].created == fake.users["alice"].modified == dt.datetime(2025, 1, 1, 11, tzinfo=dt.UTC)


# What is wrong


@pytest.mark.parametrize(
    ("method", "arguments", "options", "error", "message"),
    [
        ("add_group", ("admins",), {}, ValueError, "group 'admins' already exists in pool us-east-1_TestPool1"),
        ("add_group", ("a b",), {}, ValueError, r"name 'a b' must satisfy regular expression pattern"),
        ("add_group", ("x" * 129,), {}, ValueError, "must have length less than or equal to 128"),
        ("add_group", ("",), {}, ValueError, "name ''"),
        ("add_group", (5,), {}, TypeError, "name must be a str, not 5"),
        ("add_group", ("x",), {"precedence": -1}, ValueError, "precedence must be from 0 to 2147483647, not -1"),
        ("add_group", ("x",), {"precedence": 1 << 31}, ValueError, "precedence must be from 0 to 2147483647"),
        ("add_group", ("x",), {"precedence": "1"}, TypeError, "precedence must be an int or None, not '1'"),
        ("add_group", ("x",), {"precedence": True}, TypeError, "precedence must be an int or None, not True"),
        ("add_group", ("x",), {"role_arn": "admin"}, ValueError, "role_arn 'admin' must"),
        ("add_group", ("x",), {"description": "x" * 2049}, ValueError, "must have length less than or equal to 2048"),
        ("add_user", ("alice",), {}, ValueError, "user 'alice' already exists in pool us-east-1_TestPool1"),
        ("add_user", ("a b",), {}, ValueError, "username 'a b' must"),
        ("add_user", ("x",), {"groups": "readers"}, TypeError, "groups must be a sequence of names, not the string"),
        ("add_user", ("x",), {"groups": ["reader"]}, KeyError, "no group 'reader' .*did you mean 'readers'"),
        ("add_user", ("x",), {"groups": ["readers"] * 2}, ValueError, "groups lists a name twice"),
        ("add_user", ("x",), {"sub": "1"}, ValueError, "sub '1' must"),
        ("add_user", ("x",), {"status": "confirmed"}, ValueError, "status 'confirmed' must satisfy enum value set"),
        ("add_user", ("x",), {"status": None}, TypeError, "status must be a str, not None"),
        ("add_user", ("x",), {"enabled": "yes"}, TypeError, "enabled must be True or False, not 'yes'"),
        (
            "add_user",
            ("x",),
            {"attributes": {"sub": SUB}},
            ValueError,
            "attributes can't include 'sub'; pass it as sub=",
        ),
        ("add_user", ("x",), {"attributes": {"a" * 33: ""}}, ValueError, "attributes 'a+' must have length less"),
        ("add_user", ("x",), {"attributes": {"a": 5}}, TypeError, r"attributes\['a'\] must be a str, not 5"),
        ("add_to_group", ("alise", "readers"), {}, KeyError, "no user 'alise' .*did you mean 'alice'"),
        ("add_to_group", ("alice", "reader"), {}, KeyError, "no group 'reader'"),
        ("remove_from_group", ("alice", "no"), {}, KeyError, "no group 'no'"),
        ("remove_from_group", ("no", "readers"), {}, KeyError, "no user 'no'"),
        ("delete_group", ("no",), {}, KeyError, "no group 'no'"),
        ("delete_user", ("no",), {}, KeyError, "no user 'no'"),
        ("groups_of", ("no",), {}, KeyError, "no user 'no'"),
        ("groups_of", (None,), {}, TypeError, "a user's name must be a str, not None"),
        ("members_of", (5,), {}, TypeError, "a group's name must be a str, not 5"),
        ("add_user", ("x",), {"attributes": ["a"]}, TypeError, "attributes must be a mapping of names to values, not"),
        ("members_of", ("no",), {}, KeyError, "no group 'no'"),
        ("claims", ("no",), {}, KeyError, "no user 'no'"),
        ("load", (5,), {}, TypeError, "text must be YAML text, not 5"),
        ("add_pool", ("us-east-1_TestPool1",), {}, ValueError, "pool us-east-1_TestPool1 already exists"),
        ("add_pool", ("nonsense",), {}, ValueError, "id 'nonsense' must"),
        (
            "add_pool",
            ("a_b",),
            {"alias_attributes": "email"},
            TypeError,
            "alias_attributes must be a sequence of names",
        ),
        ("add_pool", ("a_b",), {"username_attributes": ["name"]}, ValueError, "username_attributes 'name' must"),
        ("attach", (5,), {}, TypeError, "client_or_session must be a client or a session"),
    ],
)
def test_a_wrong_argument_is_named(
    fake: CognitoGroups,
    method: str,
    arguments: tuple[Any, ...],
    options: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    before = list(fake.groups), list(fake.users), list(fake.pools)
    with pytest.raises(error, match=message):
        getattr(fake, method)(*arguments, **options)
    assert (list(fake.groups), list(fake.users), list(fake.pools)) == before


@pytest.mark.parametrize("attribute", ["email_verified", "phone_number_verified"])
@pytest.mark.parametrize(
    ("value", "error", "way_out"),
    [
        (True, TypeError, 'must be a str, not True; write "true"'),
        (False, TypeError, 'must be a str, not False; write "false"'),
        (None, TypeError, 'must be a str, not None; write "true" or "false"'),
        ("True", ValueError, "must be true or false, not 'True'; write \"true\""),
        ("yes", ValueError, "must be true or false, not 'yes'; write \"true\""),
        ("", ValueError, 'must be true or false, not \'\'; write "true" or "false"'),
    ],
)
def test_a_flag_that_is_no_true_or_false_is_refused(
    attribute: str, value: Any, error: type[Exception], way_out: str
) -> None:
    fake = CognitoGroups()
    with pytest.raises(error) as caught:
        fake.add_user("alice", attributes={attribute: value})
    assert type(caught.value) is error
    assert str(caught.value) == f"attributes['{attribute}'] {way_out}"
    assert not fake.users


def test_a_verified_address_is_an_alias_from_either_door() -> None:
    fake = CognitoGroups.from_yaml(
        "alias_attributes: [email]\nusers: {a: {attributes: {email: a@x, email_verified: true}}}"
    )
    fake.add_user("b", attributes={"email": "b@x", "email_verified": "true"})
    fake.add_user("c", attributes={"email": "c@x", "email_verified": "false"})
    assert [fake.users["a@x"].username, fake.users["b@x"].username] == ["a", "b"]
    assert "c@x" not in fake.users


def test_a_hundred_groups_are_the_most_that_a_user_may_be_in() -> None:
    fake = CognitoGroups.from_yaml('{users: {alice: ["team-[1:100]"]}}')
    fake.add_group("one-more")
    with pytest.raises(ValueError, match="more than 100 groups"):
        fake.add_to_group("alice", "one-more")
    with pytest.raises(ValueError, match="more than 100 groups"):
        fake.add_user("bob", groups=list(fake.groups))
    assert "bob" not in fake.users


def test_ten_thousand_groups_are_the_most_that_a_pool_may_have() -> None:
    fake = CognitoGroups.from_yaml('{groups: {"team-[1:10000]": }}')
    with pytest.raises(ValueError, match="at most 10,000 groups"):
        fake.add_group("one-more")


@pytest.mark.parametrize(
    ("text", "options", "error", "message"),
    [
        (5, {}, TypeError, "text must be YAML text, not 5"),
        ("users: {alice: [a], alice: [b]}", {}, SeedError, "<seed>:1:21: "),
        ("", {"page_size": 0}, ValueError, "page_size must be at least 1, not 0"),
        ("", {"no_such": 0}, TypeError, "unknown option 'no_such'; the options are: default_limit, "),
        ("", {"allow_operations": ["no_such"]}, ValueError, "cognito-idp has no operation 'no_such'"),
    ],
    ids=["text", "seed", "value", "option", "operation"],
)
def test_from_yaml_refuses_what_is_wrong(text: Any, options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        CognitoGroups.from_yaml(text, **options)


def test_a_fake_cannot_be_entered_twice(fake: CognitoGroups) -> None:
    with fake, pytest.raises(RuntimeError, match="this CognitoGroups is already active"):
        fake.__enter__()
    with fake:
        assert fake.clock is None
