"""The grammar: what each key takes, and what is said of what it does not take."""

# ruff: noqa: E501  # in a table, a case is a line

from __future__ import annotations

import datetime
import time
from collections.abc import Callable

import pytest

from pytest_cognito_groups.seed import SeedError, Source, read
from pytest_cognito_groups.seed.grammar import GROUP, USER, decode
from pytest_cognito_groups.service.faults import Fault
from pytest_cognito_groups.service.model import Model
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import GroupRecord, PoolConfig

ReadSeed = Callable[..., object]
ReadPool = Callable[..., Pool]
FindErrors = Callable[..., list[str]]
Memberships = Callable[[Pool], dict[str, list[str]]]

ARN = "arn:aws:iam::123456789012:role/Admins"
ARN_PATTERN = r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?"
SUB = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"


def ms(*parts: int) -> int:
    return round(datetime.datetime(*parts, tzinfo=datetime.UTC).timestamp() * 1000)  # type: ignore[arg-type, misc]


def test_every_key_of_the_grammar_is_read(model: Model, members: Memberships) -> None:
    text = f"""
    # all there is
    pool: eu-west-1_Demo12345
    now: 2026-01-31T12:00:00Z
    alias_attributes: [email, phone_number, preferred_username]
    case_sensitive: true
    groups:
      admins:  {{precedence: 0, role_arn: {ARN}, description: Everything}}
      readers: {{precedence: 10, created: 2025-01-01T00:00:00Z, modified: 2025-02-01}}
      guests:
    users:
      alice: [admins, readers]
      bob:
        groups: [readers]
        attributes: {{email: bob@example.com, email_verified: true, custom:tenant: acme}}
        sub: {SUB}
        status: FORCE_CHANGE_PASSWORD
        enabled: false
        mfa_options: [{{delivery_medium: SMS, attribute_name: phone_number}}]
        created: 2025-01-01T00:00:00+01:00
        modified: 2025-01-02 00:00:00.0019
      carol:
      dave: {{}}
      member-[08:10]:
        groups: ["team-[1:2]"]
        attributes: {{email: "{{name}}@example.com", custom:seat: "{{n}}"}}
      team-[1:2]:
    faults:
      - {{operation: list_users_in_group, error: TooManyRequestsException, times: 2, when: {{GroupName: readers, Limit: 5}}}}
      - {{error: RequestExpired, message: 007, times: , after: 3}}
    """.replace("      team-[1:2]:\n    faults", "    faults").replace(
        "guests:", "guests:\n      team-[1:2]: {precedence: 3}"
    )
    seed = read([[Source(text)]], model)
    (pool,) = seed.pools
    assert seed.now == datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
    assert pool.config == PoolConfig("eu-west-1_Demo12345", ("email", "phone_number", "preferred_username"))
    assert pool.declared
    assert list(pool.groups.values()) == [
        GroupRecord("admins", 0, ARN, "Everything"),
        GroupRecord("readers", 10, None, None, ms(2025, 1, 1), ms(2025, 2, 1)),
        GroupRecord("guests"),
        GroupRecord("team-1", 3),
        GroupRecord("team-2", 3),
    ]
    assert members(pool) == {
        "alice": ["admins", "readers"],
        "bob": ["readers"],
        "carol": [],
        "dave": [],
        "member-08": ["team-1", "team-2"],
        "member-09": ["team-1", "team-2"],
        "member-10": ["team-1", "team-2"],
    }
    bob = pool.users["bob"]
    assert bob.attributes == (("email", "bob@example.com"), ("email_verified", "true"), ("custom:tenant", "acme"))
    assert (bob.sub, bob.status, bob.enabled) == (SUB, "FORCE_CHANGE_PASSWORD", False)
    assert bob.mfa_options == (("SMS", "phone_number"),)
    assert (bob.created, bob.modified) == (ms(2024, 12, 31, 23), ms(2025, 1, 2) + 1)
    assert pool.users["member-09"].attributes == (("email", "member-09@example.com"), ("custom:seat", "09"))
    when = (("GroupName", "readers"), ("Limit", 5))
    assert seed.faults == (
        Fault(pool.config.id, "ListUsersInGroup", "TooManyRequestsException", None, 2, 0, when),
        Fault(pool.config.id, None, "RequestExpired", "007", None, 3),
    )


