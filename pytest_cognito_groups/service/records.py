"""What a user pool is made of: its settings, its groups and users as they were seeded and as a test reads them, and the
claims that follow from them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Final, final

DEFAULT_POOL: Final = "us-east-1_TestPool1"
HIGHEST_PRECEDENCE: Final = 2_147_483_647  # PREC-1
EXTERNAL: Final = "EXTERNAL_PROVIDER"

_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

Milliseconds = int  # since the epoch, UTC


def moment(milliseconds: Milliseconds) -> datetime.datetime:
    """The instant as an aware datetime in UTC."""
    return _EPOCH + datetime.timedelta(milliseconds=milliseconds)


@dataclass(frozen=True, slots=True)
class PoolConfig:
    """What a pool was created with.

    The part of `id` before the underscore is the pool's region.
    """

    id: str = DEFAULT_POOL
    alias_attributes: tuple[str, ...] = ()
    username_attributes: tuple[str, ...] = ()
    case_sensitive: bool = True

    @property
    def region(self) -> str:
        return self.id.rpartition("_")[0]

    def fold(self, name: str) -> str:
        """The form of a user's name in which two names are compared (LOOK-8)."""
        return name if self.case_sensitive else name.casefold()


@dataclass(slots=True)
class GroupRecord:
    """A group as seeded; never changed once made. A date of `None` is the pool's birth; `json` is a place for the text
    made of it.
    """

    name: str
    precedence: int | None = None
    role_arn: str | None = None
    description: str | None = None
    created: Milliseconds | None = None
    modified: Milliseconds | None = None
    json: str | None = field(default=None, compare=False, repr=False)


@dataclass(slots=True)
class UserRecord:
    """A user as seeded; never changed once made, so any number of pools may share it.

    `username` is the seed's key. `number` is set for a member of a range: its attribute values are templates with
    `{name}` and `{n}`, rendered when they are read, so that a range of 100,000 stays small. `json` is a place for the
    text made of it.
    """

    username: str
    sub: str | None = None
    template: tuple[tuple[str, str], ...] = ()
    number: str | None = None
    status: str = "CONFIRMED"
    enabled: bool = True
    mfa_options: tuple[tuple[str, str], ...] = ()
    created: Milliseconds | None = None
    modified: Milliseconds | None = None
    json: str | None = field(default=None, compare=False, repr=False)

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """The attributes without `sub`, in the order in which they were seeded."""
        if self.number is None:
            return self.template
        return tuple((key, self._rendered(value)) for key, value in self.template)

    def attribute(self, name: str) -> str | None:
        """The value of one attribute; `None` if the user does not have it."""
        for key, value in self.template:
            if key == name:
                return self._rendered(value)
        return None

    def _rendered(self, value: str) -> str:
        return value if self.number is None else value.replace("{name}", self.username).replace("{n}", self.number)

    @property
    def federated(self) -> bool:
        return self.status == EXTERNAL


# Values: they stay as they are while the pool goes on


@dataclass(frozen=True, slots=True, eq=False)
class Dates:
    """When a group or a user was made and changed, in milliseconds; `birth` stands in for a date that was not
    seeded. Compared by the dates, which are settled by that.
    """

    created: Milliseconds | None
    modified: Milliseconds | None
    birth: Callable[[], Milliseconds]

    def when_created(self) -> datetime.datetime:
        return moment(self.birth() if self.created is None else self.created)

    def when_modified(self) -> datetime.datetime:
        return self.when_created() if self.modified is None else moment(self.modified)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dates) and (self.when_created(), self.when_modified()) == (
            other.when_created(),
            other.when_modified(),
        )

    __hash__ = None  # type: ignore[assignment]


@final
@dataclass(frozen=True, slots=True)
class Group:
    """A group of a user pool, as it was when it was read; it can't be changed. Two groups are equal when all their
    fields are.
    """

    name: str
    """The name, case and all."""
    precedence: int | None
    """0 is the highest; `None` loses to every number (PREC-1)."""
    role_arn: str | None
    """The IAM role's ARN."""
    description: str | None
    """The description."""
    _dates: Dates = field(repr=False, hash=False)

    @property
    def created(self) -> datetime.datetime:
        """An aware datetime in UTC; to read it settles the dates of the pool that were not seeded."""
        return self._dates.when_created()

    @property
    def modified(self) -> datetime.datetime:
        """An aware datetime in UTC, as `created`."""
        return self._dates.when_modified()


@final
@dataclass(frozen=True, slots=True)
class User:
    """A user of a user pool, as it was when it was read; it can't be changed. Two users are equal when all their fields
    are.
    """

    username: str
    """The name that the service answers: in a pool with username attributes it is the `sub` (LOOK-7)."""
    sub: str
    """A UUID."""
    attributes: Mapping[str, str] = field(hash=False)
    """The attributes by name, all of them text; `sub` is not among them."""
    status: str
    """`"CONFIRMED"`, or another status of the service."""
    enabled: bool
    """Whether the user may sign in."""
    mfa_options: tuple[tuple[str, str], ...]
    """Pairs of delivery medium and attribute name."""
    _dates: Dates = field(repr=False, hash=False)

    @property
    def created(self) -> datetime.datetime:
        """An aware datetime in UTC; to read it settles the dates of the pool that were not seeded."""
        return self._dates.when_created()

    @property
    def modified(self) -> datetime.datetime:
        """An aware datetime in UTC, as `created`."""
        return self._dates.when_modified()


# Claims


def claims(groups: Iterable[GroupRecord]) -> dict[str, str | list[str]]:
    """`cognito:groups`, `cognito:roles` and `cognito:preferred_role` of a user of these groups, each only when it is
    set.
    """
    groups = list(groups)
    found: dict[str, str | list[str]] = {}
    if groups:
        found["cognito:groups"] = [group.name for group in groups]
    roles = list(dict.fromkeys(group.role_arn for group in groups if group.role_arn is not None))
    if roles:
        found["cognito:roles"] = roles
        preferred = _preferred(groups)
        if len(preferred) == 1:
            found["cognito:preferred_role"] = preferred.pop()
    return found


def _preferred(groups: Iterable[GroupRecord]) -> set[str]:
    """The roles of the groups that come first among those with a role; null ties with null (PREC-7)."""
    ranked = [(inf if group.precedence is None else group.precedence, group.role_arn) for group in groups]
    lowest = min(rank for rank, role in ranked if role is not None)
    return {role for rank, role in ranked if role is not None and rank == lowest}
