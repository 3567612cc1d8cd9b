"""User pools: groups, users and memberships, shared between tests until one changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from random import Random
from types import MappingProxyType
from typing import Final

from pytest_cognito_groups.service.listings import Listing, OpenListing, Shuffle
from pytest_cognito_groups.service.names import Names, alias_names, has_sub_as_name, local_sub
from pytest_cognito_groups.service.records import GroupRecord, Milliseconds, PoolConfig, UserRecord
from pytest_cognito_groups.service.values import Dates, Group, User

GROUPS_PER_USER: Final = 100  # WIRE-8
GROUPS_PER_POOL: Final = 10_000  # WIRE-8


class Pool:
    """One user pool. Not safe for threads: the fake that owns it holds its lock.

    A fork shares everything with its origin until its first change, so a test gets a pool of any size in constant time;
    the origin of a fork is not changed any more.
    """

    def __init__(self, config: PoolConfig, clock: Callable[[], Milliseconds]) -> None:
        self.config = config
        self.groups: dict[str, GroupRecord] = {}
        self.users: dict[str, UserRecord] = {}
        self.declared = False  # groups were named for their own sake, not by memberships alone
        self._clock = clock
        self._born: Milliseconds | None = None
        self._joined: Mapping[str, tuple[str, ...]] = {}  # the groups of each user, as filled; never changed
        self._first_key: Mapping[str, int] = {}  # of the first of these memberships; the others follow
        self._groups_of: dict[str, Listing] = {}  # of the users whose memberships are others by now
        self._members_of: dict[str, Listing] = {}
        self._next_key = 0
        self._names: Names | None = None
        self._origin: Pool | None = None
        self._owned: set[int] = set()  # ids of the listings that this pool may change
        self._shuffles: dict[tuple[str, str], Shuffle] = {}

    # Sharing

    def fork(self, clock: Callable[[], Milliseconds]) -> Pool:
        """A pool that starts as this one and changes alone; its dates are settled by `clock`."""
        fork = Pool(self.config, clock)
        fork.groups, fork.users = self.groups, self.users
        fork._joined, fork._first_key = self._joined, self._first_key
        fork._groups_of, fork._members_of = self._groups_of, self._members_of
        fork.declared, fork._next_key = self.declared, self._next_key
        fork._origin = self
        return fork

    def _change(self) -> None:
        """Before every change: what is still shared becomes this pool's own, and dates that were not seeded are
        settled.
        """
        self.birth()
        if self._origin is not None:
            self.groups, self.users = self.groups.copy(), self.users.copy()
            self._groups_of, self._members_of = self._groups_of.copy(), self._members_of.copy()
            if self._origin._names is not None:
                self._names = self._origin._names.copy()
            self._origin = None

    def _own(self, listing: Listing) -> OpenListing:
        """The listing, or a copy of it that this pool may change."""
        if isinstance(listing, OpenListing) and id(listing) in self._owned:
            return listing
        opened = listing.open()
        self._owned.add(id(opened))
        return opened

    def _open(self, username: str, group: str) -> tuple[OpenListing, OpenListing]:
        """The groups of the user and the members of the group, to be changed."""
        groups = self._groups_of[username] = self._own(self.groups_of(username))
        members = self._members_of[group] = self._own(self._members_of[group])
        return groups, members

    # Dates

    def birth(self) -> Milliseconds:
        """When the pool and all in it that was seeded without a date came to be; settled by the first to ask."""
        if self._born is None:
            self._born = self._clock()
        return self._born

    # Changing. Names are taken to be well formed; `KeyError` and `ValueError` speak of what is in the pool.

    def put_group(self, group: GroupRecord) -> None:
        """Add the group, or put it in the place of the one that bears its name."""
        if group.name not in self.groups and len(self.groups) >= GROUPS_PER_POOL:
            raise ValueError(f"a user pool has at most {GROUPS_PER_POOL:,} groups")
        self._change()
        self.groups[group.name] = group
        self._members_of.setdefault(group.name, Listing((), ()))

    def put_user(self, user: UserRecord) -> None:
        """Add the user, or put them in the place of the one who bears their key; memberships stay."""
        old = self.users.get(user.username)
        for attribute, value in self._claimed(user):
            taken = self.names.key(value)
            if taken is not None and taken != user.username:
                raise ValueError(f"{attribute} {value!r} is that of user {taken!r} already")
        self._change()
        names = self._names
        self.users[user.username] = user
        if user.username not in self._joined:
            self._groups_of.setdefault(user.username, Listing((), ()))
        if names is not None:
            if old is not None:
                names.remove(old)
            names.add(user)

    def _claimed(self, user: UserRecord) -> list[tuple[str, str]]:
        claimed = alias_names(self.config, user)
        if user.sub is not None and has_sub_as_name(self.config, user):
            claimed.append(("sub", user.sub))
        if not self.config.case_sensitive and not self.config.username_attributes:
            claimed.append(("username", user.username))
        return claimed

    def join(self, username: str, group: str) -> None:
        """Make the user a member of the group, last in both orders; nothing happens when they are one already."""
        groups = self.groups_of(username)
        if group in groups.names:
            return
        if len(groups.names) >= GROUPS_PER_USER:
            raise ValueError(
                f"user {username!r} would be in more than {GROUPS_PER_USER} groups, the most that a user may be in"
            )
        self._members_of[group]  # an unknown group is a KeyError, before anything has changed
        self._change()
        key = self._next_key
        self._next_key += 1
        groups, members = self._open(username, group)
        groups.append(key, group)
        members.append(key, username)
        for shuffle in self._shuffled(username, group):
            shuffle.add(key)

    def leave(self, username: str, group: str) -> None:
        """End the membership; nothing happens when there is none."""
        key = self.groups_of(username).key_of(group)
        self._members_of[group]  # an unknown group is a KeyError, before anything has changed
        if key is None:
            return
        self._change()
        for listing in self._open(username, group):
            listing.remove(key)
        for shuffle in self._shuffled(username, group):
            shuffle.remove(key)

    def drop_group(self, name: str) -> None:
        for username in list(self._members_of[name].names):
            self.leave(username, name)
        self._change()
        del self.groups[name], self._members_of[name]

    def drop_user(self, username: str) -> None:
        for group in list(self.groups_of(username).names):
            self.leave(username, group)
        self._change()
        user = self.users.pop(username)  # their listing, empty by now, is for who bears the name next
        if self._names is not None:
            self._names.remove(user)

    def fill(
        self, groups: Iterable[GroupRecord], users: dict[str, UserRecord], joined: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Fill an empty pool with what has been checked already, and keep both mappings: users by their keys, and the
        groups that each has joined, in order.
        """
        self.groups = {group.name: group for group in groups}
        self.users, self._joined = users, joined
        self._first_key = dict(zip(joined, accumulate(map(len, joined.values()), initial=0), strict=False))
        members: dict[str, tuple[list[int], list[str]]] = {name: ([], []) for name in self.groups}
        key = 0
        for username, names in joined.items():
            for name in names:
                keys, usernames = members[name]
                keys.append(key)
                usernames.append(username)
                key += 1
        self._next_key = key
        self._members_of = {name: Listing(keys, usernames) for name, (keys, usernames) in members.items()}

    # Looking up

    @property
    def names(self) -> Names:
        if self._origin is not None:
            return self._origin.names
        if self._names is None:
            self._names = Names(self.config, self.users)
        return self._names

    def find_user(self, name: str) -> UserRecord | None:
        """The user whom a request calls so (LOOK-5 to LOOK-8)."""
        if not self.config.username_attributes and name in self.users:
            return self.users[name]
        key = self.names.key(name)
        return None if key is None else self.users[key]

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
        joined, first = self._joined[username], self._first_key[username]
        return Listing(range(first, first + len(joined)), joined)

    def members_of(self, group: str) -> Listing:
        """The keys of the group's users, in the order of the memberships (PAGE-10)."""
        return self._members_of[group]

    def shuffle(self, listing: Listing, kind: str, name: str, random: Random) -> Shuffle:
        """The other order of the listing, drawn once: `kind` is "groups" (of a user) or "users" (of a group)."""
        shuffle = self._shuffles.get((kind, name))
        if shuffle is None:
            shuffle = self._shuffles[kind, name] = Shuffle(listing.keys, random)
        return shuffle

    def _shuffled(self, username: str, group: str) -> Iterator[Shuffle]:
        for place in (("groups", username), ("users", group)):
            if place in self._shuffles:
                yield self._shuffles[place]

    def sub(self, user: UserRecord) -> str:
        return user.sub if user.sub is not None else local_sub(self.config.id, user.username)

    def answered_name(self, user: UserRecord) -> str:
        """The `Username` of an answer: a UUID where people sign in by e-mail or phone (LOOK-7)."""
        return self.sub(user) if self.config.username_attributes else user.username

    # Values

    def group_value(self, name: str) -> Group:
        group = self.groups[name]
        dates = Dates(group.created, group.modified, self.birth)
        return Group(group.name, group.precedence, group.role_arn, group.description, dates)

    def user_value(self, name: str) -> User:
        user = self.users[name]
        dates = Dates(user.created, user.modified, self.birth)
        attributes = MappingProxyType(dict(user.attributes))
        return User(
            self.answered_name(user), self.sub(user), attributes, user.status, user.enabled, user.mfa_options, dates
        )
