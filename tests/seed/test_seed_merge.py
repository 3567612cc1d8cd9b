"""Levels of seeds: what replaces what, what adds up, what cannot be said twice."""

# ruff: noqa: E501  # in a table, a case is a line

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.seed import Seed
from pytest_cognito_groups.service.names import local_sub
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import GroupRecord, PoolConfig

ReadSeed = Callable[..., Seed]
ReadPool = Callable[..., Pool]
FindErrors = Callable[..., list[str]]
Memberships = Callable[[Pool], dict[str, list[str]]]

SUB = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"
BASE = "pool: eu-west-1_A\ngroups: {a: {precedence: 1}, b: }\nusers: {u: [a], v: [a, b], w: [b]}"


def test_an_inner_namesake_replaces_the_outer_one_in_its_place(pool_of: ReadPool, members: Memberships) -> None:
    pool = pool_of(BASE, "groups: {a: {precedence: 7}, c: }\nusers: {v: [b, a, c], x: [a]}")
    assert list(pool.groups.values()) == [GroupRecord("a", 7), GroupRecord("b"), GroupRecord("c")]
    assert list(members(pool).items()) == [("u", ["a"]), ("v", ["b", "a", "c"]), ("w", ["b"]), ("x", ["a"])]
    assert list(pool.members_of("a").names) == ["u", "v", "x"]


def test_users_and_groups_that_are_added_come_last(pool_of: ReadPool, members: Memberships) -> None:
    base = pool_of(BASE)
    pool = pool_of(BASE, "groups: {a: {precedence: 7}}\nusers: {x: [b, a]}", "users: {y: [a]}")
    assert pool.groups["a"].precedence == 7
    assert list(members(pool)) == ["u", "v", "w", "x", "y"]
    assert list(pool.members_of("a").names) == ["u", "v", "x", "y"]
    assert list(base.members_of("a").names) == ["u", "v"]
    assert pool.declared


def test_an_inner_range_replaces_outer_users_of_its_names(pool_of: ReadPool, members: Memberships) -> None:
    pool = pool_of("users: {m-2: [a], n: [a]}", "users: {'m-[1:3]': [b]}")
    assert members(pool) == {"m-2": ["b"], "n": ["a"], "m-1": ["b"], "m-3": ["b"]}


@pytest.mark.parametrize("inner", ["'m-[2:5]': [a, b]", "m-2: [a, b], m-3: [a, b], m-4: [a, b], m-5: [a, b]"])
def test_a_range_that_reaches_beyond_the_outer_one_keeps_places(
    pool_of: ReadPool, members: Memberships, inner: str
) -> None:
    pool = pool_of("users: {'m-[1:3]': [b, a], z: [a]}", f"users: {{{inner}}}")
    assert list(members(pool)) == ["m-1", "m-2", "m-3", "z", "m-4", "m-5"]
    assert [*members(pool).values()] == [["b", "a"], ["a", "b"], ["a", "b"], ["a"], ["a", "b"], ["a", "b"]]
    assert list(pool.members_of("a").names) == ["m-1", "m-2", "m-3", "z", "m-4", "m-5"]


def test_an_inner_user_replaces_one_of_an_outer_range(pool_of: ReadPool, members: Memberships) -> None:
    pool = pool_of("users: {'m-[1:3]': [a]}", "users: {m-2: []}")
    assert list(members(pool).items()) == [("m-1", ["a"]), ("m-2", []), ("m-3", ["a"])]


def test_a_document_without_pool_continues_the_outer_seeds_first(seed_of: ReadSeed) -> None:
    seed = seed_of(
        BASE + "\n---\npool: eu-west-1_B", "users: {x: }\n---\npool: eu-west-1_B\nusers: {y: }", "users: {z: }"
    )
    assert {pool.config.id: list(pool.users) for pool in seed.pools} == {
        "eu-west-1_A": ["u", "v", "w", "x", "z"],
        "eu-west-1_B": ["y"],
    }


def test_pools_stand_in_the_order_of_their_first_mention(seed_of: ReadSeed) -> None:
    seed = seed_of("", "pool: eu-west-1_B", "pool: eu-west-1_A\n---\npool: eu-west-1_B\n---\npool: eu-west-1_C")
    assert [pool.config.id for pool in seed.pools] == ["eu-west-1_B", "eu-west-1_A", "eu-west-1_C"]


