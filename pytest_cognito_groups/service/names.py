"""By which names a request may call a user, and the index of them (section LOOK of the semantics)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from itertools import compress, repeat
from operator import is_not
from zlib import crc32

from pytest_cognito_groups.service.records import EXTERNAL, PoolConfig, UserRecord


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

    def __init__(self, config: PoolConfig, users: Mapping[str, UserRecord]) -> None:
        self._config = config
        self._sum = checksum(config.id)
        self._by_name: dict[str, str] = {}
        self._by_sum: dict[int, str | tuple[str, ...]] = {}
        plain = config.case_sensitive and not (config.alias_attributes or config.username_attributes)
        others = [user for user in users.values() if not plain or user.sub is not None or user.status == EXTERNAL]
        apart = {user.username for user in others}
        self._add_plain([key for key in users if key not in apart] if apart else list(users))
        for user in others:
            self.add(user)

    def _add_plain(self, keys: list[str]) -> None:
        """Add users whose `sub` is made of their username and who have no other name: `add`, for 100,000 at once."""
        sums = map(crc32, map(str.encode, keys), repeat(crc32(self._config.id.encode())))
        there = map(self._by_sum.setdefault, sums, keys)
        for key in list(compress(keys, map(is_not, there, keys))):  # another has the same checksum
            self._add_sum(self._sum(key), key)

    def copy(self) -> Names:
        twin = Names(self._config, {})
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
