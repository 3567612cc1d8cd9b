"""Precedence: the three claims that Cognito puts into a user's tokens (PREC-3 to PREC-7)."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from pytest_cognito_groups.service.records import GroupRecord


def claims(groups: Iterable[GroupRecord]) -> dict[str, str | list[str]]:
    """`cognito:groups`, `cognito:roles` and `cognito:preferred_role` of a user of these groups, each only when it is
    set.
    """
    groups = list(groups)
    found: dict[str, str | list[str]] = {}
    if groups:
        found["cognito:groups"] = [group.name for group in groups]
    roles = list(dict.fromkeys(group.role_arn for group in groups if group.role_arn is not None))
    if roles:
        found["cognito:roles"] = roles
        preferred = _preferred(groups)
        if len(preferred) == 1:
            found["cognito:preferred_role"] = preferred.pop()
    return found


def _preferred(groups: Iterable[GroupRecord]) -> set[str]:
    """The roles of the groups that come first among those with a role; null ties with null (PREC-7)."""
    ranked = [(inf if group.precedence is None else group.precedence, group.role_arn) for group in groups]
    lowest = min(rank for rank, role in ranked if role is not None)
    return {role for rank, role in ranked if role is not None and rank == lowest}
