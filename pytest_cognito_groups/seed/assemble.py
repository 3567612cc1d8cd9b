"""The pools of a seed: filled once, then shared by all tests that have it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import final

from pytest_cognito_groups.seed.aliases import Clash, clashes
from pytest_cognito_groups.seed.documents import FaultPlan, UserEntry
from pytest_cognito_groups.seed.find import Path
from pytest_cognito_groups.seed.merge import (
    Changes,
    Complain,
    Levels,
    Misfit,
    Placed,
    by_pool,
    changes,
    config,
    faults,
    said,
)
from pytest_cognito_groups.service.errors import shortened
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import PoolConfig, UserRecord


@final
@dataclass(frozen=True, slots=True)
class Seed:
    """What the seeds of a test come to. Shared between tests: the pools are not to be changed, each test forks them.

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
    check_names(pool.config, added.users, [level], pool.names.key, misfits.append)
    for misfit in misfits:
        complain(misfit)
    return partial(_grow, pool, added) if level else lambda: pool


def _grow(pool: Pool, added: Changes) -> Pool:
    grown = pool.fork(_never)
    for group in added.groups.values():
        grown.put_group(group)
    for user in added.users.values():
        grown.put_user(user)
        for name in added.joined[user.username]:
            grown.join(user.username, name)
    grown.declared = added.declared
    return grown


def _filled(created: PoolConfig, levels: Sequence[Sequence[Placed]], complain: Complain) -> Callable[[], Pool]:
    """The pool with what all levels say."""
    merged = Changes()
    for level in levels:
        added = changes(created, level, merged.groups, complain, declared=merged.declared)
        merged = merged.followed_by(added)
    check_names(created, merged.users, levels, _nobody, complain)
    return partial(_fill, created, merged)


def _fill(created: PoolConfig, merged: Changes) -> Pool:
    pool = Pool(created, _never)
    pool.declared = merged.declared
    pool.fill(merged.groups.values(), merged.users, merged.joined)
    return pool


def _nobody(_: str) -> None:
    """Whose name this is among the users of an empty pool."""


def _never() -> int:
    """The clock of a pool that is only ever forked: nobody asks it for a date."""
    return 0


def check_names(
    created: PoolConfig,
    users: Mapping[str, UserRecord],
    levels: Sequence[Sequence[Placed]],
    taken: Callable[[str], str | None],
    complain: Complain,
) -> None:
    """Complain of users of the levels who share a name with one another, or with the user whose key `taken` gives."""
    entries: dict[str, tuple[Placed, UserEntry]] = {}
    told: set[tuple[int, str]] = set()
    for clash in clashes(created, users.values(), taken):
        entries = entries or _entries(levels)
        placed, entry = entries[clash.user.username]
        if (id(entry), clash.kind) not in told:  # one line of a range is wrong once
            told.add((id(entry), clash.kind))
            complain(_misfit(clash, placed, created))


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
    user, kind, value, other = clash
    path: Path = ("users", user.username)
    if kind == "username":
        message = f"user {shortened(value)} differs from user {shortened(other)} by case alone"
        return Misfit(placed, path, message, f"in pool {created.id}, with case_sensitive: false, they are one")
    path += ("sub",) if kind == "sub" else ("attributes", kind)
    message = (
        f"the {kind} {shortened(value)} of user {shortened(user.username)} is that of user {shortened(other)} already"
    )
    return Misfit(placed, path, message, "two users of a pool cannot share it: requests find users by it")
