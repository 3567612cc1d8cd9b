"""From what a seed says of its users to the users of a pool."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from typing import Any

from pytest_cognito_groups.seed.documents import Profile
from pytest_cognito_groups.seed.ranges import Range
from pytest_cognito_groups.service.names import signed_in
from pytest_cognito_groups.service.records import EXTERNAL, PoolConfig, UserRecord


def record(config: PoolConfig, name: str, profile: Profile) -> UserRecord:
    """The user of this name."""
    template = profile.attributes
    if config.username_attributes:
        federated = profile.status == EXTERNAL
        template = tuple(signed_in(config, name, dict(template), federated=federated).items())
    return UserRecord(name, profile.sub, template, None, *_rest(profile))


def records(config: PoolConfig, names: Range, profile: Profile) -> Iterable[UserRecord]:
    """The users of the range, in its order."""
    template = _shared_template(config, names, profile)
    rendered = any("{n" in value for _, value in template)  # {n} or {name}
    numbers = names.numbers() if rendered else repeat(None)
    same = map(repeat, _rest(profile))
    return map(UserRecord, names.names, repeat(profile.sub), repeat(template), numbers, *same)


def _rest(profile: Profile) -> tuple[Any, ...]:
    """What a user's record ends with, from `status` on, as the profile does."""
    return profile[2:]


def _shared_template(config: PoolConfig, names: Range, profile: Profile) -> tuple[tuple[str, str], ...]:
    given = dict(profile.attributes)
    if not config.username_attributes:
        return profile.attributes
    kept = signed_in(config, names.prefix, given, federated=profile.status == EXTERNAL)
    return tuple((key, given.get(key, "{name}")) for key in kept)


def alike(one: UserRecord, other: UserRecord) -> bool:
    """Whether the two say the same."""
    return one is other or _said(one) == _said(other)


def _said(user: UserRecord) -> tuple[object, ...]:
    dates = user.created, user.modified
    return user.username, user.sub, user.attributes, user.status, user.enabled, user.mfa_options, *dates
