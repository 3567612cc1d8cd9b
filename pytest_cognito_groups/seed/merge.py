"""Merging documents: what is further in replaces what bears its name further out, and keeps its place in the order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import Final, NamedTuple, TypeVar, final

from pytest_cognito_groups.seed.documents import Decoded, Document, FaultPlan
from pytest_cognito_groups.seed.find import Path
from pytest_cognito_groups.seed.source import Source
from pytest_cognito_groups.seed.users import alike, record, records
from pytest_cognito_groups.service.pools import GROUPS_PER_POOL
from pytest_cognito_groups.service.records import DEFAULT_POOL, GroupRecord, PoolConfig, UserRecord
from pytest_cognito_groups.text import beginning, did_you_mean, shortened

_SUGGESTED: Final = 20
"""For how many unknown groups a likely one is looked for: among 10,000 that takes a while."""

T = TypeVar("T")


@final
@dataclass(frozen=True, slots=True)
class Placed:
    """A document, the source that it comes from, and which source of which level that is."""

    document: Document
    source: Source
    level: int
    number: int


class Misfit(NamedTuple):
    """Something wrong in a document that only the others show: the path to it, message, hint."""

    placed: Placed
    path: Path
    message: str
    hint: str = ""


Levels = Sequence[Sequence[tuple[Source, Decoded]]]
Complain = Callable[[Misfit], None]


def by_pool(levels: Levels, complain: Complain) -> dict[str, list[list[Placed]]]:
    """The documents of each pool, level by level, from the outside in; the pools in the order of first mention."""
    found: dict[str, list[list[Placed]]] = {}
    continued = DEFAULT_POOL
    for level, sources in enumerate(levels):
        for number, (source, decoded) in enumerate(sources):
            seen: set[str] = set()
            for document in decoded.documents:
                pool = document.pool or continued
                placed = Placed(document, source, level, number)
                if pool in seen:
                    hint = "put the two together" if document.pool else "give one of the two a pool: of its own"
                    complain(
                        Misfit(placed, ("pool",), f"pool {beginning(pool)} has a document in this seed already", hint)
                    )
                seen.add(pool)
                found.setdefault(pool, [[] for _ in levels])[level].append(placed)
        continued = next(iter(found), continued)
    return found


def said(
    levels: Iterable[Sequence[Placed]], key: str, value: Callable[[Document], T | None], complain: Complain
) -> T | None:
    """What the innermost document that says anything of the key says."""
    found = None
    for level in levels:
        here: T | None = None
        for placed in level:
            given = value(placed.document)
            if given is not None and here is not None and given != here:
                complain(
                    Misfit(
                        placed,
                        (key,),
                        f"{key} is given differently by another seed of the same level",
                        "keep one of the two",
                    )
                )
            here = given if here is None else here
        found = found if here is None else here
    return found


def config(pool: str, levels: Sequence[Sequence[Placed]], complain: Complain) -> PoolConfig:
    """What the pool is created with."""
    given = PoolConfig(pool)
    aliases = said(levels, "alias_attributes", lambda document: document.alias_attributes, complain)
    sign_in = said(levels, "username_attributes", lambda document: document.username_attributes, complain)
    case = said(levels, "case_sensitive", lambda document: document.case_sensitive, complain)
    return PoolConfig(
        pool,
        given.alias_attributes if aliases is None else aliases,
        given.username_attributes if sign_in is None else sign_in,
        given.case_sensitive if case is None else case,
    )


def faults(pool: str, levels: Iterable[Sequence[Placed]]) -> Iterator[FaultPlan]:
    """The faults that concern the pool, the outer first."""
    for level in levels:
        for placed in level:
            for plan in placed.document.faults:
                yield replace(plan, pool=pool, level=placed.level, source=placed.number)


@final
@dataclass(slots=True)
class Changes:
    """What one level changes in a pool: groups and users, added or replaced, and whether groups were declared."""

    groups: dict[str, GroupRecord] = field(default_factory=dict)
    users: dict[str, UserRecord] = field(default_factory=dict)
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    declared: bool = False

    def followed_by(self, other: Changes) -> Changes:
        """These changes, then the others. Takes what is alone as it is: a copy of 100,000 users takes a while."""
        return Changes(
            self.groups | other.groups if self.groups else other.groups,
            self.users | other.users if self.users else other.users,
            self.joined | other.joined if self.joined else other.joined,
            other.declared,
        )


def changes(
    config: PoolConfig, level: Sequence[Placed], known: Collection[str], complain: Complain, *, declared: bool
) -> Changes:
    """What the level changes in a pool that has the `known` groups so far, `declared` for their own sake or not."""
    found = Changes(declared=declared or any(placed.document.groups is not None for placed in level))
    given: dict[str, GroupRecord | None] = {}
    for placed in level:
        for name, group in (placed.document.groups or {}).items():
            given[name] = given.get(name) or group
            if group is not None and given[name] != group:
                complain(_given_twice(placed, "groups", name))
    # A bare name says nothing of a group that is known.
    found.groups.update(
        (name, group or GroupRecord(name)) for name, group in given.items() if group is not None or name not in known
    )
    for placed in level:
        here = _users(config, placed.document, declared=found.declared)
        for name in found.users.keys() & here.users.keys():
            if found.joined[name] != here.joined[name] or not alike(found.users[name], here.users[name]):
                complain(_given_twice(placed, "users", name))
        found = found.followed_by(here)
    _join(found, level, known, complain)
    _count(found, level, known, complain)
    return found


def _users(config: PoolConfig, document: Document, *, declared: bool) -> Changes:
    found = Changes(declared=declared)
    for entry in document.users:
        names, groups, profile = entry
        if isinstance(names, str):
            found.users[names] = record(config, names, profile)
            found.joined[names] = groups
        else:
            found.users.update(zip(names.names, records(config, names, profile), strict=True))
            found.joined.update(zip(names.names, repeat(groups)))
    return found


def _given_twice(placed: Placed, kind: str, name: str) -> Misfit:
    message = f"{kind[:-1]} {shortened(name)} is given differently by another seed of the same level"
    return Misfit(placed, (kind, name), message, "keep one of the two, or give them alike")


def _join(found: Changes, level: Iterable[Placed], known: Collection[str], complain: Complain) -> None:
    """See to the groups of the memberships: make those that there are not, or complain where groups are declared."""
    good: set[tuple[str, ...]] = set()
    hints: dict[str, str] = {}
    for placed in level:
        for entry in placed.document.users:
            if entry.groups in good:
                continue
            unknown = [name for name in entry.groups if name not in found.groups and name not in known]
            if not unknown:
                good.add(entry.groups)
            elif not found.declared:
                found.groups.update((name, GroupRecord(name)) for name in unknown)
            else:
                for name in unknown:
                    if name not in hints:
                        groups = (*known, *found.groups)
                        hints[name] = did_you_mean(name, groups) if len(hints) < _SUGGESTED else ""
                    path = ("users", entry.one, "groups", name)
                    complain(
                        Misfit(
                            placed,
                            path,
                            f"there is no group {shortened(name)}{hints[name]}",
                            "declare it under groups:",
                        )
                    )


def _count(found: Changes, level: Iterable[Placed], known: Collection[str], complain: Complain) -> None:
    """Complain of the first group beyond what a pool may have (WIRE-8)."""
    new = [name for name in found.groups if name not in known]
    room = GROUPS_PER_POOL - len(known)
    if len(new) <= room:
        return
    name = new[max(room, 0)]
    placed, path = next((placed, path) for placed in level for path in _mentions(placed.document, name))
    message = f"with group {shortened(name)}, the pool has more than {GROUPS_PER_POOL:,}"
    complain(Misfit(placed, path, message, f"a user pool has at most {GROUPS_PER_POOL:,} groups"))


def _mentions(document: Document, group: str) -> list[Path]:
    """Where the document speaks of the group."""
    if group in (document.groups or ()):
        return [("groups", group)]
    return [("users", entry.one, "groups", group) for entry in document.users if group in entry.groups]