def test_the_innermost_options_win_one_by_one(pool_of: ReadPool) -> None:
    outer = "alias_attributes: [email]\ncase_sensitive: false"
    assert pool_of(outer, "alias_attributes: []").config == PoolConfig(case_sensitive=False)
    assert pool_of(outer, "case_sensitive: true").config == PoolConfig(alias_attributes=("email",))
    assert pool_of(outer, "username_attributes: [email]").config == PoolConfig(
        "us-east-1_TestPool1", ("email",), ("email",), case_sensitive=False
    )


@pytest.mark.parametrize("silent", [0, 1])
def test_an_option_holds_beside_a_seed_that_is_silent(pool_of: ReadPool, silent: int) -> None:
    level = ["case_sensitive: false"]
    level.insert(silent, "users: {a: }")
    assert not pool_of(level).config.case_sensitive


def test_an_empty_list_of_groups_declares_them(errors_of: FindErrors) -> None:
    assert errors_of("{groups: [], users: {a: [b]}}") == ["1:26: there is no group 'b'"]


def test_inner_options_hold_for_outer_users(pool_of: ReadPool) -> None:
    pool = pool_of("users: {a@x.org: }", "username_attributes: [email]")
    assert pool.users["a@x.org"].attributes == (("email", "a@x.org"),)
    assert pool_of("users: {a@x.org: }").users["a@x.org"].attributes == ()


def test_the_innermost_now_wins(seed_of: ReadSeed) -> None:
    first = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    assert seed_of("now: 2024-01-01", "users: {a: }\n---\npool: a_b\nnow: 2025-01-01").now == first
    assert seed_of("now: 2025-01-01", "users: {a: }").now == first
    assert seed_of("users: {a: }").now is None


def test_faults_add_up_the_outer_first_and_know_their_level(seed_of: ReadSeed) -> None:
    seed = seed_of(
        "faults: [{error: RequestExpired}]",
        ["faults: [{error: NotAuthorized}]", "pool: a_b\nfaults: [{error: InternalFailure}]"],
    )
    assert [(fault.pool, fault.error, fault.level) for fault in seed.faults] == [
        ("us-east-1_TestPool1", "RequestExpired", 0),
        ("us-east-1_TestPool1", "NotAuthorized", 1),
        ("a_b", "InternalFailure", 1),
    ]


def test_seeds_of_one_level_add_up(pool_of: ReadPool, members: Memberships) -> None:
    pool = pool_of(
        [
            "groups: {a: {precedence: 1}}\nusers: {u: [a], 'm[1:2]': {attributes: {x: '{n}'}}}\nnow: 2025-01-01",
            "groups: {b: , a: {precedence: 1}}\nusers: {w: [b], u: [a], m1: {attributes: {x: '1'}}}\nnow: 2025-01-01",
        ]
    )
    assert members(pool) == {"u": ["a"], "m1": [], "m2": [], "w": ["b"]}


@pytest.mark.parametrize(
    ("one", "other", "error"),
    [
        ("groups: {a: }", "groups: {a: {precedence: 1}}", "0b.yml:1:10: another seed at the same level defines group 'a' differently"),
        ("users: {a: [b]}", "users: {a: [c]}", "0b.yml:1:9: another seed at the same level defines user 'a' differently"),
        ("users: {a: }", "users: {a: {enabled: false}}", "0b.yml:1:9: another seed at the same level defines user 'a' differently"),
        ("users: {a2: }", "users: {'a[1:3]': {status: UNKNOWN}}", "0b.yml:1:9: another seed at the same level defines user 'a2' differently"),
        ("case_sensitive: true", "case_sensitive: false", "0b.yml:1:17: another seed at the same level sets case_sensitive differently"),
        ("alias_attributes: []", "alias_attributes: [email]", "0b.yml:1:1: another seed at the same level sets alias_attributes differently"),
        ("now: 2025-01-01", "now: 2025-01-02", "0b.yml:1:6: another seed at the same level sets now differently"),
    ],
)  # fmt: skip
def test_seeds_of_one_level_cannot_contradict_each_other(
    errors_of: FindErrors, one: str, other: str, error: str
) -> None:
    assert errors_of([one, other]) == [error]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("users: {a: }\n---\nusers: {b: }", "3:1: this seed already has a document for pool us-east-1_TestPool1"),
        ("pool: a_b\n---\npool: a_b", "3:7: this seed already has a document for pool a_b"),
        ("pool: us-east-1_TestPool1\n---\nusers: {b: }", "3:1: this seed already has a document for pool us-east-1_TestPool1"),
    ],
)  # fmt: skip
def test_a_pool_has_one_document_in_a_seed(errors_of: FindErrors, text: str, error: str) -> None:
    assert errors_of(text) == [error]


