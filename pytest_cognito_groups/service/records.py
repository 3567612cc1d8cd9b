"""What a user pool is made of: its settings, its groups and users as they were seeded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

DEFAULT_POOL: Final = "us-east-1_TestPool1"
HIGHEST_PRECEDENCE: Final = 2_147_483_647  # PREC-1
EXTERNAL: Final = "EXTERNAL_PROVIDER"

Milliseconds = int  # since the epoch, UTC


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
        name, number = self.username, self.number
        return tuple((key, value.replace("{name}", name).replace("{n}", number)) for key, value in self.template)

    @property
    def federated(self) -> bool:
        return self.status == EXTERNAL
