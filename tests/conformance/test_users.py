"""Users read and sought (USER)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from conformance.operations import GET_USER, STANDARD, USERS, Refusal, refusal, uses
from conformance.worlds import User

EMAILS: Final = {
    "carol": User(attributes={"email": "carol@example.com", "name": "Carol Jones"}),
    "alice": User(attributes={"email": "alice@example.com", "name": "Alice Smith"}, confirmed=True),
    "bob": User(attributes={"email": "bob@example.org", "name": 'Bob "the" \\ Jones'}, enabled=False),
    "dave": User(),
}


def found(client: Any, pool: str, condition: str) -> set[str]:
    """The names of all users whom a filter finds."""
    return set(USERS.walk(client, pool, Filter=condition))


@pytest.mark.rule("USER-1")
@uses(GET_USER)
def test_a_user_is_answered_with_attributes_dates_and_status(client: Any, make_pool: Callable[..., str]) -> None:
    alice = User(attributes={"email": "alice@example.com"}, confirmed=True)
    answer = GET_USER(client, make_pool(users={"alice": alice}))
    attributes = {pair["Name"]: pair["Value"] for pair in answer["UserAttributes"]}
    assert attributes["email"] == "alice@example.com"
    assert (answer["Username"], answer["Enabled"], answer["UserStatus"]) == ("alice", True, "CONFIRMED")
    assert {"UserCreateDate", "UserLastModifiedDate"} < set(answer)
    assert "Attributes" not in answer


@pytest.mark.rule("USER-1")
@uses(GET_USER)
def test_the_attributes_of_a_user_begin_with_sub(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(users={"alice": User(attributes={"email": "alice@example.com"})})
    assert [pair["Name"] for pair in GET_USER(client, pool)["UserAttributes"]] == ["sub", "email"]


@pytest.mark.rule("USER-1", "LOOK-6")
@uses(GET_USER)
def test_a_user_is_read_by_an_alias(client: Any, make_pool: Callable[..., str]) -> None:
    alice = User(attributes={"email": "alice@example.com", "email_verified": "true"})
    pool = make_pool(users={"alice": alice}, alias_attributes=["email"])
    assert GET_USER(client, pool, Username="alice@example.com")["Username"] == "alice"


@pytest.mark.rule("USER-2")
@uses(GET_USER)
def test_members_about_second_factors_are_absent(client: Any, make_pool: Callable[..., str]) -> None:
    answer = GET_USER(client, make_pool(**STANDARD))
    assert not {"UserMFASettingList", "PreferredMfaSetting", "MFAOptions"} & set(answer)


@pytest.mark.rule("USER-3")
@uses(USERS)
def test_a_pool_without_users_has_an_empty_list(client: Any, make_pool: Callable[..., str]) -> None:
    answer = USERS(client, make_pool())
    assert answer["Users"] == []
    assert "PaginationToken" not in answer


@pytest.mark.rule("USER-3")
@uses(USERS)
def test_the_attributes_may_change_from_page_to_page(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(users={name: EMAILS[name] for name in ("alice", "bob", "carol")})
    names, token = USERS.page(client, pool, Limit=1)
    while token is not None:
        page, token = USERS.page(client, pool, token, Limit=1, AttributesToGet=["email"])
        names += page
    assert sorted(names) == ["alice", "bob", "carol"]


@pytest.mark.rule("USER-4")
@uses(USERS)
@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ('email = "alice@example.com"', {"alice"}),
        ('email ^= "alice"', {"alice"}),
        ('email="alice@example.com"', {"alice"}),
        ('email   ^=   "bob"', {"bob"}),
        ('"email" ^= "carol"', {"carol"}),
        (r'name = "Bob \"the\" \\ Jones"', {"bob"}),
        ("", {"alice", "bob", "carol", "dave"}),
    ],
    ids=["equal", "prefix", "no-blanks", "blanks", "quoted-name", "escapes", "empty"],
)
def test_a_filter_is_an_attribute_an_operator_and_a_value(
    client: Any, make_pool: Callable[..., str], condition: str, names: set[str]
) -> None:
    assert found(client, make_pool(users=EMAILS), condition) == names


@pytest.mark.rule("USER-4")
@uses(USERS)
def test_a_filter_has_at_most_256_characters(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(users=EMAILS)
    condition = 'email = "{}"'
    assert found(client, pool, condition.format("a" * (256 - len(condition) + 2))) == set()
    refused = refusal(USERS, client, pool, Filter=condition.format("a" * 256))
    assert refused.code == "InvalidParameterException"
    assert refused.text.endswith("Member must have length less than or equal to 256")


@pytest.mark.rule("USER-5")
@uses(USERS)
@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ('username = "alice"', {"alice"}),
        ('name ^= "Carol"', {"carol"}),
        ('cognito:user_status = "CONFIRMED"', {"alice"}),
        ('status = "Disabled"', {"bob"}),
        ('status = "Enabled"', {"alice", "carol", "dave"}),
    ],
)
def test_users_are_found_by_what_is_searchable(
    client: Any, make_pool: Callable[..., str], condition: str, names: set[str]
) -> None:
    assert found(client, make_pool(users=EMAILS), condition) == names


@pytest.mark.rule("USER-5")
@uses(USERS)
@pytest.mark.parametrize("name", ["phone_number", "given_name", "family_name", "preferred_username"])
def test_other_searchable_attributes_find_users(client: Any, make_pool: Callable[..., str], name: str) -> None:
    value = "+15551234567" if name == "phone_number" else "value"
    pool = make_pool(users={"alice": User(attributes={name: value}), "bob": []})
    assert found(client, pool, f'{name} = "{value}"') == {"alice"}


@pytest.mark.rule("USER-5")
@uses(USERS, GET_USER)
def test_a_user_is_sought_by_sub(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(users=EMAILS)
    (sub,) = (pair["Value"] for pair in GET_USER(client, pool)["UserAttributes"] if pair["Name"] == "sub")
    assert found(client, pool, f'sub = "{sub}"') == {"alice"}


@pytest.mark.rule("USER-5")
@uses(USERS)
@pytest.mark.parametrize("name", ["nickname", "custom:tenant"])
def test_another_attribute_is_not_searchable(client: Any, make_pool: Callable[..., str], name: str) -> None:
    refused = refusal(USERS, client, make_pool(users=EMAILS), Filter=f'{name} = "x"')
    assert refused == Refusal("InvalidParameterException", f"Invalid search attribute: {name}")


@pytest.mark.rule("USER-6")
@uses(USERS)
@pytest.mark.parametrize(
    "condition",
    ['email != "a"', 'email = "a" and name = "b"', 'email = "a"b"', 'email = "a" b', "email", "email = a", '= "a"'],
)
def test_what_is_no_filter_is_refused(client: Any, make_pool: Callable[..., str], condition: str) -> None:
    refused = refusal(USERS, client, make_pool(users=EMAILS), Filter=condition)
    assert refused == Refusal("InvalidParameterException", "Error while parsing filter.")


@pytest.mark.rule("USER-7")
@uses(USERS)
@pytest.mark.parametrize("case_sensitive", [True, False], ids=["counts", "does-not"])
def test_the_case_of_a_sought_user_name_counts_as_the_pool_says(
    client: Any, make_pool: Callable[..., str], *, case_sensitive: bool
) -> None:
    pool = make_pool(users={"alice": []}, case_sensitive=case_sensitive)
    assert found(client, pool, 'username = "ALICE"') == (set() if case_sensitive else {"alice"})


@pytest.mark.rule("USER-7")
@uses(USERS)
@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ('email = "ALICE@example.com"', {"alice"}),
        ('name ^= "carol"', {"carol"}),
        ('status = "disabled"', set()),
        ('username = "alice@example.com"', set()),
    ],
    ids=["email", "name", "status", "alias"],
)
def test_case_counts_in_a_sought_status_and_in_no_attribute(
    client: Any, make_pool: Callable[..., str], condition: str, names: set[str]
) -> None:
    assert found(client, make_pool(users=EMAILS), condition) == names


@pytest.mark.rule("USER-8")
@uses(USERS)
def test_who_finds_nobody_gets_an_empty_list(client: Any, make_pool: Callable[..., str]) -> None:
    answer = USERS(client, make_pool(users=EMAILS), Filter='email = "nobody@example.com"')
    assert answer["Users"] == []


@pytest.mark.rule("USER-8")
@pytest.mark.unpromised
@uses(USERS)
def test_sought_users_come_in_the_order_of_the_attribute(client: Any, make_pool: Callable[..., str]) -> None:
    values = ["h", "c", "a", "g", "b", "f", "e", "d"]
    users = {f"user-{n}": User(attributes={"name": f"same-{value}"}) for n, value in enumerate(values)}
    pool = make_pool(users=users)
    assert USERS.walk(client, pool, Filter='name ^= "same"', Limit=3) == [
        f"user-{values.index(value)}" for value in sorted(values)
    ]


@pytest.mark.rule("USER-9")
@uses(USERS)
@pytest.mark.parametrize("asked", [[], ["email"], ["sub"], ["email", "sub"]], ids=["none", "email", "sub", "both"])
def test_attributes_are_limited_to_those_asked_for(
    client: Any, make_pool: Callable[..., str], asked: list[str]
) -> None:
    pool = make_pool(users={"alice": EMAILS["alice"]})
    pages = client.get_paginator("list_users").paginate(UserPoolId=pool, AttributesToGet=asked)
    (user,) = [user for page in pages for user in page["Users"]]
    assert {pair["Name"] for pair in user.get("Attributes", "absent")} == set(asked)
    assert {"Username", "Enabled", "UserStatus", "UserCreateDate", "UserLastModifiedDate"} < set(user)


@pytest.mark.rule("USER-9")
@uses(USERS)
@pytest.mark.parametrize("asked", ["email", "nickname", "username", "status"])
def test_an_attribute_that_a_user_lacks_is_refused(client: Any, make_pool: Callable[..., str], asked: str) -> None:
    refused = refusal(USERS, client, make_pool(users=EMAILS), AttributesToGet=[asked])
    assert refused == Refusal("InvalidParameterException", "One or more requested attributes do not exist.")


@pytest.mark.rule("USER-9")
@uses(USERS)
def test_only_who_is_sought_needs_the_attribute(client: Any, make_pool: Callable[..., str]) -> None:
    pool = make_pool(users=EMAILS)
    names, token = USERS.page(client, pool, Filter='username = "alice"', AttributesToGet=["email"])
    while token is not None:
        page, token = USERS.page(client, pool, token, Filter='username = "alice"', AttributesToGet=["email"])
        names += page
    assert names == ["alice"]
