"""The options of a fake: their names, defaults, and what each of them takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final, Literal, TypeAlias, TypedDict

from pytest_cognito_groups.service.errors import did_you_mean

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it

Paging: TypeAlias = Literal["full", "ragged"]


class OptionValues(TypedDict, total=False):
    """The options as keywords of a mark or of `CognitoGroups.from_yaml`."""

    default_limit: int
    page_size: int | None
    paging: Paging
    assert_all_pages_read: bool
    assert_all_faults_raised: bool
    allow_operations: str | Sequence[str] | None
    max_repeats: int


@dataclass(frozen=True, slots=True)
class Options:
    """What a fake does where the documentation leaves a choice, and which checks it makes at the end."""

    default_limit: int = 25
    page_size: int | None = None
    paging: Paging = "full"
    assert_all_pages_read: bool = True
    assert_all_faults_raised: bool = True
    allow_operations: tuple[str, ...] = ()
    max_repeats: int = 1000


def _whole(name: str, value: object, least: int, most: int | None) -> int:
    span = f"from {least} to {most}" if most is not None else f"from {least} up"
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number {span}, not {value!r}")
    if value < least or (most is not None and value > most):
        raise ValueError(f"{name} must be {span}, not {value!r}")
    return value


def _truth(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {value!r}")
    return value


def _paging(name: str, value: object) -> Paging:
    if value not in ("full", "ragged"):
        both = "; both is for the command line: --cognito-groups-paging=both" if value == "both" else ""
        raise ValueError(f'{name} must be "full" or "ragged", not {value!r}{both}')
    return value


def _names(name: str, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Iterable) or not all(isinstance(item, str) for item in value):
        raise TypeError(f'{name} must be names of operations, or "*", not {value!r}')
    return tuple(value)


_CHECKS: Final[Mapping[str, Callable[[str, object], object]]] = {
    "default_limit": lambda name, value: _whole(name, value, 1, 60),
    "page_size": lambda name, value: None if value is None else _whole(name, value, 1, None),
    "paging": _paging,
    "assert_all_pages_read": _truth,
    "assert_all_faults_raised": _truth,
    "allow_operations": _names,
    "max_repeats": lambda name, value: _whole(name, value, 1, None),
}
TAKES: Final[Mapping[str, str]] = {
    "file": "a path",
    "default_limit": "a whole number from 1 to 60",
    "page_size": "a whole number from 1 up",
    "paging": '"full" or "ragged"',
    "assert_all_pages_read": "true or false",
    "assert_all_faults_raised": "true or false",
    "allow_operations": 'names of operations, or "*"',
    "max_repeats": "a whole number from 1 up",
}
"""What each setting in pytest's configuration may be."""

NAMES: Final = tuple(field.name for field in fields(Options))


def check(name: str, value: object, *, also: Sequence[str] = ()) -> object:
    """The value as the option holds it; `TypeError` or `ValueError` that names the option otherwise.

    `also`: what else may be given in this place.
    """
    if name not in _CHECKS:
        known = (*also, *NAMES)
        raise TypeError(f"unknown option {name!r}; the options are: {', '.join(known)}{did_you_mean(name, known)}")
    return _CHECKS[name](name, value)


def options(values: Mapping[str, object]) -> Options:
    """The options with these values, the rest at their defaults."""
    return Options(**{name: check(name, value) for name, value in values.items()})  # type: ignore[arg-type]  # checked by name


def configured(name: str, value: object) -> object:
    """The value of an option from pytest's configuration, where the oldest pytest leaves numbers as text."""
    return check(name, int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value)