def test_groups_that_an_outer_seed_made_by_memberships_are_known(pool_of: ReadPool, members: Memberships) -> None:
    pool = pool_of("users: {a: [x]}", "groups: {y: }\nusers: {a: [y], b: [x, y]}")
    assert members(pool) == {"a": ["y"], "b": ["x", "y"]}
    assert list(pool.groups) == ["x", "y"]


def test_a_groups_key_anywhere_makes_unknown_groups_an_error(errors_of: FindErrors) -> None:
    error = "there is no group 'x'"
    assert errors_of("groups:", "users: {a: [x]}") == [f"1a.yml:1:13: {error}"]
    assert errors_of(["groups: {}", "users: {a: [x], b: {groups: [x]}}"]) == [
        f"0b.yml:1:13: {error}",
        f"0b.yml:1:30: {error}",
    ]
    assert errors_of("groups:", "users: {a: }", "users:\n  a:\n    groups:\n    - x") == [f"2a.yml:4:7: {error}"]


def test_a_group_that_is_wrong_itself_is_known_nevertheless(errors_of: FindErrors) -> None:
    assert errors_of("groups: {a: {precedence: x}}\nusers: {u: [a]}") == [
        "1:26: 'x' is not a whole number from 0 to 2147483647"
    ]
    assert len(errors_of(f"groups: [{'a' * 129}]\nusers: {{u: [{'a' * 129}]}}")) == 2  # each is too long


def test_a_list_of_groups_declares_them(pool_of: ReadPool, errors_of: FindErrors) -> None:
    pool = pool_of("groups: [b, 'team-[08:10]', 007]\nusers: {u: [b]}")
    assert list(pool.groups.values()) == [GroupRecord(name) for name in ("b", "team-08", "team-09", "team-10", "007")]
    assert pool.declared
    assert errors_of("groups: [a]\nusers: {u: [b]}") == ["2:13: there is no group 'b'"]
    assert errors_of("groups: []\nusers: {u: [b]}") == ["2:13: there is no group 'b'"]


@pytest.mark.parametrize(
    "levels",
    [
        ("groups: {a: {precedence: 0}, b: }", "groups: [c, a]"),
        ("groups: {a: {precedence: 0}, b: }", "groups: [c, a]\nusers: {b: }", "groups: [a]"),
        ("groups: {a: {precedence: 0}, b: }\nusers: {u: }", "groups: [c, a]\nusers: {u: [a]}"),
        ("groups: [a]", "groups: {a: {precedence: 0}, b: }", "groups: [c, a]"),
        (["groups: [a]", "groups: {a: {precedence: 0}, b: }", "groups: [c, a]"],),
        (["groups: {a: {precedence: 0}, b: }", "groups: [c, a]"],),
    ],
    ids=["inner", "between", "replaced users", "outer", "first of a level", "last of a level"],
)
def test_a_bare_name_keeps_what_another_seed_says(pool_of: ReadPool, levels: tuple[str | list[str], ...]) -> None:
    assert list(pool_of(*levels).groups.values()) == [GroupRecord("a", 0), GroupRecord("b"), GroupRecord("c")]


def test_a_group_in_a_mapping_replaces_the_outer_one(pool_of: ReadPool) -> None:
    assert pool_of("groups: {a: {precedence: 0}}", "groups: {a: }").groups["a"] == GroupRecord("a")


def test_two_seeds_of_one_level_may_list_a_group(pool_of: ReadPool, errors_of: FindErrors) -> None:
    assert list(pool_of(["groups: [a, b]", "groups: [b, a]"]).groups) == ["a", "b"]
    assert errors_of(["groups: [a]", "groups: {a: {precedence: 1}}", "groups: {a: {precedence: 2}}"]) == [
        "0c.yml:1:10: another seed at the same level defines group 'a' differently"
    ]


def test_a_list_of_too_many_groups_is_wrong_at_its_last_name(errors_of: FindErrors) -> None:
    assert errors_of("groups: ['g-[1:10000]', h]") == ["1:25: with group 'h', the pool has more than 10,000"]


