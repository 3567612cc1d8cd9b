"""What a test wants to find in its user pool, said without naming who makes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Group:
    precedence: int | None = None
    role_arn: str | None = None
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class User:
    """A user as an administrator makes one: with a password to change, unless they are `confirmed`."""

    groups: Sequence[str] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    enabled: bool = True
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class World:
    """A pool, its groups in their order, and its users with their memberships in theirs.

    A list of names will do for groups that have nothing else, a list of groups for a user who has nothing else. Groups
    that only a user names are made after the others.
    """

    groups: Mapping[str, Group] | Sequence[str] = ()
    users: Mapping[str, User | Sequence[str]] = field(default_factory=dict)
    alias_attributes: Sequence[str] = ()
    username_attributes: Sequence[str] = ()
    case_sensitive: bool = True

    def all_groups(self) -> dict[str, Group]:
        named = self.groups if isinstance(self.groups, Mapping) else dict.fromkeys(self.groups, Group())
        joined = [group for user in self.all_users().values() for group in user.groups]
        return {**named, **{name: Group() for name in joined if name not in named}}

    def all_users(self) -> dict[str, User]:
        return {name: user if isinstance(user, User) else User(groups=user) for name, user in self.users.items()}
