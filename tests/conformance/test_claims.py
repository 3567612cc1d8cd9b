"""What groups bring into a user's token (PREC)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import pytest

from conformance.worlds import Group, User

ADMINS: Final = "arn:aws:iam::123456789012:role/Admins"
READERS: Final = "arn:aws:iam::123456789012:role/Readers"

ClaimsOf: TypeAlias = Callable[[Mapping[str, Group]], dict[str, Any]]


@pytest.fixture
def claims_in(make_pool: Callable[..., str], claims: Callable[[str, str], Mapping[str, Any]]) -> ClaimsOf:
    """The three claims of a user who is in these groups, the lists sorted."""

    def of(groups: Mapping[str, Group]) -> dict[str, Any]:
        found = claims(make_pool(groups=groups, users={"alice": User(groups=list(groups), confirmed=True)}), "alice")
        return {
            name: sorted(found[name]) if isinstance(found[name], list) else found[name]
            for name in ("cognito:groups", "cognito:roles", "cognito:preferred_role")
            if name in found
        }

    return of


def role(arn: str, precedence: int | None = None) -> Group:
    return Group(role_arn=arn, precedence=precedence)


@pytest.mark.rule("PREC-3", "PREC-4", "PREC-5")
def test_a_user_without_groups_has_none_of_the_claims(claims_in: ClaimsOf) -> None:
    assert claims_in({}) == {}


@pytest.mark.rule("PREC-3", "PREC-4", "PREC-5")
def test_groups_without_roles_make_the_claim_of_groups_alone(claims_in: ClaimsOf) -> None:
    assert claims_in({"a": Group(), "b": Group(precedence=0)}) == {"cognito:groups": ["a", "b"]}


@pytest.mark.rule("PREC-4")
def test_the_claim_of_roles_has_each_role_once_whatever_the_precedence(claims_in: ClaimsOf) -> None:
    groups = {"a": role(READERS, 7), "b": role(ADMINS, 1), "c": role(READERS)}
    assert claims_in(groups)["cognito:roles"] == [ADMINS, READERS]


@pytest.mark.rule("PREC-4", "PREC-5")
def test_the_only_role_is_preferred_and_still_a_list(claims_in: ClaimsOf) -> None:
    claims = claims_in({"a": role(READERS)})
    assert (claims["cognito:roles"], claims["cognito:preferred_role"]) == ([READERS], READERS)


@pytest.mark.rule("PREC-1", "PREC-5")
@pytest.mark.parametrize(
    ("higher", "lower"), [(0, 1), (1, 2147483647), (2147483647, None)], ids=["0-1", "1-max", "max-none"]
)
def test_the_lower_precedence_wins_and_none_loses(claims_in: ClaimsOf, higher: int, lower: int | None) -> None:
    groups = {"a": role(READERS, lower), "b": role(ADMINS, higher)}
    assert claims_in(groups)["cognito:preferred_role"] == ADMINS


@pytest.mark.rule("PREC-6")
def test_two_roles_of_one_precedence_leave_none_preferred(claims_in: ClaimsOf) -> None:
    assert "cognito:preferred_role" not in claims_in({"a": role(READERS, 1), "b": role(ADMINS, 1)})


@pytest.mark.rule("PREC-6")
def test_one_role_of_two_groups_of_one_precedence_is_preferred(claims_in: ClaimsOf) -> None:
    groups = {"a": role(ADMINS, 1), "b": role(ADMINS, 1), "c": role(READERS, 2)}
    assert claims_in(groups)["cognito:preferred_role"] == ADMINS


@pytest.mark.rule("PREC-7")
def test_a_group_without_a_role_takes_no_part(claims_in: ClaimsOf) -> None:
    groups = {"a": Group(precedence=0), "b": role(READERS, 1), "c": role(ADMINS, 2)}
    assert claims_in(groups)["cognito:preferred_role"] == READERS


@pytest.mark.rule("PREC-7")
def test_groups_without_a_precedence_tie_like_others(claims_in: ClaimsOf) -> None:
    assert "cognito:preferred_role" not in claims_in({"a": role(READERS), "b": role(ADMINS)})
