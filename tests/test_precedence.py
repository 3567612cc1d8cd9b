"""Precedence, and the claims that follow from it (PREC)."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from pytest_cognito_groups import CognitoGroups

POOL = "us-east-1_TestPool1"
HIGHEST = 2_147_483_647
ADMINS = "arn:aws:iam::123456789012:role/Admins"
READERS = "arn:aws:iam::123456789012:role/Readers"
GUESTS = "arn:aws:iam::123456789012:role/Guests"

GroupSpec = tuple[int | None, str | None]
"""Precedence and role of a group."""


def claims_of(*groups: GroupSpec) -> dict[str, str | list[str]]:
    """The claims of a user of these groups, called a, b, …."""
    fake = CognitoGroups()
    names = "abcdefgh"[: len(groups)]
    for name, (precedence, role_arn) in zip(names, groups, strict=True):
        fake.add_group(name, precedence=precedence, role_arn=role_arn)
    fake.add_user("alice", groups=list(names))
    return fake.claims("alice")


def preferred(*groups: GroupSpec) -> str | None:
    """The preferred role, the same in whichever order the user joined the groups."""
    found = {str(claims_of(*order).get("cognito:preferred_role")) for order in permutations(groups)}
    assert len(found) == 1, found
    role = found.pop()
    return None if role == "None" else role


@pytest.mark.rule("PREC-1")
@pytest.mark.parametrize("precedence", [0, 1, HIGHEST])
def test_a_precedence_is_answered_as_seeded(client: Any, cognito_groups: CognitoGroups, precedence: int) -> None:
    cognito_groups.add_group("admins", precedence=precedence)
    cognito_groups.add_user("alice", groups=["admins"])
    (group,) = client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")["Groups"]
    assert group["Precedence"] == precedence


@pytest.mark.rule("PREC-1")
@pytest.mark.parametrize("precedence", [-1, HIGHEST + 1])
def test_a_precedence_beyond_its_range_is_refused(cognito_groups: CognitoGroups, precedence: int) -> None:
    with pytest.raises(ValueError, match=f"precedence must be from 0 to {HIGHEST}, not {precedence}"):
        cognito_groups.add_group("admins", precedence=precedence)


@pytest.mark.rule("PREC-1")
@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        pytest.param(0, 1, id="zero is the highest"),
        pytest.param(9, 10, id="as numbers, not as text"),
        pytest.param(HIGHEST - 1, HIGHEST, id="at the end of the range"),
        pytest.param(HIGHEST, None, id="null loses to every number"),
        pytest.param(0, None, id="zero is not unset"),
    ],
)
def test_the_lower_precedence_wins(winner: int | None, loser: int | None) -> None:
    assert preferred((winner, ADMINS), (loser, READERS)) == ADMINS


@pytest.mark.rule("PREC-2")
def test_fields_that_were_not_set_are_absent_from_the_answer(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_group("bare")
    cognito_groups.add_group("full", precedence=0, role_arn=ADMINS, description="Everything")
    cognito_groups.add_user("alice", groups=["bare", "full"])
    bare, full = client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")["Groups"]
    assert bare.keys() & {"Precedence", "RoleArn", "Description"} == set()
    assert (full["Precedence"], full["RoleArn"], full["Description"]) == (0, ADMINS, "Everything")


@pytest.mark.rule("PREC-2")
@pytest.mark.cognito_groups("{groups: {quiet: {description: ''}}, users: {alice: [quiet]}}")
def test_an_empty_description_was_set(client: Any) -> None:
    (group,) = client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")["Groups"]
    assert group["Description"] == ""


@pytest.mark.rule("PREC-3")
def test_the_claim_of_groups_names_all_of_them() -> None:
    assert claims_of((None, None), (5, None), (0, ADMINS))["cognito:groups"] == ["a", "b", "c"]


@pytest.mark.rule("PREC-3", "PREC-4", "PREC-5")
def test_a_user_without_groups_has_no_claims() -> None:
    assert claims_of() == {}


@pytest.mark.rule("PREC-4")
def test_the_claim_of_roles_has_each_role_of_all_groups_once() -> None:
    claims = claims_of((9, READERS), (0, ADMINS), (None, READERS), (3, None), (None, GUESTS))
    assert claims["cognito:roles"] == [READERS, ADMINS, GUESTS]


@pytest.mark.rule("PREC-4")
def test_one_role_is_an_array_all_the_same() -> None:
    assert claims_of((0, ADMINS))["cognito:roles"] == [ADMINS]


@pytest.mark.rule("PREC-3", "PREC-4", "PREC-5")
def test_groups_without_roles_make_the_claim_of_groups_alone() -> None:
    assert claims_of((0, None), (1, None)) == {"cognito:groups": ["a", "b"]}


@pytest.mark.rule("PREC-5")
@pytest.mark.parametrize(
    "groups",
    [
        pytest.param([(None, ADMINS)], id="without precedence"),
        pytest.param([(7, ADMINS), (3, ADMINS)], id="in two groups"),
        pytest.param([(3, ADMINS), (0, None)], id="beside a higher group without one"),
        pytest.param([(None, ADMINS), (None, ADMINS)], id="in two groups without precedence"),
    ],
)
def test_the_only_role_is_preferred(groups: list[GroupSpec]) -> None:
    assert preferred(*groups) == ADMINS


@pytest.mark.rule("PREC-5", "PREC-6")
@pytest.mark.parametrize(
    ("groups", "role"),
    [
        pytest.param([(1, ADMINS), (1, ADMINS), (2, READERS)], ADMINS, id="the first ones agree"),
        pytest.param([(1, ADMINS), (1, READERS), (2, READERS)], None, id="the first ones differ"),
        pytest.param([(1, ADMINS), (2, READERS), (2, GUESTS)], ADMINS, id="those behind them differ"),
        pytest.param([(0, ADMINS), (0, READERS)], None, id="two of precedence 0 differ"),
        pytest.param([(None, ADMINS), (None, READERS)], None, id="two without precedence differ"),
    ],
)
def test_of_several_roles_the_first_groups_have_to_agree(groups: list[GroupSpec], role: str | None) -> None:
    assert preferred(*groups) == role
    assert set(claims_of(*groups)["cognito:roles"]) == {arn for _, arn in groups}


@pytest.mark.rule("PREC-7")
@pytest.mark.parametrize(
    ("groups", "role"),
    [
        pytest.param([(0, None), (1, ADMINS), (2, READERS)], ADMINS, id="before the others"),
        pytest.param([(1, None), (1, ADMINS), (2, READERS)], ADMINS, id="beside the first"),
        pytest.param([(None, None), (None, ADMINS), (5, READERS)], READERS, id="without precedence"),
    ],
)
def test_a_group_without_a_role_takes_no_part(groups: list[GroupSpec], role: str) -> None:
    assert preferred(*groups) == role


@pytest.mark.rule("PREC-3", "PREC-5")
def test_claims_follow_a_change_of_the_memberships(cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_group("admins", precedence=0, role_arn=ADMINS)
    cognito_groups.add_group("readers", precedence=5, role_arn=READERS)
    cognito_groups.add_user("alice", groups=["readers"])
    assert cognito_groups.claims("alice")["cognito:preferred_role"] == READERS
    cognito_groups.add_to_group("alice", "admins")
    assert cognito_groups.claims("alice") == {
        "cognito:groups": ["readers", "admins"],
        "cognito:roles": [READERS, ADMINS],
        "cognito:preferred_role": ADMINS,
    }
    cognito_groups.delete_group("admins")
    assert cognito_groups.claims("alice")["cognito:preferred_role"] == READERS
