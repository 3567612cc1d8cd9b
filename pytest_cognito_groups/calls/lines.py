"""Calls, places and lists as messages show them, each in a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Final, TypeAlias

from pytest_cognito_groups.calls.record import Call
from pytest_cognito_groups.service.model import method_name
from pytest_cognito_groups.service.operations import OPERATIONS
from pytest_cognito_groups.text import shown

MOST: Final = 20
FIRST: Final = 15
"""How much of a list is shown unless all is asked for, and how much of that is its beginning."""

Place: TypeAlias = tuple[str, int] | None


def where(place: Place) -> str:
    """`file:line`, relative to the working directory where the file lies below it."""
    if place is None:
        return "unknown place (called from another thread or task)"
    file, line = place
    return f"{shown(file)}:{line}"


def signature(method: str, params: Mapping[str, object]) -> str:
    """`method(Name=value, …)`, tokens and other long values cut."""
    return f"{method}({parameters(params)})"


def parameters(params: Mapping[str, object]) -> str:
    """`Name=value, …`"""
    return ", ".join(f"{parameter_name(name)}={_short(name, value)}" for name, value in params.items())


def parameter_name(name: str) -> str:
    """A parameter's name; a request that botocore did not check may hold any."""
    return name if name.isidentifier() else repr(name)


def _short(name: str, value: object) -> str:
    text = repr(value)
    most = 16 if name.endswith("Token") else 60
    return text if len(text) <= most else f"{text[: most // 2]}…{text[-4:]}"


def listed(things: Sequence[str], margin: str = "  ") -> list[str]:
    """The things, indented; cut in the middle when there are more than `MOST`."""
    if len(things) > MOST:
        things = [*things[:FIRST], f"… {len(things) - MOST:,} more …", *things[FIRST - MOST :]]
    return [f"{margin}{thing}" for thing in things]


def returned(operation: str, number: int) -> str:
    """How much a call returned: "3 groups"; "done" where it has nothing to return."""
    row = OPERATIONS.get(operation)
    return row.counted(number) if row is not None and row.items else "done"


def call_line(call: Call) -> str:
    """One line for a call: method, parameters, outcome, page, attempts."""
    outcome = returned(call.operation, len(call.items)) if call.error is None else call.error
    notes = [
        *([f"page {call.page}"] if call.page > 1 else []),
        *(["more to come"] if call.next_token is not None else []),
        *([f"{call.attempts} attempts"] if call.attempts > 1 else []),
    ]
    rest = f" ({', '.join(notes)})" if notes else ""
    return f"{signature(call.method, call.params)} -> {outcome}{rest}"


def call_lines(calls: Sequence[Call], *, everything: bool = False) -> list[str]:
    """The calls in their order; the same line several times in a row is shown once, with its numbers."""
    if not calls:
        return ["No calls were made."]
    runs = _runs(calls)
    first = list(runs if everything else islice(runs, FIRST))
    rest = calls[sum(map(len, first)) :]
    last = [run[::-1] for run in islice(_runs(rest[::-1]), MOST - FIRST)][::-1]
    between = len(rest) - sum(map(len, last))
    return [
        *_run_lines(first, 1),
        *([f"  … {between:,} more (all with -v) …"] if between else []),
        *_run_lines(last, len(calls) - len(rest) + between + 1),
    ]


def _runs(calls: Iterable[Call]) -> Iterator[list[Call]]:
    return (list(alike) for _, alike in groupby(calls, key=_alike))


def _alike(call: Call) -> tuple[object, ...]:
    """What the line of a call depends on: there may be 100,000 calls, of which few are shown."""
    more = call.next_token is not None
    return call.operation, call.params, len(call.items), call.error, call.page, more, call.attempts


def _run_lines(runs: Iterable[list[Call]], number: int) -> Iterator[str]:
    """A line for each run; `number` is that of the first call."""
    for run in runs:
        numbers = f"{number:,}" if len(run) == 1 else f"{number:,}-{number + len(run) - 1:,}"
        yield f"  {numbers}. {call_line(run[0])}"
        number += len(run)


def asked(operation: str | None, params: Mapping[str, object]) -> str:
    return f"any operation{with_parameters(params)}" if operation is None else signature(method_name(operation), params)


def with_parameters(params: Mapping[str, object]) -> str:
    return f" with {parameters(params)}" if params else ""
