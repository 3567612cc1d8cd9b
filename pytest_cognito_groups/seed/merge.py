"""Merging documents into pools: an inner group or user replaces the outer one of its name, and keeps its place."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, repeat
from typing import Any, Final, NamedTuple, TypeAlias, final

from pytest_cognito_groups.seed.documents import Decoded, Document, Profile, UserEntry
from pytest_cognito_groups.seed.ranges import Range
from pytest_cognito_groups.service.faults import Fault
from pytest_cognito_groups.service.names import Clash, Names, clashes, signed_in
from pytest_cognito_groups.service.pools import GROUPS_PER_POOL, Pool
from pytest_cognito_groups.service.records import DEFAULT_POOL, EXTERNAL, GroupRecord, PoolConfig, UserRecord
from pytest_cognito_groups.text import beginning, did_you_mean, shortened

SETTINGS: Final = ("alias_attributes", "username_attributes", "case_sensitive")
"""What a pool is created with."""

_SUGGESTED: Final = 20
"""How many unknown groups get a suggestion: among 10,000 groups that takes a while."""

KeyPath: TypeAlias = tuple[str, ...]
"""Keys from the document inwards, at the end perhaps an item of a list: `("users", "alice", "groups", "admins")`."""


@final
@dataclass(frozen=True, slots=True)
class Placed:
    """A document, its level, and the number of its source among those of all levels."""

    document: Document
    level: int
    source: int


class MergeError(NamedTuple):
    """Something wrong in a document that only the others show: the path to it, message, hint."""

    placed: Placed
    path: KeyPath
    message: str
    hint: str = ""


AddError: TypeAlias = Callable[[MergeError], None]


@final
@dataclass(slots=True)
class Changes:
    """What is added to a pool or replaced in it: groups, users and the groups that each of them has joined.

    `declared`: a `groups:` key has been seen.
    """

    groups: dict[str, GroupRecord] = field(default_factory=dict)
    users: dict[str, UserRecord] = field(default_factory=dict)
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    declared: bool = False

    def followed_by(self, other: Changes) -> Changes:
        """These changes, then the others. Copies only where both have something: 100,000 users take a while."""
        return Changes(
            self.groups | other.groups if self.groups else other.groups,
            self.users | other.users if self.users else other.users,
            self.joined | other.joined if self.joined else other.joined,
            other.declared,
        )


@final
@dataclass(frozen=True, slots=True)
class MergedPool:
    """A pool still to be made, which takes time: the one that it extends, if any, its names, and what is added."""

    outer: Pool | None
    names: Names
    added: Changes

    def made(self) -> Pool:
        names, added = self.names, self.added
        if self.outer is None:
            return Pool.filled(names, added.groups.values(), added.joined, declared=added.declared)
        return self.outer.extended(names, added.groups, added.joined, declared=added.declared)


@final
@dataclass(frozen=True, slots=True)
class Merged:
    """The result of all levels. `now` is an aware datetime in UTC; the outer faults come first."""

    pools: tuple[MergedPool, ...]
    now: datetime.datetime | None
    faults: tuple[Fault, ...]


def merge(levels: Sequence[Sequence[Decoded]], outer: Mapping[str, Pool], add_error: AddError) -> Merged:
    """Merge the levels, from the outside in. `outer`: the pools of all but the last level by id, if they are known."""
    by_pool = _by_pool(levels, add_error)
    pools = tuple(_pool(name, documents, outer.get(name), add_error) for name, documents in by_pool.items())
    every = [[placed for documents in by_pool.values() for placed in documents[level]] for level in range(len(levels))]
    now = _innermost(every, "now", add_error)
    return Merged(pools, now, tuple(fault for name, documents in by_pool.items() for fault in _faults(name, documents)))


def merge_into(pool: Pool, decoded: Decoded, add_error: AddError) -> tuple[MergedPool, tuple[Fault, ...]]:
    """What the document adds to the pool, as an inner level does to an outer one, and its faults."""
    level = [Placed(document, 0, 0) for document in decoded.documents]
    _check_settings(pool.config, level, add_error)
    return _extended(pool, level, add_error), tuple(_faults(pool.config.id, [level]))


def _by_pool(levels: Sequence[Sequence[Decoded]], add_error: AddError) -> dict[str, list[list[Placed]]]:
    """The documents of each pool, level by level; the pools in the order of first mention."""
    found: dict[str, list[list[Placed]]] = {}
    continued = DEFAULT_POOL
    numbers = count()
    for level, sources in enumerate(levels):
        for decoded, number in zip(sources, numbers, strict=False):
            seen: set[str] = set()
            for document in decoded.documents:
                pool = document.pool or continued
                placed = Placed(document, level, number)
                if pool in seen:
                    message = f"this seed already has a document for pool {beginning(pool)}"
                    hint = "combine the two" if document.pool else "give one of the two its own pool:"
                    add_error(MergeError(placed, ("pool",), message, hint))
                seen.add(pool)
                found.setdefault(pool, [[] for _ in levels])[level].append(placed)
        continued = next(iter(found), continued)
    return found


def _innermost(levels: Iterable[Sequence[Placed]], key: str, add_error: AddError) -> Any:
    """What the innermost document that has the key says; `None` if none has it."""
    found = None
    for level in levels:
        here = None
        for placed in level:
            given = getattr(placed.document, key)
            if given is not None and here is not None and given != here:
                message = f"another seed at the same level sets {key} differently"
                add_error(MergeError(placed, (key,), message, "keep one of the two"))
            here = given if here is None else here
        found = found if here is None else here
    return found


def _faults(pool: str, levels: Iterable[Sequence[Placed]]) -> Iterable[Fault]:
    placed_faults = ((placed, fault) for level in levels for placed in level for fault in placed.document.faults)
    return (replace(fault, pool=pool, level=placed.level) for placed, fault in placed_faults)


def _pool(name: str, levels: Sequence[Sequence[Placed]], outer: Pool | None, add_error: AddError) -> MergedPool:
    given = {key: _innermost(levels, key, add_error) for key in SETTINGS}
    config = PoolConfig(name, **{key: value for key, value in given.items() if value is not None})
    if outer is not None and outer.config == config and not _replaces_users(outer, levels[-1]):
        return _extended(outer, levels[-1], add_error)
    merged = Changes()
    for level in levels:
        added = _changes(config, level, merged.groups, add_error, declared=merged.declared)
        merged = merged.followed_by(added)
    return MergedPool(None, _checked_names(Names(config, {}), merged, levels, add_error), merged)


def _replaces_users(pool: Pool, level: Iterable[Placed]) -> bool:
    """Whether the level replaces users, who have to keep their places."""
    return any(name in pool.users for placed in level for entry in placed.document.users for name in entry.names)


def _extended(pool: Pool, level: Sequence[Placed], add_error: AddError) -> MergedPool:
    added = _changes(pool.config, level, pool.groups, add_error, declared=pool.declared)
    return MergedPool(pool, _checked_names(pool.names, added, [level], add_error), added)


def _check_settings(config: PoolConfig, level: Sequence[Placed], add_error: AddError) -> None:
    """Add errors for what a seed can't say about a pool that already exists."""
    for placed in level[1:]:
        add_error(
            MergeError(placed, (), "a pool is loaded from a single document", "load the others into their own pools")
        )
    for placed in level[:1]:
        document = placed.document
        if document.pool is not None and document.pool != config.id:
            hint = f'remove pool:; for another pool, use add_pool("{beginning(document.pool)}").load(…)'
            add_error(MergeError(placed, ("pool",), f"this is pool {config.id}", hint))
        if document.now is not None:
            message = "the clock is set when the test starts"
            add_error(MergeError(placed, ("now",), message, "put now: in the mark's seed"))
        for key in SETTINGS:
            if getattr(document, key) not in (None, getattr(config, key)):
                message = f"{key} of pool {config.id} can't be changed: it is set when the pool is created"
                add_error(MergeError(placed, (key,), message, "put it in the mark's seed"))


