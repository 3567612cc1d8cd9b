"""What the `assert_…` methods judge: the calls expected against the calls made. Each gives the text to fail with, or
`None` when the assertion holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from pytest_cognito_groups.calls import messages
from pytest_cognito_groups.calls.record import Call, matches
from pytest_cognito_groups.service.model import Model
from pytest_cognito_groups.text import did_you_mean

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it

Params: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Made:
    """The calls that were made, whether their paging was ragged, and why some may be missing, one per line."""

    calls: Sequence[Call]
    ragged: bool
    missing: Sequence[str]

    def explained(self, text: str) -> str:
        return "\n".join([text, *self.missing])


def wire_name(model: Model, answered: Collection[str], operation: str | None, params: Params) -> str | None:
    """The wire name of the operation; `ValueError` for an operation or a parameter that no call can have."""
    name = None if operation is None else model.answered(operation, answered)
    methods = {each: model.methods[each] for each in answered}
    known = list(dict.fromkeys(param for each in ([name] if name else methods) for param in model.parameters(each)))
    for param in params:
        if param not in known:
            has = f"{methods[name]} has no" if name else "no operation has a"
            other = next(
                (f"; {method} has it" for each, method in methods.items() if param in model.parameters(each)), ""
            )
            hint = did_you_mean(param, known) or other
            raise ValueError(f"{has} parameter {param!r}; use one of: {', '.join(known)}{hint}")
    return name


def called(name: str | None, params: Params, times: int | None, made: Made) -> str | None:
    found = sum(matches(call, name, params) for call in made.calls)
    if times is None:
        return None if found else made.explained(messages.not_called(name, params, made.calls))
    if found == times:
        return None
    return made.explained(messages.not_so_often(name, params, found, times, made.calls, ragged=made.ragged))


def called_once_with(name: str | None, params: Params, made: Made) -> str | None:
    same = [call for call in made.calls if call.operation == name]
    if len(same) != 1:
        return made.explained(messages.not_once(name, params, made.calls, ragged=made.ragged))
    if len(same[0].params) == len(params) and matches(same[0], name, params):
        return None
    return messages.called_otherwise(name, params, same[0])


def not_called(name: str | None, params: Params, made: Made) -> str | None:
    found = any(matches(call, name, params) for call in made.calls)
    return messages.called(name, params, made.calls) if found else None


def called_in_order(expected: Sequence[tuple[str | None, Params]], made: Made) -> str | None:
    rest = iter(made.calls)
    for number, (name, params) in enumerate(expected):
        if not any(matches(call, name, params) for call in rest):
            return made.explained(messages.not_in_order(expected, number, made.calls))
    return None
