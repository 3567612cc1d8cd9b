"""By which names a request may call a user, and the index of them (section LOOK of the semantics)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import compress, repeat
from zlib import crc32

from pytest_cognito_groups.service.records import EXTERNAL, PoolConfig, UserRecord


def local_sub(pool_id: str, username: str) -> str:
    """The `sub` of a user who was seeded without one: a UUID that depends on the pool and the username alone.

    Its first group is a checksum of the two, so that all users of a pool can be searched for a `sub` at a checksum
    each.
    """
    digest = blake2b(f"{pool_id}\0{username}".encode(), digest_size=12).hexdigest()
    variant = "89ab"[int(digest[7], 16) & 3]
    checksum = crc32(username.encode(), crc32(pool_id.encode()))
    return f"{checksum:08x}-{digest[:4]}-4{digest[4:7]}-{variant}{digest[8:11]}-{digest[12:24]}"


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


class MadeSubs:
    """Finds the users whose `sub` is made of their username, by the checksum that begins it: to make 100,000 of them
    takes a while.
    """

    __slots__ = ("_by_sum", "_keys", "_pool_id", "_searched")

    def __init__(self, pool_id: str, keys: Sequence[str]) -> None:
        self._pool_id = pool_id
        self._keys = keys
        self._searched = False
        self._by_sum: dict[int, str] | None = None  # of those who share a checksum, the last

    def key(self, sub: str) -> str | None:
        """The key of the user for whom this `sub` was made."""
        if len(sub) != 36:
            return None
        try:
            checksum = int(sub[:8], 16)
        except ValueError:
            return None
        if self._searched and self._by_sum is None:  # takes as long as two searches
            self._by_sum = dict(zip(self._checksums(), self._keys, strict=True))
        self._searched = True
        if self._by_sum is not None:
            last = self._by_sum.get(checksum)
            if last is None or local_sub(self._pool_id, last) == sub:
                return last
        same = compress(self._keys, map(checksum.__eq__, self._checksums()))
        return next((key for key in same if local_sub(self._pool_id, key) == sub), None)

    def _checksums(self) -> Iterator[int]:
        return map(crc32, map(str.encode, self._keys), repeat(crc32(self._pool_id.encode())))


class Names:
    """The index of a pool's users by what else they may be called: `sub`, alias, the folded username."""

    __slots__ = ("_by_name", "_by_sub", "_config", "_gone", "_made")

    def __init__(self, config: PoolConfig, users: Mapping[str, UserRecord]) -> None:
        self._config = config
        self._by_name: dict[str, str] = {}
        self._by_sub: dict[str, str] = {}
        self._gone: set[str] = set()  # of the keys for whom a sub was made
        plain = config.case_sensitive and not (config.alias_attributes or config.username_attributes)
        others = [user for user in users.values() if not plain or user.sub is not None or user.status == EXTERNAL]
        apart = set()
        for user in others:
            self._add_names(user)
            if user.sub is not None or not has_sub_as_name(config, user):
                self._add_sub(user)
                apart.add(user.username)
        self._made = MadeSubs(config.id, [key for key in users if key not in apart] if apart else list(users))

    def copy(self) -> Names:
        twin = Names(self._config, {})
        twin._by_name, twin._by_sub, twin._gone = self._by_name.copy(), self._by_sub.copy(), self._gone.copy()
        twin._made = self._made
        return twin

    def _names(self, user: UserRecord) -> Iterator[str]:
        config = self._config
        if not config.case_sensitive and not config.username_attributes:
            yield user.username.casefold()
        if config.alias_attributes or config.username_attributes:
            for _, value in alias_names(config, user):
                yield config.fold(value)

    def _add_names(self, user: UserRecord) -> None:
        for name in self._names(user):
            self._by_name.setdefault(name, user.username)

    def _add_sub(self, user: UserRecord) -> None:
        if has_sub_as_name(self._config, user):
            self._by_sub.setdefault(user.sub or local_sub(self._config.id, user.username), user.username)

    def add(self, user: UserRecord) -> None:
        self._add_names(user)
        self._add_sub(user)

    def remove(self, user: UserRecord) -> None:
        key = user.username
        self._gone.add(key)
        for name in self._names(user):
            if self._by_name.get(name) == key:
                del self._by_name[name]
        sub = user.sub or local_sub(self._config.id, key)
        if self._by_sub.get(sub) == key:
            del self._by_sub[sub]

    def key(self, name: str) -> str | None:
        """The key of the user who is called so."""
        found = self._by_name.get(self._config.fold(name)) or self._by_sub.get(name)
        if found is None:
            made = self._made.key(name)
            found = None if made in self._gone else made
        return found
