"""User pools: groups, users, memberships, and the names by which a request may call a user."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import compress, repeat
from operator import is_not
from random import Random
from types import MappingProxyType
from typing import Final, final
from zlib import crc32

from pytest_cognito_groups.service.listings import Listing, OpenListing, Shuffle

DEFAULT_POOL: Final = "us-east-1_TestPool1"
GROUPS_PER_USER: Final = 100  # WIRE-8
GROUPS_PER_POOL: Final = 10_000  # WIRE-8
HIGHEST_PRECEDENCE: Final = 2_147_483_647  # PREC-1
EXTERNAL: Final = "EXTERNAL_PROVIDER"

Milliseconds = int  # since the epoch, UTC

_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class PoolConfig:
    """What a pool was created with.

    The part of `id` before the underscore is the pool's region.
    """

    id: str = DEFAULT_POOL
    alias_attributes: tuple[str, ...] = ()
    username_attributes: tuple[str, ...] = ()
    case_sensitive: bool = True

    @property
    def region(self) -> str:
        return self.id.rpartition("_")[0]

    def fold(self, name: str) -> str:
        """The form of a user's name in which two names are compared (LOOK-8)."""
        return name if self.case_sensitive else name.casefold()


@dataclass(slots=True)
class GroupRecord:
    """A group as seeded; never changed once made. A date of `None` is the pool's birth; `json` is a place for the text
    made of it.
    """

    name: str
    precedence: int | None = None
    role_arn: str | None = None
    description: str | None = None
    created: Milliseconds | None = None
    modified: Milliseconds | None = None
    json: str | None = field(default=None, compare=False, repr=False)


@dataclass(slots=True)
class UserRecord:
    """A user as seeded; never changed once made, so any number of pools may share it.

    `username` is the seed's key. `number` is set for a member of a range: its attribute values are templates with
    `{name}` and `{n}`, rendered when they are read, so that a range of 100,000 stays small. `json` is a place for the
    text made of it.
    """

    username: str
    sub: str | None = None
    template: tuple[tuple[str, str], ...] = ()
    number: str | None = None
    status: str = "CONFIRMED"
    enabled: bool = True
    mfa_options: tuple[tuple[str, str], ...] = ()
    created: Milliseconds | None = None
    modified: Milliseconds | None = None
    json: str | None = field(default=None, compare=False, repr=False)

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """The attributes without `sub`, in the order in which they were seeded."""
        if self.number is None:
            return self.template
        name, number = self.username, self.number
        return tuple((key, value.replace("{name}", name).replace("{n}", number)) for key, value in self.template)

    @property
    def federated(self) -> bool:
        return self.status == EXTERNAL


@dataclass(frozen=True, slots=True)
class Dates:
    """When a group or a user was made and changed, in milliseconds; `birth` stands in for a date that was not
    seeded.
    """

    created: Milliseconds | None
    modified: Milliseconds | None
    birth: Callable[[], Milliseconds]

    def when_created(self) -> datetime.datetime:
        return moment(self.birth() if self.created is None else self.created)

    def when_modified(self) -> datetime.datetime:
        if self.modified is not None:
            return moment(self.modified)
        return self.when_created()


