"""Who is in a group: for mails, exports and the pages of the web application."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.pool import POOL_ID, client


@dataclass(frozen=True)
class Member:
    """A user of the pool, with the attributes that concern this application."""

    username: str
    email: str | None
    enabled: bool


@dataclass(frozen=True)
class Page:
    """Some members, and what asks for those that follow; `None` when there are no more."""

    members: list[Member]
    following: str | None


def _member(user: dict) -> Member:
    attributes = {attribute["Name"]: attribute.get("Value") for attribute in user["Attributes"]}
    return Member(user["Username"], attributes.get("email"), user["Enabled"])


def page_of(group: str, *, limit: int = 20, after: str | None = None) -> Page:
    """One page of the group's members, for callers who turn the pages themselves."""
    request = {"UserPoolId": POOL_ID, "GroupName": group, "Limit": limit}
    if after is not None:
        request["NextToken"] = after
    response = client.list_users_in_group(**request)
    return Page([_member(user) for user in response["Users"]], response.get("NextToken"))


def members_of(group: str) -> Iterator[Member]:
    """All members of the group. A page may be short or empty and still have a next one: only its token tells."""
    page = page_of(group, limit=60)
    yield from page.members
    while page.following is not None:
        page = page_of(group, limit=60, after=page.following)
        yield from page.members


def addresses_of(group: str) -> list[str]:
    """Where a mail to the group goes: the e-mail addresses of those members who can sign in."""
    return sorted(member.email for member in members_of(group) if member.enabled and member.email is not None)


def add(username: str, group: str) -> None:
    """Make the user a member; nothing changes for one who is. `client.exceptions.UserNotFoundException` for a user,
    `ResourceNotFoundException` for a group that does not exist.
    """
    client.admin_add_user_to_group(UserPoolId=POOL_ID, Username=username, GroupName=group)


def remove(username: str, group: str) -> None:
    """End the membership; nothing changes where there is none. The errors are those of `add`."""
    client.admin_remove_user_from_group(UserPoolId=POOL_ID, Username=username, GroupName=group)
