"""Groups and users as a test reads them: values that stay as they are while the pool goes on."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, final

from pytest_cognito_groups.service.records import Milliseconds

_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


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