def test_names_and_attributes_are_taken_as_written(pool_of: ReadPool, members: Memberships) -> None:
    pool = pool_of(
        "users:\n  007: [on, 1.50, ~]\n  null: {attributes: {phone_number: +15551234567, x: true, y: }}\n  m[1]:"
    )
    assert members(pool) == {"007": ["on", "1.50", "~"], "null": [], "m[1]": []}
    assert pool.users["null"].attributes == (("phone_number", "+15551234567"), ("x", "true"), ("y", ""))


def test_anchors_aliases_and_merge_keys_work(pool_of: ReadPool, members: Memberships) -> None:
    pool = pool_of(
        """
        users:
          alice: &defaults
            groups: &both [a, b]
            attributes: &attributes {x: "1", y: "2"}
          bob: {<<: *defaults, enabled: false}
          carol: *both
          dave: {<<: [{attributes: {<<: *attributes, y: "3"}}, *defaults], groups: [b]}
          erin: *defaults
          "<<": [b]
        """
    )
    assert members(pool) == {
        "alice": ["a", "b"],
        "bob": ["a", "b"],
        "carol": ["a", "b"],
        "dave": ["b"],
        "erin": ["a", "b"],
        "<<": ["b"],
    }
    assert not pool.users["bob"].enabled
    assert pool.users["dave"].attributes == (("x", "1"), ("y", "3"))


def test_users_may_be_merged_from_elsewhere(pool_of: ReadPool, members: Memberships) -> None:
    pool = pool_of("users:\n  <<: &u {alice: [a], bob: [b]}\n  alice: [c]\ngroups: {a: , b: , c: }")
    assert members(pool) == {"alice": ["c"], "bob": ["b"]}


@pytest.mark.parametrize("text", ["", "# nothing", "---\n---\n", "~"])
def test_an_empty_document_has_no_pool(seed_of: Callable[..., object], text: str) -> None:
    assert seed_of(text).pools == ()  # type: ignore[attr-defined]


def test_several_documents_are_several_pools(seed_of: Callable[..., object]) -> None:
    seed = seed_of("users: {a: [x]}\n---\npool: eu-west-1_B\nusers: {b: }\n---\n")
    assert [pool.config.id for pool in seed.pools] == ["us-east-1_TestPool1", "eu-west-1_B"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        ("1970-01-01", 0),
        ("1969-12-31T23:59:59.999Z", -1),
        ("2025-01-01t00:00z", ms(2025, 1, 1)),
        ("2025-01-01T00:00:00-05:30", ms(2025, 1, 1, 5, 30)),
        ("'2025-01-01T00:00:00.123456789Z'", ms(2025, 1, 1) + 123),
        ("~", None),
        ("", None),
    ],
)
def test_dates_are_utc_unless_they_have_an_offset(pool_of: ReadPool, written: str, milliseconds: int | None) -> None:
    assert pool_of(f"groups: {{a: {{created: {written}}}}}").groups["a"].created == milliseconds


@pytest.mark.parametrize(
    ("attributes", "key", "kept"),
    [
        ("[email]", "a@x.org", {"email": "a@x.org"}),
        ("[email, phone_number]", "+15551234567", {"phone_number": "+15551234567"}),
        ("[email]", "a@x.org: {attributes: {email: b@x.org, x: y}}", {"email": "b@x.org", "x": "y"}),
        ("[email]", "m[1:1]@x.org", {"email": "m1@x.org"}),
        ("[phone_number]", "+155512345[67:67]", {"phone_number": "+15551234567"}),
        ("[email]", "m[1:1]: {attributes: {email: 'x{n}@x.org'}}", {"email": "x1@x.org"}),
    ],
)
def test_the_key_is_the_sign_in_name_where_people_sign_in_by_it(
    pool_of: ReadPool, attributes: str, key: str, kept: dict[str, str]
) -> None:
    key = key if ": " in key else f"{key}:"
    pool = pool_of(f"username_attributes: {attributes}\nusers:\n  {key}")
    (user,) = pool.users.values()
    assert dict(user.attributes) == kept


@pytest.mark.parametrize("value", ["{nam}", "{n}", "{n:03}", "{name}"])
def test_the_attributes_of_one_user_are_no_templates(pool_of: ReadPool, value: str) -> None:
    assert pool_of(f"users: {{alice: {{attributes: {{x: '{value}'}}}}}}").users["alice"].attributes == (("x", value),)


