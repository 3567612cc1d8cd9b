"""Reading seeds: each text is decoded once, each combination of texts merged once, in the life of the process."""

from __future__ import annotations

import datetime
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias, final

from pytest_cognito_groups.seed.documents import Decoded
from pytest_cognito_groups.seed.errors import SeedError
from pytest_cognito_groups.seed.grammar import decode
from pytest_cognito_groups.seed.locate import raise_errors
from pytest_cognito_groups.seed.merge import MergeError, merge, merge_into
from pytest_cognito_groups.seed.source import Source
from pytest_cognito_groups.service.faults import Fault
from pytest_cognito_groups.service.model import Model
from pytest_cognito_groups.service.pools import Pool

__tracebackhide__: Final = True  # a test's mistake is shown where the test makes it

KEPT: Final = 32
"""How many texts, and how many combinations of them, are kept. One with 100,000 users takes 55 MB, each seed on top of
it 4 to 7 MB.
"""

Levels: TypeAlias = tuple[tuple[Source, ...], ...]


@final
@dataclass(frozen=True, slots=True)
class Seed:
    """The result of the seeds of a test, shared between tests.

    `now` is an aware datetime in UTC. The pools are in the order of their first mention, the outer faults come first.
    """

    pools: tuple[Pool, ...] = ()
    now: datetime.datetime | None = None
    faults: tuple[Fault, ...] = ()


def read(levels: Sequence[Sequence[Source]], model: Model) -> Seed:
    """The pools that the sources describe. Levels go from the outside in; the sources of one level have equal rank.

    The result is kept and shared.
    Raises `SeedError` with all that is wrong in all sources.
    """
    with collector_paused():
        return _read(tuple(tuple(level) for level in levels if level), model)


def extend(pool: Pool, source: Source, model: Model) -> tuple[Pool, tuple[Fault, ...]]:
    """The pool with what the source says, as an inner seed is merged into an outer one; and the source's faults.

    A replaced user keeps the memberships that the source names, too; the others end, new ones come last. Raises
    `SeedError`, also for another pool, a `now:`, other settings, more documents.
    """
    with collector_paused():
        decoded = _decoded(source.yaml, model)
        errors: list[MergeError] = []
        merged, faults = merge_into(pool, decoded, errors.append)
        raise_errors([source], [decoded], errors)
        return merged.made(), faults


@lru_cache(KEPT)
def _read(levels: Levels, model: Model) -> Seed:
    outer = _outer(levels, model)
    decoded = [[_decoded(source.yaml, model) for source in level] for level in levels]
    every = [one for level in decoded for one in level]
    errors: list[MergeError] = []
    readable = all(one.readable for one in every)  # else the others seem to lack what the unreadable one says
    merged = merge(decoded if readable else (), {pool.config.id: pool for pool in outer.pools}, errors.append)
    raise_errors([source for level in levels for source in level], every, errors)
    return Seed(tuple(pool.made() for pool in merged.pools), merged.now, merged.faults)


def _outer(levels: Levels, model: Model) -> Seed:
    """The result of all but the last level; empty if they have errors, which are then found again with the whole."""
    try:
        return _read(levels[:-1], model) if len(levels) > 1 else Seed()
    except SeedError:
        return Seed()


@lru_cache(KEPT)
def _decoded(yaml: str, model: Model) -> Decoded:
    return decode(yaml, model)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pauses the garbage collector: loading 100,000 users takes 1.3 s without it, 3.1 s with it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
