"""The pools of a seed: filled once, then shared by all tests that have it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from pytest_cognito_groups.service.pools import GroupRecord, Pool, PoolConfig, UserRecord


@final
@dataclass(frozen=True, slots=True)
class Seed:
    """What the seeds of a test come to. Shared between tests: the pools are not to be changed, each test forks them.

    `now` is an aware datetime in UTC. The pools are in the order of their first mention, the outer faults come first.
    """

    pools: tuple[Pool, ...] = ()
    now: datetime.datetime | None = None
    faults: tuple[FaultPlan, ...] = ()


def assemble(levels: Levels, outer: Seed | None, complain: Complain) -> Seed:
    """The merged levels. `outer` is what all levels but the last come to, where that is known."""
    found = by_pool(levels, complain)
    ready = {pool.config.id: pool for pool in outer.pools} if outer else {}
    pools = []
    for name, documents in found.items():
        created = config(name, documents, complain)
        shared = ready.get(name)
        pool = _grown(shared, documents[-1], complain) if shared and shared.config == created else None
        pools.append(pool or _filled(created, documents, complain))
    every = [[placed for documents in found.values() for placed in documents[level]] for level in range(len(levels))]
    now = said(every, "now", lambda document: document.now, complain)
    return Seed(tuple(pools), now, tuple(plan for name, documents in found.items() for plan in faults(name, documents)))


def _grown(pool: Pool, level: Sequence[Placed], complain: Complain) -> Pool | None:
    """The pool with what the level adds to it; `None` when it replaces users, who have to keep their place."""
    if not level:
        return pool
    misfits: list[Misfit] = []
    added = changes(pool.config, level, pool.groups, misfits.append, declared=pool.declared)
    if not pool.users.keys().isdisjoint(added.users):
        return None
    check_names(pool.config, added.users, [level], pool.names.key, misfits.append)
    for misfit in misfits:
        complain(misfit)
    if misfits:
        return pool
    grown = pool.fork(_never)
    apply(grown, added)
    return grown


def apply(pool: Pool, added: Changes) -> None:
    """Make the changes in a pool; memberships of users that are there already must have been seen to."""
    for group in added.groups.values():
        pool.put_group(group)
    for user in added.users.values():
        pool.put_user(user)
        for name in added.joined[user.username]:
            pool.join(user.username, name)
    pool.declared = added.declared


def _filled(created: PoolConfig, levels: Sequence[Sequence[Placed]], complain: Complain) -> Pool:
    groups: dict[str, GroupRecord] = {}
    users: dict[str, UserRecord] = {}
    joined: dict[str, tuple[str, ...]] = {}
    declared = False
    for level in levels:
        added = changes(created, level, groups, complain, declared=declared)
        groups |= added.groups
        users |= added.users
        joined |= added.joined
        declared = added.declared
    check_names(created, users, levels, _nobody, complain)
    pool = Pool(created, _never)
    pool.declared = declared
    if all(name in groups for joins in set(joined.values()) for name in joins):
        pool.fill(groups.values(), ((user, joined[name]) for name, user in users.items()))
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
        for name in ((entry.names,) if isinstance(entry.names, str) else entry.names.names())
    }


def _misfit(clash: Clash, placed: Placed, created: PoolConfig) -> Misfit:
    user, kind, value, other = clash
    path: Path = ("users", user.username)
    if kind == "username":
        message = f"user {value!r} differs from user {other!r} by case alone"
        return Misfit(placed, path, message, f"in pool {created.id}, with case_sensitive: false, they are one")
    path += ("sub",) if kind == "sub" else ("attributes", kind)
    message = f"the {kind} {value!r} of user {user.username!r} is user {other!r}'s already"
    return Misfit(placed, path, message, "two users of a pool cannot share it: requests find users by it")
