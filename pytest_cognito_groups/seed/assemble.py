"""The pools of a seed: filled once, then shared by all tests that have it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import final

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
from pytest_cognito_groups.service.names import Clash, Names, clashes
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import PoolConfig
from pytest_cognito_groups.text import shortened


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