# One level


def _changes(
    config: PoolConfig, level: Sequence[Placed], known: Collection[str], add_error: AddError, *, declared: bool
) -> Changes:
    """What the level changes in a pool that has the `known` groups so far."""
    found = Changes(declared=declared or any(placed.document.groups is not None for placed in level))
    given: dict[str, GroupRecord | None] = {}
    for placed in level:
        for name, group in (placed.document.groups or {}).items():
            given[name] = given.get(name) or group
            if group is not None and given[name] != group:
                add_error(_given_twice(placed, "groups", name))
    # A bare name changes nothing in a known group.
    found.groups.update(
        (name, group or GroupRecord(name)) for name, group in given.items() if group is not None or name not in known
    )
    for placed in level:
        here = _users(config, placed.document, declared=found.declared)
        for name in found.users.keys() & here.users.keys():
            if found.joined[name] != here.joined[name] or _said(found.users[name]) != _said(here.users[name]):
                add_error(_given_twice(placed, "users", name))
        found = found.followed_by(here)
    _join(found, level, known, add_error)
    _count_groups(found, level, known, add_error)
    return found


def _users(config: PoolConfig, document: Document, *, declared: bool) -> Changes:
    found = Changes(declared=declared)
    for name, groups, profile, span in document.users:
        # From `status` on, the fields of a profile are those of a record.
        if span is None:
            template = profile.attributes if not config.username_attributes else _signed_in(config, name, profile)
            found.users[name] = UserRecord(name, profile.sub, template, None, *profile[2:])
            found.joined[name] = groups
        else:
            template, names = _span_template(config, span, profile), span.names
            rendered = any("{n" in value for _, value in template)  # {n} or {name}
            numbers = span.numbers() if rendered else repeat(None)
            rest = map(repeat, profile[2:])
            records = map(UserRecord, names, repeat(profile.sub), repeat(template), numbers, *rest)
            found.users.update(zip(names, records, strict=True))
            found.joined.update(zip(names, repeat(groups), strict=False))
    return found