@pytest.mark.parametrize("value", ['{"a": 1}', "{}", "{0}", "{n", "n}", "{a b}", "{é}", "{n.x}"])
def test_other_braces_of_a_range_are_taken_as_written(pool_of: ReadPool, value: str) -> None:
    pool = pool_of(f"users: {{'m[1:1]': {{attributes: {{x: '{value}'}}}}}}")
    assert pool.users["m1"].attributes == (("x", value),)


A_POOL = "groups: {admins: , readers: }\nusers:\n  "


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("- a", ["1:1: a seed must be a mapping (key: value)"]),
        ("[a]: b", ["1:1: a key must be text"]),
        ("user: {}", ["1:1: a seed has no key 'user'; did you mean 'users'?"]),
        ("pool: a_b\npool: a_c", ["2:1: 'pool' is given twice, first at line 1, column 1"]),
        ("pool: demo", ["1:7: 'demo' must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+"]),
        (f"pool: a_{'b' * 60}", [f"1:7: 'a_{'b' * 58}'… (62 characters) must have length less than or equal to 55"]),
        ("pool: [a_b]", ["1:7: this must be text"]),
        ("now: yesterday", ["1:6: 'yesterday' is not a date"]),
        ("now: 2025-02-30", ["1:6: '2025-02-30' is not a date that exists"]),
        ("now: 0001-01-01T00:00+01:00", ["1:6: '0001-01-01T00:00+01:00' is not a date that exists"]),
        ("case_sensitive: no", ["1:17: 'no' is neither true nor false"]),
        ("case_sensitive: 'true'", ["1:17: 'true' is neither true nor false"]),
        ("case_sensitive:", ["1:16: '' is neither true nor false"]),
        ("alias_attributes: email", ["1:19: alias_attributes must be a list"]),
        ("alias_attributes: {}", ["1:19: alias_attributes must be a list"]),
        ("alias_attributes: [mail]", ["1:20: 'mail' is not a valid alias attribute; did you mean 'email'?"]),
        ("alias_attributes: [email, email]", ["1:27: 'email' is listed twice, first at line 1, column 20"]),
        ("groups: a", ["1:9: groups must be a list of names, or a mapping keyed by name"]),
        ("groups: [a, b, a]", ["1:16: group 'a' is given twice, first at line 1, column 10"]),
        ("groups: ['m-[1:3]', m-2, 'm-[2:3]']", ["1:21: group 'm-2' is given twice, first at line 1, column 10",
                                                "1:26: group 'm-2' and 1 more are given twice, first at line 1, column 10"]),
        ("groups: ['m-[1-3]', [a], {b: {precedence: 0}}, c d]",
         ["1:10: 'm-[1-3]' looks like a range but isn't one", "1:21: a list of groups takes only names",
          "1:26: a list of groups takes only names",
          "1:48: 'c d' must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"]),
        ("groups: {a b: }", ["1:10: 'a b' must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"]),
        ("groups: {'': }", ["1:10: '' must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"]),
        ("groups: {a: 1}", ["1:13: a group must be a mapping (key: value)"]),
        ("groups: {a: {}, a: {}}", ["1:17: 'a' is given twice, first at line 1, column 10"]),
        ("groups: {'a[1:3]': , a2: }", ["1:22: group 'a2' is given twice, first at line 1, column 10"]),
        ("groups: {'a[3:1]': }", ["1:10: 'a[3:1]' runs backwards"]),
        ("groups: {'a[1-3]': }", ["1:10: 'a[1-3]' looks like a range but isn't one"]),
        ("users:\n  m-[1..3]: [g]\n  k-[1:]:", ["2:3: 'm-[1..3]' looks like a range but isn't one",
                                                "3:3: 'k-[1:]' looks like a range but isn't one"]),
        ("users:\n  a:\n  - m-[a:c]", ["3:5: 'm-[a:c]' looks like a range but isn't one"]),
        ("groups: {a: {precedence: -1}}", ["1:26: '-1' is not a whole number from 0 to 2147483647"]),
        ("groups: {a: {precedence: 2147483648}}", ["1:26: '2147483648' is not a whole number from 0 to 2147483647"]),
        (f"groups: {{a: {{precedence: {'9' * 25}}}}}", [f"1:26: '{'9' * 25}' is not a whole number from 0 to 2147483647"]),
        ("groups: {a: {precedence: 1.0}}", ["1:26: '1.0' is not a whole number from 0 to 2147483647"]),
        ("groups: {a: {precedence: '1'}}", ["1:26: '1' is text"]),
        ("groups: {a: {role_arn: admin}}", [f"1:24: 'admin' must satisfy regular expression pattern: {ARN_PATTERN}"]),
        ("groups: {a: {description: [x]}}", ["1:27: this must be text"]),
        ("users: [alice]", ["1:8: users must be a mapping keyed by name"]),
        ("users: {alice: admins}", ["1:16: a user's groups must be a list"]),
        ("users: {alice: [[admins]]}", ["1:17: this must be text"]),
        ("users: {alice: [a, b c]}", ["1:20: 'b c' must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"]),
        ("users: {alice: [a, a]}", ["1:20: group 'a' is listed twice, first at line 1, column 17"]),
        ("users: {alice: ['a[1:3]', a2]}", ["1:27: group 'a2' is listed twice, first at line 1, column 17"]),
        ("users: {alice: ['a[1:101]']}", ["1:17: 'a[1:101]' covers 101 names"]),
        ("users: {alice: ['a[1:100]', b]}", ["1:29: a user can be in at most 100 groups"]),
        (A_POOL + "alice: [admin]", ["3:11: there is no group 'admin'; did you mean 'admins'?"]),
        (A_POOL + "'m[1:9]': {groups: [readers, x]}", ["3:32: there is no group 'x'"]),
        (A_POOL + "alice: []\n  bob: []\n  alice: []", ["5:3: 'alice' is given twice, first at line 3, column 3"]),
        (A_POOL + "m-07: []\n  m-[05:09]: []", ["4:3: user 'm-07' is given twice, first at line 3, column 3"]),
        (A_POOL + "m-[1:3]: []\n  m-[2:5]: []", ["4:3: user 'm-2' and 1 more are given twice, first at line 3, column 3"]),
        (A_POOL + "a b: [admin]", ["3:3: 'a b' must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
                                   "3:9: there is no group 'admin'; did you mean 'admins'?"]),
        ("users: {a: {groups: x, status: confirmed, enabled: 0}}",
         ["1:21: a user's groups must be a list", "1:32: 'confirmed' is not a valid status; did you mean 'CONFIRMED'?",
          "1:52: '0' is neither true nor false"]),
        (f"users: {{a: {{sub: {SUB.upper()}}}}}", [f"1:18: '{SUB.upper()}' is not a lower-case UUID"]),
        ("users:\n  a:\n    sub:", ["3:9: '' is not a lower-case UUID"]),
        (f"users: {{'m[1:2]': {{sub: {SUB}}}}}", ["1:25: a sub belongs to a single user"]),
        ("users: {a: {attributes: [x]}}", ["1:25: attributes must be a mapping keyed by name"]),
        ("users: {a: {attributes: {sub: x}}}", ["1:26: sub can't be given as an attribute"]),
        ("users: {a: {attributes: {x: [y]}}}", ["1:29: this must be text"]),
        ("users: {a: {attributes: {email_verified: True, phone_number_verified: no}}}",
         ["1:42: email_verified must be true or false, not 'True'",
          "1:71: phone_number_verified must be true or false, not 'no'"]),
        ("users: {'m-[1:3]': {attributes: {email_verified: '{n}'}}}",
         ["1:50: email_verified must be true or false, not '{n}'"]),
        ("users: {a: {attributes: {email_verified: [true]}}}", ["1:42: this must be text"]),
        (f"users: {{a: {{attributes: {{x: {'y' * 2049}}}}}}}",
         [f"1:29: '{'y' * 60}'… (2,049 characters) must have length less than or equal to 2048"]),
        (f"users: {{a: {{attributes: {{{'y' * 33}: z}}}}}}",
         [f"1:26: '{'y' * 33}' must have length less than or equal to 32"]),
        ("users: {'m[1:2]': {attributes: {x: '{nam}'}}}", ["1:36: '{nam}' means nothing in a range"]),
        ("users: {'m[1:1]': {attributes: {x: 'a{n:03}b { name }{n}{name}{nam}{nam}'}}}",
         ["1:36: '{n:03}' means nothing in a range", "1:36: '{ name }' means nothing in a range",
          "1:36: '{nam}' means nothing in a range"]),
        ("users: {a: &u {attributes: {x: '{i}'}}, 'm[1:2]': *u, 'k[1:2]': {<<: *u}}",
         ["1:32: '{i}' means nothing in a range"]),
        ("users: {a: {mfa_options: [{delivery_medium: FAX}, x]}}",
         ["1:27: an MFA option needs attribute_name", "1:45: 'FAX' is not a valid delivery medium",
          "1:51: an MFA option must be a mapping (key: value)"]),
        ("faults: {a: b}", ["1:9: faults must be a list"]),
        ("faults: [{eror: x}]", ["1:10: a fault needs an error", "1:11: a fault has no key 'eror'; did you mean 'error'?"]),
        ("faults:\n- error:", ["2:9: the error's code is missing"]),
        ("faults:\n- error: ''", ["2:10: the error's code is missing"]),
        ("faults:\n- error: ~", ["2:10: the error's code is missing"]),
        ("faults: [{error: RequestExpired, times: 0, after: -1}]", ["1:41: '0' is not a whole number from 1 to 2147483647",
                                                       "1:51: '-1' is not a whole number from 0 to 2147483647"]),
        ("faults:\n- error: RequestExpired\n  after:", ["3:9: a number is missing"]),
        ("faults: [{error: RequestExpired, message: [y]}]", ["1:43: this must be text"]),
        ("faults: [{error: RequestExpired, when: [y]}]", ["1:40: a fault's parameters must be a mapping keyed by name"]),
        ("faults: [{error: RequestExpired, when: {Limit: ten, GroupName: [x]}}]",
         ["1:48: 'ten' is not a whole number from 0 to 2147483647", "1:64: this must be text"]),
        ("users: {a: {<<: [x]}}", ["1:18: << takes a mapping, or a list of mappings"]),
        ("users: {<<: {[x]: []}}", ["1:14: a key must be text"]),
        ("users: {a: &u {enabled: x}, b: *u, c: *u}", ["1:25: 'x' is neither true nor false"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_stands(errors_of: FindErrors, text: str, errors: list[str]) -> None:
    assert errors_of(text) == errors


@pytest.mark.parametrize(
    ("group", "example"),
    [
        ("[bob, alice]", "bob: [admins]"),
        ("[]", "alice: [admins]"),
        ("[[x]]", "alice: [admins]"),
        ("{members: [bob]}", "bob: [admins]"),
        ("{users: {bob: }}", "alice: [admins]"),
        ("{users: bob}", "alice: [admins]"),
    ],
)
def test_members_of_a_group_are_told_their_place(model: Model, group: str, example: str) -> None:
    with pytest.raises(SeedError) as caught:
        read([[Source(f"groups: {{admins: {group}}}")]], model)
    (error,) = caught.value.errors
    assert error.hint == f"write memberships with the user: {example}"


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("True", "write true"),
        ("yes", "write true"),
        ("'1'", "write true"),
        ("FALSE", "write false"),
        ("off", "write false"),
        ("", "write true or false"),
        ("x", "write true or false"),
        ("' true'", "write true or false"),
    ],
)
def test_a_flag_in_another_spelling_is_told_what_to_write(model: Model, written: str, hint: str) -> None:
    with pytest.raises(SeedError) as caught:
        read([[Source(f"users: {{a: {{attributes: {{email_verified: {written}}}}}}}")]], model)
    assert caught.value.errors[0].hint == hint