def test_a_likely_group_is_looked_for_a_limited_number_of_times(errors_of: FindErrors) -> None:
    users = "".join(f"  u{i}: [grop{i}]\n" for i in range(100))
    errors = errors_of(f"groups: {{group: }}\nusers:\n{users}")
    assert len(errors) == 100
    assert sum("did you mean" in error for error in errors) == 20


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("groups: {'g-[1:9999]': , h: }", []),
        ("groups: {'g-[1:9999]': , h: , i: }", ["1:31: with group 'i', the pool has more than 10,000"]),
        ("groups: {'g-[1:10001]': }", ["1:10: with group 'g-10001', the pool has more than 10,000"]),
    ],
)
def test_a_pool_has_at_most_10_000_groups(
    pool_of: ReadPool, errors_of: FindErrors, text: str, errors: list[str]
) -> None:
    if errors:
        assert errors_of(text) == errors
    else:
        assert len(pool_of(text).groups) == 10_000


def test_a_group_that_was_answered_is_still_alike(seed_of: ReadSeed) -> None:
    first = "groups: {a: {precedence: 1}}"
    with CognitoGroups.from_yaml(first) as fake:
        fake.client.list_groups(UserPoolId=fake.pool.id)
    (pool,) = seed_of([first, "{groups: {a: {precedence: 1}}, users: {u: [a]}}"]).pools
    assert pool.groups["a"].precedence == 1


def test_groups_from_memberships_and_from_other_levels_count(errors_of: FindErrors) -> None:
    users = "".join(f"  u{i}: ['g{i}-[1:100]']\n" for i in range(100))
    assert errors_of(f"users:\n{users}  v: [x, y]") == ["102:7: with group 'x', the pool has more than 10,000"]
    assert errors_of("groups: {'g-[1:10000]': }", ["users: {a: }", "groups: {h: }"]) == [
        "1b.yml:1:10: with group 'h', the pool has more than 10,000"
    ]
    assert errors_of("groups: {a: }\nusers: {'m-[2:1]': , n: [b]}") == [
        "2:9: 'm-[2:1]' runs backwards",
        "2:26: there is no group 'b'",
    ]
    many = errors_of("groups: {'g-[1:10001]': }", "groups: {h: }")
    assert [error.split(":")[0] for error in many] == ["0a.yml", "1a.yml"]


MADE = local_sub("us-east-1_TestPool1", "a")
EMAILS = "alias_attributes: [email, preferred_username]\nusers:\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            EMAILS + "  a: {attributes: {email: x@y, email_verified: true}}\n  b: {attributes: {email: x@y, email_verified: true}}",
            "4:27: the email 'x@y' of user 'b' already belongs to user 'a'",
        ),
        (
            EMAILS + "  a: {attributes: {preferred_username: x}}\n  m[1:9]: {attributes: {preferred_username: y}}",
            "4:45: the preferred_username 'y' of user 'm2' already belongs to user 'm1'",
        ),
        (f"users:\n  a: {{sub: {SUB}}}\n  b: {{sub: {SUB}}}", f"3:12: the sub '{SUB}' of user 'b' already belongs to user 'a'"),
        (
            "case_sensitive: false\nusers: {Alice: , alice: }",
            "2:18: user 'alice' differs from user 'Alice' only by case",
        ),
        (
            f"users:\n  a: {{sub: {SUB}, status: EXTERNAL_PROVIDER}}\n  b: {{sub: {SUB}}}",
            f"3:12: the sub '{SUB}' of user 'b' already belongs to user 'a'",
        ),
        (
            f"users:\n  a: {{sub: {SUB}, status: EXTERNAL_PROVIDER}}\n  b: {{sub: {SUB}, status: EXTERNAL_PROVIDER}}",
            f"3:12: the sub '{SUB}' of user 'b' already belongs to user 'a'",
        ),
        (
            f"users:\n  a:\n  b: {{sub: {MADE}}}",
            f"3:12: the sub '{MADE}' of user 'b' already belongs to user 'a'",
        ),
        (
            f"users:\n  a: {{status: EXTERNAL_PROVIDER}}\n  b: {{sub: {MADE}}}",
            f"3:12: the sub '{MADE}' of user 'b' already belongs to user 'a'",
        ),
        (
            f"username_attributes: [email]\nusers: {{{MADE}: , a: }}",
            f"2:9: the email '{MADE}' of user '{MADE}' is already the sub of user 'a'",
        ),
        (
            f"username_attributes: [email]\nusers: {{a@x: {{sub: {SUB}}}, {SUB}: {{status: EXTERNAL_PROVIDER}}}}",
            f"2:59: the username '{SUB}' of user '{SUB}' is already the sub of user 'a@x'",
        ),
        (
            f"alias_attributes: [preferred_username]\nusers: {{a: {{sub: {SUB}}}, b: {{attributes: {{preferred_username: {SUB}}}}}}}",
            f"2:94: the preferred_username '{SUB}' of user 'b' is already the sub of user 'a'",
        ),
        (
            "username_attributes: [email]\nusers: {a@x: , b@x: {attributes: {email: a@x}}}",
            "2:42: the email 'a@x' of user 'b@x' already belongs to user 'a@x'",
        ),
        (
            "username_attributes: [email]\ncase_sensitive: false\nusers: {a@x: , A@x: }",
            "3:16: the email 'A@x' of user 'A@x' already belongs to user 'a@x'",
        ),
    ],
)  # fmt: skip
def test_two_users_cannot_share_a_name(errors_of: FindErrors, text: str, error: str) -> None:
    assert errors_of(text) == [error]


