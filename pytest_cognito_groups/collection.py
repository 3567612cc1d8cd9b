"""Tests as pytest collects them: their marks, the fixture's place among the others, and which tests run twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final

import pytest

from pytest_cognito_groups.options import NAME

if TYPE_CHECKING:
    from _pytest.nodes import Node

PAGING_PARAMETER: Final = "cognito_groups_paging"
"""The parameter of a test that runs twice, full and ragged."""


def marks_of(item: pytest.Item) -> Iterator[tuple[list[pytest.Mark], Node]]:
    """The marks that concern the item, a level at a time from the outside in: modules, classes from base to derived,
    the function, its parameter set. What was added to a node while tests were collected is the node's innermost level.
    With each level, the node that it belongs to.
    """
    for node in item.listchain():
        left = [mark for mark in node.own_markers if mark.name == NAME]
        if not left:
            continue
        obj = getattr(node, "obj", None)
        for owner in reversed(obj.__mro__) if isinstance(obj, type) else (obj,):
            written = [mark for mark in _written(owner) if any(mark is other for other in left)]
            left = [mark for mark in left if not any(mark is other for other in written)]
            if written:
                yield written, node
        if left:
            yield left, node


def _written(owner: object) -> list[pytest.Mark]:
    """The marks in the source of a module, a class or a function, without those that a class inherits."""
    found = vars(owner).get("pytestmark", []) if hasattr(owner, "__dict__") else []
    marks = found if isinstance(found, list) else [found]
    return [mark.mark if isinstance(mark, pytest.MarkDecorator) else mark for mark in marks]


def misspelled(item: pytest.Item) -> str | None:
    """The name of a mark that is close to the plugin's and that nobody has registered, if the item has one."""
    for mark in item.iter_markers():
        if mark.name != NAME and _is_like(mark.name):
            registered = (line.partition(":")[0].partition("(")[0].strip() for line in item.config.getini("markers"))
            if mark.name not in registered:
                return mark.name
    return None


@lru_cache
def _is_like(name: str) -> bool:
    from difflib import get_close_matches  # a run without fakes needs none

    return bool(get_close_matches(name, [NAME], 1, 0.75))


def put_first(item: pytest.Item) -> None:
    """Set the fake up before everything else that is set up for the test itself, autouse fixtures and `setup_method`
    included.
    """
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    # A parameter set whose mark sets the paging has no parameter for it.
    names = [
        name
        for name in item.fixturenames  # type: ignore[attr-defined]
        if name != NAME and (name != PAGING_PARAMETER or name in parameters)
    ]
    place = sum(_is_wide(item, name) for name in names)
    # A list of its own: parameter sets share theirs.
    item.fixturenames = [*names[:place], NAME, *names[place:]]  # type: ignore[attr-defined]


def _is_wide(item: pytest.Item, name: str) -> bool:
    """Whether the fixture is one of a class, a module or more; these come first."""
    definitions = item._fixtureinfo.name2fixturedefs.get(name)  # type: ignore[attr-defined]
    return definitions is not None and definitions[-1].scope != "function"


def run_twice(metafunc: pytest.Metafunc) -> None:
    """Run the test full and ragged, but for parameter sets whose marks set the paging."""
    once = list(metafunc._calls)  # the parameter sets so far
    twice = [_runs_twice(metafunc, parameters.marks) for parameters in once] or [_runs_twice(metafunc, ())]
    if not any(twice):
        return
    metafunc.fixturenames.append(PAGING_PARAMETER)
    metafunc.parametrize(PAGING_PARAMETER, ("full", "ragged"))
    if not all(twice):
        pairs = zip(metafunc._calls[::2], metafunc._calls[1::2], strict=True)
        chosen = [pair if both else [own] for both, own, pair in zip(twice, once, pairs, strict=True)]
        metafunc._calls[:] = chain.from_iterable(chosen)


def _runs_twice(metafunc: pytest.Metafunc, own: Iterable[pytest.Mark]) -> bool:
    """Whether the test, with the marks of a parameter set, uses the fixture and doesn't set its paging."""
    innermost = [mark for mark in own if mark.name == NAME]
    if NAME not in metafunc.fixturenames and not innermost:
        return False
    for level in (innermost, *reversed([marks for marks, _ in marks_of(metafunc.definition)])):
        if any("paging" in mark.kwargs for mark in level):
            return False
        if any(mark.kwargs.get("inherit") is False for mark in level):
            break
    return True
