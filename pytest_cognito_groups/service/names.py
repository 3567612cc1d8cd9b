"""By which names a request may call a user, and the index of them (section LOOK of the semantics)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import repeat
from typing import Final, NamedTuple, TypeAlias, final
from zlib import crc32

from pytest_cognito_groups.service.listings import Roll
from pytest_cognito_groups.service.records import PoolConfig, UserRecord
from pytest_cognito_groups.text import shortened

_LENGTH_OF_SUB: Final = 36


def local_sub(pool_id: str, username: str) -> str:
    """The `sub` of a user who was seeded without one: a UUID that depends on the pool and the username alone.

    Its first group is a checksum of the two: an index of 100,000 users makes do with that, at a tenth of the time.
    """
    digest = blake2b(f"{pool_id}\0{username}".encode(), digest_size=12).hexdigest()
    variant = "89ab"[int(digest[7], 16) & 3]
    checksum = crc32(username.encode(), crc32(pool_id.encode()))
    return f"{checksum:08x}-{digest[:4]}-4{digest[4:7]}-{variant}{digest[8:11]}-{digest[12:24]}"


def sub_of(config: PoolConfig, user: UserRecord) -> str:
    return user.sub if user.sub is not None else local_sub(config.id, user.username)


def answered_name(config: PoolConfig, user: UserRecord) -> str:
    """The `Username` of an answer: the `sub` of a local user where people sign in by e-mail or phone (LOOK-7)."""
    return sub_of(config, user) if config.username_attributes and not user.federated else user.username


def _checksums(pool_id: str, usernames: Iterable[str]) -> Iterator[int]:
    return map(crc32, map(str.encode, usernames), repeat(crc32(pool_id.encode())))


def _checksum(name: str) -> int | None:
    """What the name begins with if it may be a `sub` that was made."""
    try:
        return int(name[:8], 16) if len(name) == _LENGTH_OF_SUB else None
    except ValueError:
        return None


def claimed(config: PoolConfig, user: UserRecord) -> Iterator[tuple[str, str]]:
    """All names of the user, as (kind, name); a kind is `username`, `sub`, or an attribute's name.

    A request may call a local user by any of them, and a federated one by the username alone (LOOK-5). Where people
    sign in by an attribute, the `Username` of a local user is the `sub` (LOOK-7).
    """
    yield from _given(config, user)
    if user.sub is None:
        yield "sub", local_sub(config.id, user.username)


def _given(config: PoolConfig, user: UserRecord) -> Iterator[tuple[str, str]]:
    local = not user.federated
    if not (local and config.username_attributes):
        yield "username", user.username
    if user.sub is not None:
        yield "sub", user.sub
    if local and (config.alias_attributes or config.username_attributes):
        attributes = dict(user.attributes)
        for name in ("email", "phone_number", "preferred_username"):
            if name in attributes and (
                name in config.username_attributes
                or (
                    name in config.alias_attributes
                    and (name == "preferred_username" or attributes.get(f"{name}_verified") == "true")
                )
            ):
                yield name, attributes[name]


def _with_more_than_a_key(config: PoolConfig, users: Iterable[UserRecord]) -> Iterable[UserRecord]:
    """Those of whom something was given that might be another's name, too: in most large pools, hardly anybody."""
    if not config.case_sensitive or config.alias_attributes or config.username_attributes:
        return users
    return [user for user in users if user.sub is not None]


def signed_in(config: PoolConfig, key: str, attributes: Mapping[str, str], *, federated: bool) -> dict[str, str]:
    """The attributes; where people sign in by e-mail or phone, with a local user's key among them unless it was given
    (LOOK-7).
    """
    found = dict(attributes)
    if config.username_attributes and not federated:
        found.setdefault("phone_number" if key.startswith("+") else "email", key)
    return found


Index: TypeAlias = "dict[str, tuple[str, ...]]"
"""The keys of those who may bear a name, which is folded unless it is a `sub`."""


