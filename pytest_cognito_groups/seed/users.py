"""From what a seed says of its users to the users of a pool."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_cognito_groups.seed.documents import PLAIN, UserEntry
from pytest_cognito_groups.seed.ranges import Range
from pytest_cognito_groups.service.pools import PoolConfig, UserRecord, signed_in


def records(config: PoolConfig, entry: UserEntry) -> Iterator[UserRecord]:
    """The users that the entry stands for."""
    names, _, profile = entry
    if isinstance(names, str):
        template = profile.attributes
        if config.username_attributes:
            template = tuple(signed_in(config, names, dict(template)).items())
        yield _record(names, entry, template, None)
        return
    template = _shared_template(config, names, entry)
    numbered = any("{n" in value for _, value in template)  # {n} or {name}
    for name, number in zip(names.names(), names.numbers(), strict=True):
        yield _record(name, entry, template, number if numbered else None)


def _shared_template(config: PoolConfig, names: Range, entry: UserEntry) -> tuple[tuple[str, str], ...]:
    given = dict(entry.profile.attributes)
    if not config.username_attributes:
        return entry.profile.attributes
    kept = signed_in(config, names.prefix, given)
    return tuple((key, given.get(key, "{name}")) for key in kept)


def _record(name: str, entry: UserEntry, template: tuple[tuple[str, str], ...], number: str | None) -> UserRecord:
    profile = entry.profile
    if profile is PLAIN:
        return UserRecord(name, None, template, number)
    return UserRecord(
        name,
        profile.sub,
        template,
        number,
        profile.status,
        profile.enabled,
        profile.mfa_options,
        profile.created,
        profile.modified,
    )


def alike(one: UserRecord, other: UserRecord) -> bool:
    """Whether the two say the same."""
    return one is other or _said(one) == _said(other)


def _said(user: UserRecord) -> tuple[object, ...]:
    dates = user.created, user.modified
    return user.username, user.sub, user.attributes, user.status, user.enabled, user.mfa_options, *dates