def test_two_users_may_share_what_is_no_alias(pool_of: ReadPool) -> None:
    text = f"""
    alias_attributes: [email]
    users:
      a: {{attributes: {{email: x@y}}}}
      b: {{attributes: {{email: x@y, email_verified: true}}}}
      c: {{attributes: {{email: x@y, email_verified: true}}, status: EXTERNAL_PROVIDER, sub: {SUB}}}
      d:
      x@y:
      X@y:
      {SUB}:
    """
    assert len(pool_of(text).users) == 7


@pytest.mark.rule("LOOK-6", "LOOK-8")
def test_a_username_may_be_anothers_alias_and_goes_first(pool_of: ReadPool) -> None:
    pool = pool_of("""
    case_sensitive: false
    alias_attributes: [preferred_username]
    users: {a: , b: {attributes: {preferred_username: A}}}
    """)
    assert [pool.user(name).username for name in ("a", "A")] == ["a", "a"]


def test_names_are_compared_over_all_levels(errors_of: FindErrors, pool_of: ReadPool) -> None:
    one = EMAILS + "  a: {attributes: {preferred_username: x}}"
    other = "users: {b: {attributes: {preferred_username: x}}}"
    message = "the preferred_username 'x' of user 'b' already belongs to user 'a'"
    assert errors_of(one, other) == [f"1a.yml:1:46: {message}"]
    assert errors_of(one, "users: {c: }", other + "\n") == [f"2a.yml:1:46: {message}"]
    assert len(pool_of(one, other.replace("{b", "{a: , b")).users) == 2


def test_an_outer_clash_that_an_inner_seed_resolves_is_none(pool_of: ReadPool) -> None:
    clash = f"users:\n  a: {{sub: {SUB}}}\n  b: {{sub: {SUB}}}"
    assert list(pool_of(clash, "users: {a: }").users) == ["a", "b"]


def test_errors_of_all_sources_come_in_their_order(errors_of: FindErrors) -> None:
    found = errors_of("nope: 1\ngroups: {a: }", ["users: {a: [x]}\nnope: 2", "nope: 3"], "users: {b: [y]}")
    assert [error.partition(": ")[0] for error in found] == [
        "0a.yml:1:1",
        "1a.yml:1:13",
        "1a.yml:2:1",
        "1b.yml:1:1",
        "2a.yml:1:13",
    ]


def test_what_is_no_yaml_hides_what_others_lack(errors_of: FindErrors) -> None:
    for text in ("groups: {a: ", "groups: {a: {}"):
        (error,) = errors_of(text, "users: {u: [b]}")
        assert error.startswith("0a.yml:1:")


def test_errors_are_found_behind_merge_keys_and_ranges(errors_of: FindErrors) -> None:
    text = "groups: {a: }\nusers:\n  x: &x {groups: [a, 'g[1:3]']}\n  y: {<<: *x, enabled: true}\n  'm[1:2]': [a, 'g[2:4]']"
    assert errors_of(text) == [
        "3:22: there is no group 'g1', nor 2 more in the range",
        "5:17: there is no group 'g2', nor 2 more in the range",
    ]
