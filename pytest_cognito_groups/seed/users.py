"""From what a seed says of its users to the users of a pool."""

from __future__ import annotations

from pytest_cognito_groups.seed.documents import PLAIN, Profile, UserEntry
from pytest_cognito_groups.seed.ranges import Range
from pytest_cognito_groups.service.names import signed_in
from pytest_cognito_groups.service.records import PoolConfig, UserRecord


def records(config: PoolConfig, entry: UserEntry) -> list[UserRecord]:
    """The users that the entry stands for."""
    names, _, profile = entry
    if isinstance(names, str):
        template = profile.attributes
        if config.username_attributes:
            template = tuple(signed_in(config, names, dict(template)).items())
        return [_record(names, profile, template, None)]
    template = _shared_template(config, names, profile)
    if any("{n" in value for _, value in template):  # {n} or {name}
        numbered = zip(names.names(), names.numbers(), strict=True)
        return [_record(name, profile, template, number) for name, number in numbered]
    return [_record(name, profile, template, None) for name in names.names()]


def _shared_template(config: PoolConfig, names: Range, profile: Profile) -> tuple[tuple[str, str], ...]:
    given = dict(profile.attributes)
    if not config.username_attributes:
        return profile.attributes
    kept = signed_in(config, names.prefix, given)
    return tuple((key, given.get(key, "{name}")) for key in kept)


def _record(name: str, profile: Profile, template: tuple[tuple[str, str], ...], number: str | None) -> UserRecord:
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
