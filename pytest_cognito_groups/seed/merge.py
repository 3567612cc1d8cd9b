"""Merging documents into pools: what is further in replaces what bears its name further out, and keeps its place."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import repeat
from typing import Any, Final, NamedTuple, TypeVar, final

from pytest_cognito_groups.seed.documents import Decoded, Document, FaultPlan, Profile, UserEntry
from pytest_cognito_groups.seed.locate import Path
from pytest_cognito_groups.seed.ranges import Range
from pytest_cognito_groups.seed.source import Source
from pytest_cognito_groups.service.errors import beginning, did_you_mean, shortened
from pytest_cognito_groups.service.names import Clash, Names, clashes, signed_in
from pytest_cognito_groups.service.pools import GROUPS_PER_POOL, Pool
from pytest_cognito_groups.service.records import DEFAULT_POOL, EXTERNAL, GroupRecord, PoolConfig, UserRecord


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


@final
@dataclass(frozen=True, slots=True)
class Seed:
    """What the seeds of a test come to, shared between tests.

    `now` is an aware datetime in UTC. The pools are in the order of their first mention, the outer faults come first.
    """

    pools: tuple[Pool, ...] = ()
    now: datetime.datetime | None = None
    faults: tuple[FaultPlan, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Assembled:
    """A seed whose pools are still to be made: that takes time, and is not worth it when anything is wrong."""

    pools: tuple[Callable[[], Pool], ...]
    now: datetime.datetime | None
    faults: tuple[FaultPlan, ...]

    def seed(self) -> Seed:
        return Seed(tuple(make() for make in self.pools), self.now, self.faults)


def assemble(levels: Levels, outer: Seed | None, complain: Complain) -> Assembled:
    """Merge the levels. `outer` is what all levels but the last come to, where that is known."""
    found = by_pool(levels, complain)
    ready = {pool.config.id: pool for pool in outer.pools} if outer else {}
    pools = []
    for name, documents in found.items():
        created = config(name, documents, complain)
        shared = ready.get(name)
        make = _grown(shared, documents[-1], complain) if shared and shared.config == created else None
        pools.append(make or _filled(created, documents, complain))
    every = [[placed for documents in found.values() for placed in documents[level]] for level in range(len(levels))]
    now = said(every, "now", lambda document: document.now, complain)
    plans = tuple(plan for name, documents in found.items() for plan in faults(name, documents))
    return Assembled(tuple(pools), now, plans)


def _grown(pool: Pool, level: Sequence[Placed], complain: Complain) -> Callable[[], Pool] | None:
    """The pool with what the level adds to it; `None` when it replaces users, who have to keep their place."""
    misfits: list[Misfit] = []
    added = changes(pool.config, level, pool.groups, misfits.append, declared=pool.declared)
    if not pool.users.keys().isdisjoint(added.users):
        return None
    names = checked_names(pool.names, added, [level], misfits.append)
    for misfit in misfits:
        complain(misfit)
    return partial(pool.extended, names, added.groups, added.joined, declared=added.declared)


def _filled(created: PoolConfig, levels: Sequence[Sequence[Placed]], complain: Complain) -> Callable[[], Pool]:
    """The pool with what all levels say."""
    merged = Changes()
    for level in levels:
        added = changes(created, level, merged.groups, complain, declared=merged.declared)
        merged = merged.followed_by(added)
    names = checked_names(Names(created, {}), merged, levels, complain)
    return partial(Pool.filled, names, merged.groups.values(), merged.joined, declared=merged.declared)


def checked_names(before: Names, added: Changes, levels: Sequence[Sequence[Placed]], complain: Complain) -> Names:
    """The names with those of the users whom the levels add. Complains of users who share one."""
    after = before.with_users(added.users) if added.users else before
    entries: dict[str, tuple[Placed, UserEntry]] = {}
    told: set[tuple[int, str]] = set()
    for clash in clashes(before, after, added.users):
        entries = entries or _entries(levels)
        placed, entry = entries[clash.user.username]
        if (id(entry), clash.kind) not in told:  # one line of a range is wrong once
            told.add((id(entry), clash.kind))
            complain(_misfit(clash, placed, before.config))
    return after


def _entries(levels: Sequence[Sequence[Placed]]) -> dict[str, tuple[Placed, UserEntry]]:
    """What stands for each user in the end: the innermost entry."""
    return {
        name: (placed, entry)
        for level in levels
        for placed in level
        for entry in placed.document.users
        for name in ((entry.names,) if isinstance(entry.names, str) else entry.names.names)
    }


def _misfit(clash: Clash, placed: Placed, created: PoolConfig) -> Misfit:
    path: Path = ("users", clash.user.username)
    if clash.kind == clash.other_kind == "username":
        message = f"user {shortened(clash.name)} differs from user {shortened(clash.other)} by case alone"
        return Misfit(placed, path, message, f"in pool {created.id}, with case_sensitive: false, they are one")
    if clash.kind != "username":
        path += ("sub",) if clash.kind == "sub" else ("attributes", clash.kind)
    whose = "that" if clash.kind == clash.other_kind else f"the {clash.other_kind}"
    user, other = shortened(clash.user.username), shortened(clash.other)
    message = f"the {clash.kind} {shortened(clash.name)} of user {user} is {whose} of user {other} already"
    if clash.kind == clash.other_kind == "sub":
        return Misfit(placed, path, message, "every user of a pool has a sub of their own")
    return Misfit(placed, path, message, "two users of a pool cannot share it: requests find users by it")
