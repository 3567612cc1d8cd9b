"""Loading a seed into a pool that tests are using already."""

from __future__ import annotations

from typing import Final

from pytest_cognito_groups.seed.assemble import checked_names
from pytest_cognito_groups.seed.document import collector_paused
from pytest_cognito_groups.seed.documents import CheckFault, FaultPlan
from pytest_cognito_groups.seed.merge import Misfit, Placed, changes, faults
from pytest_cognito_groups.seed.reading import complain, reader
from pytest_cognito_groups.seed.source import Source
from pytest_cognito_groups.service.constraints import Model
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.text import beginning

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it


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