@final
class Names:
    """A pool's users, by their keys, and the index of them by their other names, made when it is first needed.

    What follows shares the index, with what it adds beside it. So an entry may be one of a user who is gone or is
    called something else by now: each is checked against `users`.
    """

    __slots__ = ("__weakref__", "_added", "_made", "config", "users")

    def __init__(self, config: PoolConfig, users: Mapping[str, UserRecord]) -> None:
        self.config = config
        self.users = users if isinstance(users, Roll) else Roll(users)
        self._made: tuple[Index, dict[int, str]] | None = None  # by names; and by the checksum of a sub that was made
        self._added: Index = {}

    def with_users(self, users: Mapping[str, UserRecord]) -> Names:
        """With these users, added or in the places of those who have their keys."""
        names = Names(self.config, self.users.having(users))
        if self.users:
            names._made, names._added = self._index(), self._added.copy()
            for user in users.values():
                names._enter(names._added, user, claimed(self.config, user))
        return names

    def without_user(self, username: str) -> Names:
        names = Names(self.config, self.users.without(username))
        names._made, names._added = self._made, self._added
        return names

    def _index(self) -> tuple[Index, dict[int, str]]:
        if self._made is None:
            config, users = self.config, self.users
            by_checksum = dict(zip(_checksums(config.id, users), users, strict=True))
            index: Index = {}
            if len(by_checksum) < len(users):  # of users who share one, it has the last
                for user, checksum in zip(users.values(), _checksums(config.id, users), strict=True):
                    if by_checksum[checksum] != user.username:
                        self._enter(index, user, claimed(config, user))
            for user in _with_more_than_a_key(config, users.values()):
                self._enter(index, user, _given(config, user))
            self._made = index, by_checksum
        return self._made

    def _enter(self, index: Index, user: UserRecord, own: Iterable[tuple[str, str]]) -> None:
        for kind, name in own:
            if kind != "username" or not self.config.case_sensitive:  # else the key will do
                folded = self._folded(kind, name)
                known = index.get(folded, ())
                if user.username not in known:
                    index[folded] = (*known, user.username)

    def _folded(self, kind: str, name: str) -> str:
        return name if kind == "sub" else self.config.fold(name)

    def bearers(self, name: str, *, but: str | None = None) -> Iterator[tuple[str, UserRecord]]:
        """The users whose name it is, each with its kind. `but`: the key of one to leave out."""
        index, by_checksum = self._index()
        keys = {name}
        for form in (name,) if self.config.case_sensitive else (name, self.config.fold(name)):
            keys.update(index.get(form, ()), self._added.get(form, ()))
        checksum = _checksum(name)
        if checksum is not None and checksum in by_checksum:
            keys.add(by_checksum[checksum])
        for key in keys:
            user = None if key == but else self.users.get(key)
            if user is not None:
                for kind, own in claimed(self.config, user):
                    if self._folded(kind, own) == self._folded(kind, name):
                        yield kind, user

    def find(self, name: str) -> UserRecord | None:
        """The user whom the name in a request means; it is tried as a username first (LOOK-5 to LOOK-8)."""
        found = dict(self.bearers(name))
        return found.pop("username", None) or next((user for user in found.values() if not user.federated), None)


class Clash(NamedTuple):
    """A user whose name is another's already: what the name is to the one, and what to the other."""

    user: UserRecord
    kind: str
    name: str
    other: str
    other_kind: str

    def __str__(self) -> str:
        user, other = shortened(self.user.username), shortened(self.other)
        if self.kind == self.other_kind == "username":
            return f"user {user} differs from user {other} only by case"
        whose = "already belongs to" if self.kind == self.other_kind else f"is already the {self.other_kind} of"
        return f"the {self.kind} {shortened(self.name)} of user {user} {whose} user {other}"


def clashes(before: Names, after: Names, new: Mapping[str, UserRecord]) -> Iterator[Clash]:
    """Which names the new users, who make of `before` what comes `after`, share with others or with one another.

    Two users cannot share a `sub` or an alias, nor a username in two cases where case does not count. A username may be
    another user's `sub` or alias, since it goes first (LOOK-6), but not where people sign in by an attribute: there a
    `sub` is a `Username`, too (LOOK-7).
    """
    config = after.config
    named = config.username_attributes or any((before._index()[0], before._added))  # a federated key may be a made sub
    made_may_clash = before.users and named
    own = claimed if made_may_clash else _given
    checked = new.values() if made_may_clash else _with_more_than_a_key(config, new.values())
    following = {user.username: user for user in checked}
    for user in list(following.values()):
        del following[user.username]
        for kind, name in own(config, user):
            for other_kind, other in after.bearers(name, but=user.username):
                apart = (kind == "username") != (other_kind == "username") and not config.username_attributes
                later = other.username in following and other_kind in dict(own(config, other))  # it is their clash
                if not (apart or later):
                    yield Clash(user, kind, name, other.username, other_kind)
