"""Reading seeds: each text is decoded once, each combination of texts merged once, in the life of the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from threading import RLock
from typing import Final, Generic, TypeAlias, TypeVar, final

from pytest_cognito_groups.seed.documents import CheckFault, Decoded, FaultPlan
from pytest_cognito_groups.seed.errors import Finding, SeedError
from pytest_cognito_groups.seed.grammar import decode
from pytest_cognito_groups.seed.locate import Finder, Path, problems
from pytest_cognito_groups.seed.merge import Misfit, Placed, Seed, assemble, changes, checked_names, faults
from pytest_cognito_groups.seed.nodes import collector_paused
from pytest_cognito_groups.seed.source import Source
from pytest_cognito_groups.service.constraints import Model
from pytest_cognito_groups.service.errors import beginning
from pytest_cognito_groups.service.pools import Pool

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it

Levels: TypeAlias = tuple[tuple[Source, ...], ...]

ROOM: Final = 256_000_000
"""About how many bytes of memory what was read may keep."""

_USER: Final = 500  # bytes that a user takes in a pool
_LEAST: Final = 2_000

K = TypeVar("K")
V = TypeVar("V")


@final
class Kept(Generic[K, V]):
    """Values by key; when they grow too big, those that nobody asked for the longest go."""

    def __init__(self, room: int, size: Callable[[K, V], int]) -> None:
        self._room, self._size = room, size
        self._used = 0
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def keep(self, key: K, value: V) -> V:
        self._values[key] = value
        self._used += self._size(key, value)
        while self._used > self._room and len(self._values) > 1:
            old_key, old = self._values.popitem(last=False)
            self._used -= self._size(old_key, old)
        return value


@final
class Reader:
    """Reads seeds by the rules of one service model."""

    def __init__(self, model: Model, check_fault: CheckFault | None, *, room: int = ROOM) -> None:
        self._model, self._check_fault = model, check_fault
        self._lock = RLock()
        self._decoded: Kept[str, Decoded] = Kept(room, lambda text, _: 3 * len(text) + _LEAST)
        self._seeds: Kept[Levels, Seed] = Kept(room, _size)

    def read(self, levels: Levels) -> Seed:
        """What the levels come to. Raises `SeedError` with all that is wrong in any of them."""
        with self._lock:
            return self._seeds.get(levels) or self._read(levels)

    def _read(self, levels: Levels) -> Seed:
        with collector_paused():
            outer = self._outer(levels)
            decoded = [[(source, self.decoded(source)) for source in level] for level in levels]
            misfits: list[Misfit] = []
            whole = all(one.whole for level in decoded for _, one in level)
            assembled = assemble(decoded, outer, misfits.append) if whole else None
            findings = [(source, list(one.findings)) for level in decoded for source, one in level]
            complain(levels, findings, misfits)
            return self._seeds.keep(levels, assembled.seed() if assembled else Seed())

    def _outer(self, levels: Levels) -> Seed | None:
        """What all but the last level come to; where that is wrong by itself, the whole is looked at afresh."""
        if len(levels) < 2:
            return None
        try:
            return self.read(levels[:-1])
        except SeedError:
            return None

    def decoded(self, source: Source) -> Decoded:
        """What the source says, and what is wrong with it."""
        yaml = source.yaml
        with self._lock:
            return self._decoded.get(yaml) or self._decoded.keep(yaml, decode(yaml, self._model, self._check_fault))


def _size(levels: Levels, seed: Seed) -> int:
    texts = sum(len(source.text) for level in levels for source in level)
    return _LEAST + texts + sum(_USER * len(pool.users) for pool in seed.pools)


def complain(levels: Levels, findings: list[tuple[Source, list[Finding]]], misfits: list[Misfit]) -> None:
    """Raise a `SeedError` with the findings and misfits, each at its place; nothing happens when there are none."""
    starts = [sum(map(len, levels[:level])) for level in range(len(levels))]
    finders: dict[int, Finder] = {}
    alike: dict[tuple[int, int, Path], list[Misfit]] = {}
    for misfit in misfits:
        place = starts[misfit.placed.level] + misfit.placed.number
        if place not in finders:
            finders[place] = Finder(findings[place][0].yaml)
        index = finders[place].index(misfit.placed.document.number, misfit.path)
        unknown_group = misfit.path[2:3] == ("groups",)
        alike.setdefault((place, index, () if unknown_group else (*misfit.path, misfit.message)), []).append(misfit)
    for (place, index, _), (first, *rest) in alike.items():  # all the groups that a range names stand in one place
        others = {misfit.message for misfit in rest} - {first.message}
        more = f", nor {len(others):,} more of the range" if others else ""
        findings[place][1].append(Finding(index, first.message + more, first.hint))
    every = [problem for source, found in findings for problem in problems(source, dict.fromkeys(found))]
    if every:
        raise SeedError(every)


@lru_cache(maxsize=4)
def reader(model: Model, check_fault: CheckFault | None) -> Reader:
    """The reader that keeps what was read by these rules."""
    return Reader(model, check_fault)


def read(levels: Sequence[Sequence[Source]], model: Model, *, check_fault: CheckFault | None = None) -> Seed:
    """The pools that the sources come to. Levels go from the outside in, the sources of one level are of equal rank.

    The result is kept and shared; its pools are for forking. `check_fault` tells what is wrong with a fault beyond its
    form.
    Raises `SeedError` with all that is wrong in all sources.
    """
    return reader(model, check_fault).read(tuple(tuple(level) for level in levels if level))


def place(plan: FaultPlan, levels: Sequence[Sequence[Source]]) -> str:
    """Where the fault of the seed that these levels come to is written: `file:line:column`."""
    source = [level for level in levels if level][plan.level][plan.source]
    found = problems(source, [Finding(plan.index, "")])[0]
    return f"{found.source}:{found.line}:{found.column}"


def extend(
    pool: Pool, source: Source, model: Model, *, check_fault: CheckFault | None = None
) -> tuple[Pool, tuple[FaultPlan, ...]]:
    """The pool with what the source says, as an inner seed is put onto an outer one; and the source's faults.

    A user who is replaced keeps the memberships that the source names, too; the others end, new ones come last. Raises
    `SeedError`, also for another pool, a `now:`, other options, more documents.
    """
    with collector_paused():
        decoded = reader(model, check_fault).decoded(source)
        misfits: list[Misfit] = []
        level = [Placed(document, source, 0, 0) for document in decoded.documents]
        _refuse(pool, level, misfits)
        added = changes(pool.config, level, pool.groups, misfits.append, declared=pool.declared)
        names = checked_names(pool.names, added, [level], misfits.append)
        complain(((source,),), [(source, list(decoded.findings))], misfits if decoded.whole else [])
        after = pool.extended(names, added.groups, added.joined, declared=added.declared)
        return after, tuple(faults(pool.config.id, [level]))


def _refuse(pool: Pool, level: list[Placed], misfits: list[Misfit]) -> None:
    """Note what a seed cannot say of a pool that is there already."""
    hint = "load the others into pools of their own"
    misfits += [Misfit(placed, (), "a pool is loaded from one document", hint) for placed in level[1:]]
    for placed in level[:1]:
        document = placed.document
        if document.pool is not None and document.pool != pool.config.id:
            name = beginning(document.pool)
            way_out = f'leave pool: out; for another pool, add_pool("{name}").load(…)'
            misfits.append(Misfit(placed, ("pool",), f"this is pool {pool.config.id}", way_out))
        if document.now is not None:
            misfits.append(
                Misfit(placed, ("now",), "the clock is set when the test begins", "give now: in the mark's seed")
            )
        given = {key: getattr(document, key) for key in ("alias_attributes", "username_attributes", "case_sensitive")}
        for key, value in given.items():
            if value is not None and value != getattr(pool.config, key):
                message = f"{key} of pool {pool.config.id} cannot be changed: a pool is created with it"
                misfits.append(Misfit(placed, (key,), message, "give it in the mark's seed"))
