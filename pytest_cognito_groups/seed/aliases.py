"""Names that two users of a pool cannot share: aliases, subs, usernames that differ by case alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pytest_cognito_groups.service.names import alias_names
from pytest_cognito_groups.service.records import PoolConfig, UserRecord


class Clash(NamedTuple):
    """A user whose name, of the kind `username`, `sub` or that of an attribute, is another's already."""

    user: UserRecord
    kind: str
    value: str
    other: str


def clashes(config: PoolConfig, users: Iterable[UserRecord], taken: Callable[[str], str | None]) -> Iterator[Clash]:
    """What the users share with one another, or with the user whose key `taken` gives for a name."""
    plain = config.case_sensitive and not (config.alias_attributes or config.username_attributes)
    names: dict[str, str] = {}
    for user in users:
        if plain and user.sub is None:
            continue
        for kind, value in _claimed(config, user):
            name = value if kind == "sub" else config.fold(value)
            other = names.setdefault(name, user.username)
            if other == user.username:
                other = taken(name) or other
            if other != user.username:
                yield Clash(user, kind, value, other)


def _claimed(config: PoolConfig, user: UserRecord) -> list[tuple[str, str]]:
    claimed = alias_names(config, user)
    if user.sub is not None and not user.federated:
        claimed.append(("sub", user.sub))
    if not config.case_sensitive and not config.username_attributes:
        claimed.append(("username", user.username))
    return claimed
