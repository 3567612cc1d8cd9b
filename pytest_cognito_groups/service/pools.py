"""User pools: groups, users and memberships, as they are at one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from types import MappingProxyType
from typing import Final, final

from pytest_cognito_groups.service.listings import Listing, Roll
from pytest_cognito_groups.service.names import Names, answered_name, clashes, sub_of
from pytest_cognito_groups.service.records import (
    Dates,
    Group,
    GroupRecord,
    Milliseconds,
    PoolConfig,
    User,
    UserRecord,
)

GROUPS_PER_USER: Final = 100  # WIRE-8
GROUPS_PER_POOL: Final = 10_000  # WIRE-8

_EMPTY: Final = Listing()


@final
@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """One user pool as it is at one moment; never changed, so tests share it whatever its size.

    A change makes the pool that follows, which shares with this one what it does not touch. `declared`: groups were
    named for their own sake, not by memberships alone. `born`: when the pool came to be, and all in it that was seeded
    without a date; `None` until the first request, change or reading of a date.
    """

    names: Names
    groups: Roll[GroupRecord]
    declared: bool
    _filled: Mapping[str, tuple[str, ...]]  # the groups that each user joined to begin with
    _first_key: Mapping[str, int]  # of the first of these memberships; the others follow
    _next_key: int
    _groups_of: Mapping[str, Listing]  # of the users whose memberships have changed since
    _members_of: Mapping[str, Listing]
    born: Milliseconds | None = None

    @property
    def config(self) -> PoolConfig:
        return self.names.config

    @property
    def users(self) -> Roll[UserRecord]:
        return self.names.users

    @classmethod
    def filled(
        cls,
        names: Names,
        groups: Iterable[GroupRecord] = (),
        joined: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
        *,
        declared: bool = False,
    ) -> Pool:
        """A pool of what has been checked already: its users, its groups, and the groups that each user has joined."""
        by_name = Roll({group.name: group for group in groups})
        members: dict[str, tuple[list[int], list[str]]] = {name: ([], []) for name in by_name}
        key = 0
        for username, groups_joined in joined.items():
            for name in groups_joined:
                keys, usernames = members[name]
                keys.append(key)
                usernames.append(username)
                key += 1
        return cls(
            names,
            by_name,
            declared,
            joined,
            dict(zip(joined, accumulate(map(len, joined.values()), initial=0), strict=False)),
            key,
            {},
            {name: Listing(*listed) for name, listed in members.items()},
        )

    # The pool that follows. What bears a name that is there takes its place. Names are taken to be well formed;
    # `KeyError` and `ValueError` speak of what is in the pool.

    def settled(self, now: Milliseconds) -> Pool:
        """With its dates settled; the pool itself when they are."""
        return self if self.born is not None else replace(self, born=now)

    def birth(self, now: Milliseconds) -> Milliseconds:
        """What stands in for dates that were not seeded: now, where they are not settled."""
        return now if self.born is None else self.born

    def with_group(self, group: GroupRecord) -> Pool:
        if group.name not in self.groups and len(self.groups) >= GROUPS_PER_POOL:
            raise ValueError(f"a user pool has at most {GROUPS_PER_POOL:,} groups")
        return replace(self, groups=self.groups.having({group.name: group}), declared=True)

    def without_group(self, name: str) -> Pool:
        rest = {
            username: [group for group in self.groups_of(username).names if group != name]
            for username in self.members_of(name).names
        }
        return replace(self.with_memberships(rest), groups=self.groups.without(name))

    def with_user(self, user: UserRecord) -> Pool:
        """With the user, whose memberships stay when they are there already."""
        new = {user.username: user}
        names = self.names.with_users(new)
        for clash in clashes(self.names, names, new):
            raise ValueError(str(clash))
        return replace(self, names=names)

    def without_user(self, username: str) -> Pool:
        return replace(self.with_memberships({username: ()}), names=self.names.without_user(username))

    def joined(self, username: str, group: str) -> Pool:
        """With the membership, last in both orders; the pool itself when it is there."""
        return self.with_memberships({username: (*self.groups_of(username).names, group)})

    def left(self, username: str, group: str) -> Pool:
        """Without the membership; the pool itself when there is none."""
        self.members_of(group)  # an unknown group is a KeyError
        return self.with_memberships({username: [name for name in self.groups_of(username).names if name != group]})

    def with_memberships(self, wanted: Mapping[str, Iterable[str]]) -> Pool:
        """With these users in exactly these groups: memberships that stay keep their places, new ones come last."""
        groups_of = dict(self._groups_of)
        ended: dict[str, list[int]] = defaultdict(list)
        made: dict[str, list[tuple[int, str]]] = defaultdict(list)
        next_key = self._next_key
        for username, groups in wanted.items():
            names = dict.fromkeys(groups)
            before = self.groups_of(username)
            if len(names) > GROUPS_PER_USER:
                raise ValueError(
                    f"user {username!r} would be in more than {GROUPS_PER_USER} groups, the most that a user may be in"
                )
            gone = [(key, name) for key, name in zip(before.keys, before.names, strict=True) if name not in names]
            come = list(enumerate([name for name in names if name not in before.names], next_key))
            if gone or come:
                groups_of[username] = before.changed([key for key, _ in gone], come)
                next_key += len(come)
            for key, name in gone:
                ended[name].append(key)
            for key, name in come:
                made[name].append((key, username))
        if not ended and not made:
            return self
        changed = {name: self.members_of(name).changed(ended[name], made[name]) for name in {**ended, **made}}
        return replace(self, _groups_of=groups_of, _members_of={**self._members_of, **changed}, _next_key=next_key)

    def extended(
        self, names: Names, groups: Mapping[str, GroupRecord], joined: Mapping[str, Iterable[str]], *, declared: bool
    ) -> Pool:
        """With all of these, which have been checked already: the users after that, the groups, and the users who have
        joined groups.
        """
        if names is self.names and not groups and declared == self.declared:
            return self
        pool = replace(self, names=names, groups=self.groups.having(groups), declared=declared)
        return pool.with_memberships(joined)

    # Looking up

    def find_user(self, name: str) -> UserRecord | None:
        """The user whom the name in a request means (LOOK-5 to LOOK-8)."""
        if name in self.users and not self.config.username_attributes:
            return self.users[name]
        return self.names.find(name)

    def user(self, name: str) -> UserRecord:
        """The user by the seed's key, or by any name that a request may use; `KeyError` otherwise."""
        found = self.users.get(name) or self.find_user(name)
        if found is None:
            raise KeyError(name)
        return found

    def groups_of(self, username: str) -> Listing:
        """The names of the groups of the user with this key, in the order of the memberships (PAGE-10)."""
        if username not in self.users:
            raise KeyError(username)
        changed = self._groups_of.get(username)
        if changed is not None:
            return changed
        filled = self._filled.get(username, ())
        first = self._first_key.get(username, 0)
        return Listing(range(first, first + len(filled)), filled)

    def members_of(self, group: str) -> Listing:
        """The keys of the group's users, in the order of the memberships (PAGE-10)."""
        if group not in self.groups:
            raise KeyError(group)
        return self._members_of.get(group, _EMPTY)

    def sub(self, user: UserRecord) -> str:
        return sub_of(self.config, user)

    def answered_name(self, user: UserRecord) -> str:
        """The `Username` of an answer: the `sub` of a local user where people sign in by e-mail or phone (LOOK-7)."""
        return answered_name(self.config, user)

    # Values

    def group_value(self, name: str, birth: Callable[[], Milliseconds]) -> Group:
        """The group as a test reads it; `birth` stands in for dates that were not seeded."""
        group = self.groups[name]
        dates = Dates(group.created, group.modified, birth)
        return Group(group.name, group.precedence, group.role_arn, group.description, dates)

    def user_value(self, name: str, birth: Callable[[], Milliseconds]) -> User:
        """The user as a test reads them; `birth` stands in for dates that were not seeded."""
        user = self.users[name]
        dates = Dates(user.created, user.modified, birth)
        attributes = MappingProxyType(dict(user.attributes))
        return User(
            self.answered_name(user), self.sub(user), attributes, user.status, user.enabled, user.mfa_options, dates
        )
