"""Groups and users as a test reads them: values that stay as they are while the pool goes on."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, final

from pytest_cognito_groups.service.records import Milliseconds

_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Dates:
    """When a group or a user was made and changed, in milliseconds; `birth` stands in for a date that was not
    seeded. Compared as they are read.
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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dates) and (self.when_created(), self.when_modified()) == (
            other.when_created(),
            other.when_modified(),
        )

    __hash__ = None  # type: ignore[assignment]  # to hash them would settle them


@final
@dataclass(frozen=True, slots=True)
class Group:
    """A group of a user pool, as it was when it was read. Two groups are equal when all their fields are.

    `precedence`: 0 is the highest, `None` loses to every number (PREC-1). `created` and `modified`: aware datetimes in
    UTC; reading one settles the dates of the pool that were not seeded.
    """

    name: str
    precedence: int | None
    role_arn: str | None
    description: str | None
    _dates: Dates = field(repr=False, hash=False)

    @property
    def created(self) -> datetime.datetime:
        return self._dates.when_created()

    @property
    def modified(self) -> datetime.datetime:
        return self._dates.when_modified()


@final
@dataclass(frozen=True, slots=True)
class User:
    """A user of a user pool, as it was when it was read. Two users are equal when all their fields are.

    `username` is the name that the service answers: in a pool with username attributes it is the `sub` (LOOK-7).
    `attributes` are strings by name, `sub` not among them. `mfa_options` are pairs of delivery medium and attribute
    name. `created` and `modified`: aware datetimes in UTC; reading one settles the dates of the pool that were not
    seeded.
    """

    username: str
    sub: str
    attributes: Mapping[str, str] = field(hash=False)
    status: str
    enabled: bool
    mfa_options: tuple[tuple[str, str], ...]
    _dates: Dates = field(repr=False, hash=False)

    @property
    def created(self) -> datetime.datetime:
        return self._dates.when_created()

    @property
    def modified(self) -> datetime.datetime:
        return self._dates.when_modified()


def moment(milliseconds: Milliseconds) -> datetime.datetime:
    """The instant as an aware datetime in UTC."""
    return _EPOCH + datetime.timedelta(milliseconds=milliseconds)
