"""By which names a request may call a user, and the index of them (section LOOK of the semantics)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import repeat
from typing import Final, NamedTuple, final
from zlib import crc32

from pytest_cognito_groups.service.records import PoolConfig, UserRecord

_LENGTH_OF_SUB: Final = 36


def local_sub(pool_id: str, username: str) -> str:
    """The `sub` of a user who was seeded without one: a UUID that depends on the pool and the username alone.

    Its first group is a checksum of the two: an index of 100,000 users makes do with that, at a tenth of the time.
    """
    digest = blake2b(f"{pool_id}\0{username}".encode(), digest_size=12).hexdigest()
    variant = "89ab"[int(digest[7], 16) & 3]
    checksum = crc32(username.encode(), crc32(pool_id.encode()))
    return f"{checksum:08x}-{digest[:4]}-4{digest[4:7]}-{variant}{digest[8:11]}-{digest[12:24]}"


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


@final
class Names:
    """The index of a pool's users by their names, made when it is first needed.

    An entry may be out of date, its user gone or called otherwise by now: each is held against the user.
    """

    __slots__ = ("_by_checksum", "_by_name", "_by_username", "config", "users")

    def __init__(self, config: PoolConfig, users: Mapping[str, UserRecord]) -> None:
        self.config = config
        self.users = users
        self._by_username: dict[str, str] = {}  # folded; where case counts, the keys of `users` will do
        self._by_name: dict[str, str] = {}  # by aliases, folded, and by subs
        self._by_checksum: dict[int, str] | None = None  # by subs that were made; until the index is, `None`

    def with_users(self, users: Mapping[str, UserRecord], new: Iterable[UserRecord]) -> Names:
        """The index of `users`: those of this one, with the new ones added or in the places of others."""
        names = Names(self.config, users)
        if self._by_checksum is not None:
            names._by_username, names._by_name = self._by_username.copy(), self._by_name.copy()
            for user in new:
                for kind, name in claimed(self.config, user):
                    names._places(kind)[self._folded(kind, name)] = user.username
            names._by_checksum = self._by_checksum
        return names

    def _folded(self, kind: str, name: str) -> str:
        return name if kind == "sub" else self.config.fold(name)

    def _places(self, kind: str) -> dict[str, str]:
        return self._by_username if kind == "username" else self._by_name

    def _index(self) -> Mapping[int, str]:
        """Make the index unless it is; gives the part by checksum."""
        if self._by_checksum is None:
            pool_id = self.config.id
            by_checksum = dict(zip(_checksums(pool_id, self.users), self.users, strict=True))
            if len(by_checksum) < len(self.users):  # of users who share one, it has the last
                for key, checksum in zip(self.users, _checksums(pool_id, self.users), strict=True):
                    if by_checksum[checksum] != key:
                        self._by_name[local_sub(pool_id, key)] = key
            for user in _with_more_than_a_key(self.config, self.users.values()):
                for kind, name in _given(self.config, user):
                    self._places(kind).setdefault(self._folded(kind, name), user.username)
            self._by_checksum = by_checksum
        return self._by_checksum

    def bearers(self, name: str, *, but: str | None = None) -> Iterator[tuple[str, UserRecord]]:
        """Whose name it is, with its kind: the one whose username it is comes first. `but`: the key of one to leave
        out.
        """
        by_checksum = self._index()
        folded = self.config.fold(name)
        checksum = _checksum(name)
        found = [name, self._by_username.get(folded), self._by_name.get(folded), self._by_name.get(name)]
        if checksum is not None:
            found.append(by_checksum.get(checksum))
        for key in dict.fromkeys(found):
            user = None if key is None or key == but else self.users.get(key)
            if user is not None:
                for kind, own in claimed(self.config, user):
                    if self._folded(kind, own) == self._folded(kind, name):
                        yield kind, user


class Clash(NamedTuple):
    """A user whose name is another's already: what the name is to the one, and what to the other."""

    user: UserRecord
    kind: str
    name: str
    other: str
    other_kind: str

    def __str__(self) -> str:
        whose = "that" if self.kind == self.other_kind else f"the {self.other_kind}"
        return f"{self.kind} {self.name!r} is {whose} of user {self.other!r} already"


def clashes(names: Names, users: Mapping[str, UserRecord]) -> Iterator[Clash]:
    """What the users, to be put among those of `names`, would share with one another or with those.

    Two users cannot share a `sub` or an alias, nor a username in two cases where case does not count. A username may be
    another user's `sub` or alias, since it goes first (LOOK-6), but not where people sign in by an attribute: there a
    `sub` is a `Username`, too (LOOK-7).
    """
    config = names.config
    together = Names(config, users)
    following = {user.username: user for user in _with_more_than_a_key(config, users.values())}
    for user in list(following.values()):
        del following[user.username]
        yield from _shared(together, user, _given(config, user), following)
    if names.users:
        for user in users.values():
            yield from _shared(names, user, claimed(config, user), users)


def _shared(
    names: Names, user: UserRecord, own: Iterable[tuple[str, str]], but: Mapping[str, UserRecord]
) -> Iterator[Clash]:
    """Which of these names of the user others have among `names`, who are not in `but`."""
    for kind, name in own:
        for other_kind, other in names.bearers(name, but=user.username):
            apart = (kind == "username") != (other_kind == "username") and not names.config.username_attributes
            if other.username not in but and not apart:
                yield Clash(user, kind, name, other.username, other_kind)
