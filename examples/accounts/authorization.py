"""What a user may do, decided by the groups that the user pool lists for them."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.pool import POOL_ID, client


class ForbiddenError(Exception):
    """The user may not do this."""


@dataclass(frozen=True)
class Role:
    """A group that carries an IAM role. A lower precedence goes first, one that is not set goes last."""

    group: str
    arn: str
    precedence: int | None


def groups_of(username: str) -> Iterator[str]:
    """The names of the user's groups. `client.exceptions.UserNotFoundException` for a user that does not exist."""
    pages = client.get_paginator("admin_list_groups_for_user").paginate(UserPoolId=POOL_ID, Username=username)
    for page in pages:
        for group in page["Groups"]:
            yield group["GroupName"]


def is_member(username: str, group: str) -> bool:
    """Whether the user is in the group; asks for no more pages than it takes to know."""
    return group in groups_of(username)


def require(username: str, group: str) -> None:
    """Raise `ForbiddenError` unless the user is in the group. An error of the service is no reason to let anyone in."""
    try:
        if is_member(username, group):
            return
    except client.exceptions.UserNotFoundException:
        pass
    raise ForbiddenError(f"{username} is not in {group}")


def roles_of(username: str) -> list[Role]:
    """The roles that the user's groups carry, the preferred one first."""
    pages = client.get_paginator("admin_list_groups_for_user").paginate(UserPoolId=POOL_ID, Username=username)
    roles = [
        Role(group["GroupName"], group["RoleArn"], group.get("Precedence"))
        for page in pages
        for group in page["Groups"]
        if "RoleArn" in group
    ]
    return sorted(roles, key=lambda role: (role.precedence is None, role.precedence or 0, role.group))