def _signed_in(config: PoolConfig, name: str, profile: Profile) -> tuple[tuple[str, str], ...]:
    federated = profile.status == EXTERNAL
    return tuple(signed_in(config, name, dict(profile.attributes), federated=federated).items())


def _span_template(config: PoolConfig, span: Range, profile: Profile) -> tuple[tuple[str, str], ...]:
    given = dict(profile.attributes)
    return tuple((key, given.get(key, "{name}")) for key, _ in _signed_in(config, span.prefix, profile))


def _said(user: UserRecord) -> tuple[object, ...]:
    """What the seed says about the user, alone or as one of a range."""
    dates = user.created, user.modified
    return user.sub, user.attributes, user.status, user.enabled, user.mfa_options, *dates


def _given_twice(placed: Placed, kind: str, name: str) -> MergeError:
    message = f"another seed at the same level defines {kind[:-1]} {shortened(name)} differently"
    return MergeError(placed, (kind, name), message, "keep one of the two, or make them alike")


def _join(found: Changes, level: Iterable[Placed], known: Collection[str], add_error: AddError) -> None:
    """Make the unknown groups of memberships or, where groups are declared, add errors for them."""
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
                    message = f"there is no group {shortened(name)}{hints[name]}"
                    path = ("users", entry.name, "groups", name)
                    add_error(MergeError(placed, path, message, "declare it under groups"))


def _count_groups(found: Changes, level: Iterable[Placed], known: Collection[str], add_error: AddError) -> None:
    """Add an error for the first group beyond what a pool may have (WIRE-8)."""
    new = [name for name in found.groups if name not in known]
    room = max(GROUPS_PER_POOL - len(known), 0)
    if len(new) > room:
        name = new[room]
        placed, path = next((placed, path) for placed in level for path in _mentions(placed.document, name))
        message = f"with group {shortened(name)}, the pool has more than {GROUPS_PER_POOL:,}"
        add_error(MergeError(placed, path, message, f"a user pool has at most {GROUPS_PER_POOL:,} groups"))


def _mentions(document: Document, group: str) -> list[KeyPath]:
    """Where the document mentions the group."""
    if group in (document.groups or ()):
        return [("groups", group)]
    return [("users", entry.name, "groups", group) for entry in document.users if group in entry.groups]


# Names


def _checked_names(before: Names, added: Changes, levels: Sequence[Sequence[Placed]], add_error: AddError) -> Names:
    """The names with those of the users whom the levels add. Adds errors for users who share one."""
    after = before.with_users(added.users) if added.users else before
    entries: dict[str, tuple[Placed, UserEntry]] = {}
    reported: set[tuple[int, str]] = set()
    for clash in clashes(before, after, added.users):
        entries = entries or _entries(levels)
        placed, entry = entries[clash.user.username]
        if (id(entry), clash.kind) not in reported:  # one error for a range
            reported.add((id(entry), clash.kind))
            add_error(_clash_error(clash, placed, before.config))
    return after


def _entries(levels: Sequence[Sequence[Placed]]) -> dict[str, tuple[Placed, UserEntry]]:
    """The innermost entry of each user."""
    return {
        name: (placed, entry)
        for level in levels
        for placed in level
        for entry in placed.document.users
        for name in entry.names
    }


def _clash_error(clash: Clash, placed: Placed, config: PoolConfig) -> MergeError:
    path: KeyPath = ("users", clash.user.username)
    hint = "two users of a pool can't share it: requests find users by it"
    if clash.kind != "username":
        path += ("sub",) if clash.kind == "sub" else ("attributes", clash.kind)
    elif clash.other_kind == "username":
        hint = f"in pool {config.id}, with case_sensitive: false, they are the same user"
    if clash.kind == clash.other_kind == "sub":
        hint = "every user of a pool has their own sub"
    return MergeError(placed, path, str(clash), hint)