@pytest.mark.parametrize("written", ["true", "false", "'true'", '"false"'])
def test_a_flag_is_kept_as_the_service_stores_it(pool_of: ReadPool, written: str) -> None:
    pool = pool_of(f"users: {{a: {{attributes: {{email_verified: {written}, x: True}}}}}}")
    assert pool.users["a"].attributes == (("email_verified", written.strip("'\"")), ("x", "True"))


@pytest.mark.parametrize("word", ["none", "None", "always", "Always", "'always'", "all", "forever", "inf", "-1", "[]"])
def test_a_word_for_always_is_told_how_always_is_written(model: Model, word: str) -> None:
    with pytest.raises(SeedError) as caught:
        read([[Source(f"faults: [{{error: RequestExpired, times: {word}}}]")]], model)
    (error,) = caught.value.errors
    assert (error.hint == "for always, write times: with nothing after it") is (word not in {"-1", "[]"})


def test_an_unknown_operation_lists_those_answered(errors_of: FindErrors) -> None:
    (error,) = errors_of("faults: [{operation: list_devices, error: x}]")
    assert error.startswith("1:22: operation 'list_devices' is not answered here")
    assert "list_users_in_group" in error


def test_a_wrong_fault_is_placed_at_its_key_or_parameter(errors_of: FindErrors) -> None:
    text = "faults:\n  - {error: x, when: {Nothing: y}}\n  - {error: ReadTimeoutError, message: y}"
    places = [error[: error.index(": ")] for error in errors_of(text)]
    assert places == ["2:13", "2:23", "3:40"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("{error: x, times: 0}", ["error", "times"]),
        ("{operation: ListUsersInGroup, error: x, after: y, when: {Limit: z}}", ["error", "after", "Limit"]),
        ("{operation: nope, error: x, times: 0}", ["operation", "times"]),  # whose error it would be is not known
        ("{error: [x], times: 0}", ["error", "times"]),
    ],
)
def test_all_that_is_wrong_with_a_fault_is_said_at_once(model: Model, fault: str, told: list[str]) -> None:
    text = f"faults: [{fault}]"
    with pytest.raises(SeedError) as caught:
        read([[Source(text)]], model)
    places = [text.index(f"{key}: ") + len(f"{key}: ") + 1 for key in told]
    assert [error.column for error in caught.value.errors] == places