@final
@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A group of a user pool, as it was when it was read. Two groups are equal when all their fields are.

    `precedence`: 0 is the highest, `None` loses to every number (PREC-1). `created` and `modified`: aware datetimes in
    UTC; reading one settles the dates of the pool that were not seeded.
    """

    name: str
    precedence: int | None
    role_arn: str | None
    description: str | None
    _dates: Dates = field(repr=False)

    @property
    def created(self) -> datetime.datetime:
        return self._dates.when_created()

    @property
    def modified(self) -> datetime.datetime:
        return self._dates.when_modified()

    def _fields(self) -> tuple[object, ...]:
        return self.name, self.precedence, self.role_arn, self.description, self.created, self.modified

    def __eq__(self, other: object) -> bool:
        return self._fields() == other._fields() if isinstance(other, Group) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)


@final
@dataclass(frozen=True, slots=True, eq=False)
class User:
    """A user of a user pool, as it was when it was read. Two users are equal when all their fields are.

    `username` is the name that the service answers: in a pool with username attributes it is the `sub` (LOOK-7).
    `attributes` are strings by name, `sub` not among them. `mfa_options` are pairs of delivery medium and attribute
    name. `created` and `modified`: aware datetimes in UTC; reading one settles the dates of the pool that were not
    seeded.
    """

    username: str
    sub: str
    attributes: Mapping[str, str]
    status: str
    enabled: bool
    mfa_options: tuple[tuple[str, str], ...]
    _dates: Dates = field(repr=False)

    @property
    def created(self) -> datetime.datetime:
        return self._dates.when_created()

    @property
    def modified(self) -> datetime.datetime:
        return self._dates.when_modified()

    def _fields(self) -> tuple[object, ...]:
        attributes = tuple(self.attributes.items())
        dates = self.created, self.modified
        return self.username, self.sub, attributes, self.status, self.enabled, self.mfa_options, *dates

    def __eq__(self, other: object) -> bool:
        return self._fields() == other._fields() if isinstance(other, User) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.sub)


def moment(milliseconds: Milliseconds) -> datetime.datetime:
    """The instant as an aware datetime in UTC."""
    return _EPOCH + datetime.timedelta(milliseconds=milliseconds)


def local_sub(pool_id: str, username: str) -> str:
    """The `sub` of a user who was seeded without one: a UUID that depends on the pool and the username alone.

    Its first group is a checksum of the two, so that all users of a pool can be searched for a `sub` at a checksum
    each.
    """
    digest = blake2b(f"{pool_id}\0{username}".encode(), digest_size=12).hexdigest()
    variant = "89ab"[int(digest[7], 16) & 3]
    return f"{checksum(pool_id)(username):08x}-{digest[:4]}-4{digest[4:7]}-{variant}{digest[8:11]}-{digest[12:24]}"


def checksum(pool_id: str) -> Callable[[str], int]:
    start = crc32(pool_id.encode())

    def of(username: str) -> int:
        return crc32(username.encode(), start)

    return of


def alias_names(config: PoolConfig, user: UserRecord) -> list[tuple[str, str]]:
    """The attributes, as (name, value), by which a request may call this user besides username and `sub` (LOOK-5 to
    LOOK-7).
    """
    if user.federated or not (config.alias_attributes or config.username_attributes):
        return []
    attributes = dict(user.attributes)
    return [
        (name, attributes[name])
        for name in ("email", "phone_number", "preferred_username")
        if name in attributes
        and (
            name in config.username_attributes
            or (
                name in config.alias_attributes
                and (name == "preferred_username" or attributes.get(f"{name}_verified") == "true")
            )
        )
    ]


def has_sub_as_name(config: PoolConfig, user: UserRecord) -> bool:
    """Whether requests may call the user by their `sub`: all but federated users of another username (LOOK-5)."""
    return not user.federated or bool(config.username_attributes)


def signed_in(config: PoolConfig, key: str, attributes: Mapping[str, str]) -> dict[str, str]:
    """The attributes; where people sign in by e-mail or phone, with the key among them unless it was given (LOOK-7)."""
    found = dict(attributes)
    if config.username_attributes:
        found.setdefault("phone_number" if key.startswith("+") else "email", key)
    return found


class Names:
    """The index of a pool's users by what else they may be called: `sub`, alias, the folded username."""

    __slots__ = ("_by_name", "_by_sum", "_config", "_sum")

    def __init__(self, config: PoolConfig, users: Collection[UserRecord]) -> None:
        self._config = config
        self._sum = checksum(config.id)
        self._by_name: dict[str, str] = {}
        self._by_sum: dict[int, str | tuple[str, ...]] = {}
        plain = [user.username for user in users if user.sub is None and user.status != EXTERNAL]
        others = config.alias_attributes or config.username_attributes or not config.case_sensitive
        if others or len(plain) < len(users):
            for user in users:
                self.add(user)
        else:
            self._add_plain(plain)

    def _add_plain(self, keys: list[str]) -> None:
        """Add users whose `sub` is made of their username and who have no other name: `add`, for 100,000 at once."""
        sums = list(map(crc32, map(str.encode, keys), repeat(crc32(self._config.id.encode()))))
        last: dict[int, str | tuple[str, ...]] = dict(zip(sums, keys, strict=True))
        self._by_sum = last
        if len(last) < len(keys):  # some have a checksum in common
            lost = map(is_not, map(last.__getitem__, sums), keys)
            for number, key in list(compress(zip(sums, keys, strict=True), lost)):
                self._add_sum(number, key)

    def copy(self) -> Names:
        twin = Names(self._config, ())
        twin._by_name = self._by_name.copy()
        twin._by_sum = self._by_sum.copy()
        return twin

    def _spelled(self, user: UserRecord) -> Iterator[str]:
        config = self._config
        if not config.case_sensitive and not config.username_attributes:
            yield user.username.casefold()
        if user.sub is not None and has_sub_as_name(config, user):
            yield user.sub
        if config.alias_attributes or config.username_attributes:
            for _, value in alias_names(config, user):
                yield config.fold(value)

    def add(self, user: UserRecord) -> None:
        key = user.username
        for name in self._spelled(user):
            self._by_name.setdefault(name, key)
        if user.sub is None and has_sub_as_name(self._config, user):
            self._add_sum(self._sum(key), key)

    def _add_sum(self, number: int, key: str) -> None:
        there = self._by_sum.setdefault(number, key)
        if there is not key:
            self._by_sum[number] = (*(there if isinstance(there, tuple) else (there,)), key)

    def remove(self, user: UserRecord) -> None:
        key = user.username
        for name in self._spelled(user):
            if self._by_name.get(name) == key:
                del self._by_name[name]
        number = self._sum(key)
        there = self._by_sum.pop(number, ())
        rest = tuple(name for name in (there if isinstance(there, tuple) else (there,)) if name != key)
        if rest:
            self._by_sum[number] = rest

    def key(self, name: str) -> str | None:
        """The key of the user who is called so."""
        found = self._by_name.get(self._config.fold(name)) or self._by_name.get(name)
        if found is None and len(name) == 36:
            try:
                number = int(name[:8], 16)
            except ValueError:
                return None
            there = self._by_sum.get(number, ())
            for key in there if isinstance(there, tuple) else (there,):
                if local_sub(self._config.id, key) == name:
                    return key
        return found


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
        self._groups_of: dict[str, Listing] = {}
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

    def _own(self, listings: dict[str, Listing], name: str) -> OpenListing:
        listing = listings[name]
        if isinstance(listing, OpenListing) and id(listing) in self._owned:
            return listing
        opened = listings[name] = listing.open()
        self._owned.add(id(opened))
        return opened

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
        groups = self._groups_of[username]
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
        self._own(self._groups_of, username).append(key, group)
        self._own(self._members_of, group).append(key, username)
        for shuffle in self._shuffled(username, group):
            shuffle.add(key)

    def leave(self, username: str, group: str) -> None:
        """End the membership; nothing happens when there is none."""
        key = self._groups_of[username].key_of(group)
        self._members_of[group]  # an unknown group is a KeyError, before anything has changed
        if key is None:
            return
        self._change()
        self._own(self._groups_of, username).remove(key)
        self._own(self._members_of, group).remove(key)
        for shuffle in self._shuffled(username, group):
            shuffle.remove(key)

    def drop_group(self, name: str) -> None:
        for username in list(self._members_of[name].names):
            self.leave(username, name)
        self._change()
        del self.groups[name], self._members_of[name]

    def drop_user(self, username: str) -> None:
        for group in list(self._groups_of[username].names):
            self.leave(username, group)
        self._change()
        user = self.users.pop(username)
        del self._groups_of[username]
        if self._names is not None:
            self._names.remove(user)

    def fill(self, groups: Iterable[GroupRecord], users: Iterable[tuple[UserRecord, tuple[str, ...]]]) -> None:
        """Fill an empty pool with what has been checked already: all groups, then each user with their memberships in
        order.
        """
        for group in groups:
            self.groups[group.name] = group
        members: dict[str, tuple[list[int], list[str]]] = {name: ([], []) for name in self.groups}
        key = self._next_key
        by_name, groups_of = self.users, self._groups_of
        for user, joined in users:
            username = user.username
            by_name[username] = user
            groups_of[username] = Listing(range(key, key + len(joined)), joined)
            for group_name in joined:
                keys, names = members[group_name]
                keys.append(key)
                names.append(username)
                key += 1
        self._next_key = key
        for name, (keys, names) in members.items():
            self._members_of[name] = Listing(keys, names)

    # Looking up

    @property
    def names(self) -> Names:
        if self._origin is not None:
            return self._origin.names
        if self._names is None:
            self._names = Names(self.config, self.users.values())
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
        return self._groups_of[username]

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
