"""What a seed says, document by document, before any of it is merged."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, final

from pytest_cognito_groups.seed.errors import Finding
from pytest_cognito_groups.seed.ranges import Range
from pytest_cognito_groups.service.faults import Fault
from pytest_cognito_groups.service.records import GroupRecord, Milliseconds


class Profile(NamedTuple):
    """What a seed says about a user besides name and memberships. From `status` on, as in a `UserRecord`."""

    attributes: tuple[tuple[str, str], ...] = ()
    sub: str | None = None
    status: str = "CONFIRMED"
    enabled: bool = True
    mfa_options: tuple[tuple[str, str], ...] = ()
    created: Milliseconds | None = None
    modified: Milliseconds | None = None


PLAIN: Final = Profile()
"""Of a user with nothing but groups."""


class UserEntry(NamedTuple):
    """One key of `users:`: a user or, with a `span`, a range of users, `name` being the last."""

    name: str
    groups: tuple[str, ...]
    profile: Profile
    span: Range | None = None

    @property
    def names(self) -> Sequence[str]:
        return (self.name,) if self.span is None else self.span.names


@final
@dataclass(frozen=True, slots=True)
class Document:
    """What one YAML document says; `None` if it says nothing.

    `number` is its place in the text. `groups` is `None` without a `groups:` key, and has `None` for a bare name in a
    list. The faults don't know their pool yet.
    """

    number: int
    pool: str | None = None
    now: datetime.datetime | None = None
    alias_attributes: tuple[str, ...] | None = None
    username_attributes: tuple[str, ...] | None = None
    case_sensitive: bool | None = None
    groups: Mapping[str, GroupRecord | None] | None = None
    users: tuple[UserEntry, ...] = ()
    faults: tuple[Fault, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Decoded:
    """A text's documents, and what is wrong with them. `readable`: the text is YAML, so its documents can be merged."""

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...] = ()
    readable: bool = True