def test_all_that_is_wrong_is_said_at_once(errors_of: FindErrors) -> None:
    text = "pool: x\ngroups: {a: {precedense: 1}}\n---\nusers: {alice: [b, b]}\n---\npool: a_b\nnope: 1"
    assert [error.split(":")[0] for error in errors_of(text)] == ["1", "2", "4", "7"]


@pytest.mark.parametrize(
    "text",
    [
        "x: &a0 {k: v}\n" + "".join(f"x{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}\n" for i in range(1, 40)),
        "x: &a0 [v]\n" + "".join(f"x{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 40)),
        "users: &u\n  <<: *u\n  alice: *u",
        "users: {'m-[1:20001]': ['g[1:100]']}",
        "users: {'m-[1:60000]': , 'n-[1:60000]': }",
        "users: {alice: {<<: &w {"
        + ", ".join(f"k{i}: v" for i in range(500))
        + "}},\n"
        + ",\n".join(f"u{i}: {{<<: [{', '.join(['*w'] * 100)}]}}" for i in range(50))
        + "}",
    ],
    ids=["merges", "lists", "itself", "memberships", "names", "pairs"],
)
def test_little_text_that_stands_for_too_much_is_refused_quickly(model: Model, text: str) -> None:
    begin = time.thread_time()
    with pytest.raises(SeedError):
        read([[Source(text)]], model)
    assert time.thread_time() - begin < 20


@pytest.mark.parametrize(
    ("text", "users"),
    [
        ("users:\n  alice:\n  'groups': [admins]", ["alice", "groups"]),
        ("users:\n  alice: []\n  groups: [admins]", ["alice", "groups"]),
        ("users:\n  groups: [admins]", ["groups"]),
    ],
    ids=["in quotes", "beside a user with a list", "alone"],
)
def test_a_user_may_have_the_name_of_a_field(model: Model, text: str, users: list[str]) -> None:
    decoded = decode(text, model)
    assert decoded.findings == ()
    assert [entry.name for entry in decoded.documents[0].users] == users


@pytest.mark.parametrize(
    ("spelled", "enabled"),
    [("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False)],
)
def test_truth_is_spelled_as_yaml_spells_it(model: Model, spelled: str, enabled: bool) -> None:
    (user,) = decode(f"users: {{a: {{enabled: {spelled}}}}}", model).documents[0].users
    assert user.profile.enabled is enabled


def test_behind_a_wrong_attribute_the_others_are_looked_at(model: Model) -> None:
    findings = decode("users: {a: {attributes: {sub: x, email_verified: maybe}}}", model).findings
    assert [finding.message for finding in findings] == [
        "sub can't be given as an attribute",
        "email_verified must be true or false, not 'maybe'",
    ]


@pytest.mark.parametrize("field", USER)
def test_a_field_of_a_user_that_is_not_indented_is_refused(model: Model, field: str) -> None:
    findings = decode(f"users:\n  alice:\n  {field}:", model).findings
    assert [finding.message for finding in findings] == [f"'{field}' is a field of a user but is level with 'alice'"]


@pytest.mark.parametrize("field", GROUP)
def test_a_field_of_a_group_that_is_not_indented_is_refused(model: Model, field: str) -> None:
    findings = decode(f"groups:\n  admins:\n  {field}:", model).findings
    assert [finding.message for finding in findings] == [f"'{field}' is a field of a group but is level with 'admins'"]


@pytest.mark.parametrize(
    "text",
    [
        "users: {'m-[1:100000]': [g]}",
        "users: {'m-[1:20000]': ['g[1:100]']}",
        "users: {'m-[1:50000]': , 'n-[1:50000]': }",
        "users: {" + ", ".join(f"u{number}: ['g[1:90]', h{number}]" for number in range(2000)) + "}",
    ],
    ids=["names", "memberships", "names of two", "a user's groups"],
)
def test_what_a_seed_may_stand_for_is_read_quickly(model: Model, text: str) -> None:
    begin = time.thread_time()
    assert decode(text, model).findings == ()
    assert time.thread_time() - begin < 5


def test_each_user_counts_once_a_group(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_cognito_groups.seed.grammar.MEMBERSHIPS", 6)
    assert decode("users: {a: [x, y], 'm-[1:2]': [x, y]}", model).findings == ()
    (finding,) = decode("users: {a: [x, y], 'm-[1:2]': [x, y], b: [x], c: [x]}", model).findings
    assert finding.message == "with this user, the seed has more than 6 memberships"


def test_ten_megabytes_do_not_hang(model: Model) -> None:
    begin = time.thread_time()
    users = "".join(f"  user-{i:05}: {{groups: [g{i % 100}], attributes: {{x: {'y' * 470}}}}}\n" for i in range(20_000))
    decoded = decode(f"users:\n{users}", model)
    assert len(decoded.documents[0].users) == 20_000
    assert time.thread_time() - begin < 60


def test_lists_that_are_alike_are_kept_once(model: Model) -> None:
    decoded = decode("users:\n  a: [x, y]\n  b: [x, y]\n  c: [y, x]", model)
    one, two, three = (entry.groups for entry in decoded.documents[0].users)
    assert one is two
    assert three[1] is one[0]


def test_a_long_chain_of_merged_mappings_is_followed(model: Model) -> None:
    chain = "".join(f"- &a{number} {{<<: *a{number - 1}}}\n" for number in range(1, 5000))
    decoded = decode(f"x:\n- &a0 {{enabled: false}}\n{chain}users: {{u: *a4999}}", model)
    assert [finding.message for finding in decoded.findings] == ["a seed has no key 'x'"]
    assert not decoded.documents[0].users[0].profile.enabled


@pytest.mark.parametrize(
    "text",
    [
        "a: [b" + " #" * 100_000,
        "a: ['" + "1" * 100_000 + "': x",
        "a: {'" + "[1:" * 50_000 + "': x}",
        "users: {a: [" + "a[1:2] " * 30_000,
    ],
    ids=["comments", "text", "ranges", "more ranges"],
)
def test_what_is_wrong_with_a_long_line_is_found_quickly(model: Model, text: str) -> None:
    begin = time.thread_time()
    assert decode(text, model).findings
    assert time.thread_time() - begin < 5


def test_a_range_of_one_name_may_have_a_sub(pool_of: ReadPool, errors_of: FindErrors) -> None:
    sub = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"
    assert pool_of(f"users: {{'m-[1:1]': {{sub: {sub}}}}}").users["m-1"].sub == sub
    (error,) = errors_of(f"users: {{'m-[1:2]': {{sub: {sub}}}}}")
    assert error.endswith("a sub belongs to a single user")


def test_a_range_of_groups_listed_twice_is_one_error(errors_of: FindErrors) -> None:
    assert len(errors_of("groups: ['g-[1:3]', 'g-[1:3]']")) == 1
    assert len(errors_of("groups: {'g-[1:3]': }\nusers: {u: ['g-[1:3]', 'g-[1:3]']}")) == 1


def test_a_user_in_too_many_groups_is_told_so_once(errors_of: FindErrors) -> None:
    groups = ", ".join(f"g-{number}" for number in range(1, 103))
    (error,) = errors_of(f"users: {{u: [{groups}]}}")
    assert error.endswith("a user can be in at most 100 groups")


def test_of_a_long_alias_80_characters_are_named_with_its_star(errors_of: FindErrors) -> None:
    name = "x" * 79
    (error,) = errors_of(f"users: *{name}yyy")
    assert error == f"1:8: the alias *{name} has no anchor &{name} before it"
