"""The options of a fake, one table: name, default, what each takes, its type in pytest's configuration, its help.

The mark's line, the settings, the command line, the checks and their messages are read from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from typing import Any, Final, Generic, Literal, NamedTuple, TypeAlias, TypedDict, TypeVar, cast, final

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it

Paging: TypeAlias = Literal["full", "ragged"]
Ini: TypeAlias = Literal["string", "int", "bool", "args", "linelist"]
Check: TypeAlias = Callable[[str, object], object]
T = TypeVar("T")

NAME: Final = "cognito_groups"
"""The mark and the fixture; settings begin with it."""

PAGING_FLAG: Final = "--cognito-groups-paging"
RANDOM_SEED_FLAG: Final = "--cognito-groups-random-seed"
UNTRIED_FLAG: Final = "--cognito-groups-untried"


class OptionValues(TypedDict, total=False):
    """The options as keywords, for type checkers: the table's names, and what each takes."""

    default_limit: int | None
    page_size: int | None
    paging: Paging
    assert_all_pages_read: bool
    assert_all_faults_raised: bool
    allow_operations: str | Sequence[str] | None
    partial_reads: str | Sequence[str] | None
    max_repeats: int


# What an option takes


class Kind(NamedTuple):
    """What an option takes, in words; its type in pytest's configuration; and the check that gives the value as the
    option holds it, or raises `TypeError` or `ValueError`.
    """

    takes: str
    ini: Ini
    check: Check


def _whole(least: int, most: int | None = None) -> Kind:
    span = f"from {least} to {most}" if most is not None else f"at least {least}"

    def check(name: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} must be a whole number, {span}, not {value!r}")
        if value < least or (most is not None and value > most):
            raise ValueError(f"{name} must be {span}, not {value!r}")
        return value

    return Kind(f"a whole number, {span}", "int", check)


def _or_none(kind: Kind) -> Kind:
    return kind._replace(check=lambda name, value: None if value is None else kind.check(name, value))


def _check_truth(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {value!r}")
    return value


def _check_path(name: str, value: object) -> str | PathLike[str]:
    if not isinstance(value, str | PathLike):
        raise TypeError(f"{name} must be a path, not {value!r}")
    return value


def _check_paging(name: str, value: object) -> Paging:
    if value not in ("full", "ragged"):
        from pytest_cognito_groups.text import did_you_mean

        both = f"; both works only on the command line: {PAGING_FLAG}=both" if value == "both" else ""
        hint = both or did_you_mean(str(value), ("full", "ragged"))
        raise ValueError(f'{name} must be "full" or "ragged", not {value!r}{hint}')
    return value


_OPERATIONS: Final = 'names of operations, or "*"'
_FUNCTIONS: Final = 'functions such as "accounts/members.py::first_admin"'
_COMMAS: Final = r"\s*,\s*"
_COMMAS_OR_BLANKS: Final = r"\s*,\s*|\s+"


def _texts(name: str, value: object, takes: str, between: str) -> tuple[str, ...]:
    """The texts of a list, or the one text alone. `between`: what one text contains only if several were meant."""
    if value is None:
        return ()
    texts = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Iterable) else (value,)
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"{name} must be {takes}, not {value!r}")
        several = [part for part in re.split(between, text) if part]
        if several != [text]:
            raise ValueError(f"{name} must be {takes}, not {text!r}; write several as a list: {several!r}")
    return texts


def _check_operations(name: str, value: object) -> tuple[str, ...]:
    return _texts(name, value, _OPERATIONS, _COMMAS_OR_BLANKS)


def _check_functions(name: str, value: object) -> tuple[str, ...]:
    texts = _texts(name, value, _FUNCTIONS, _COMMAS)
    for text in texts:
        path, _, function = text.partition("::")
        if not path or not function or "::" in function:
            dotted = f"; write {path}::{function.replace('::', '.')}" if path and "::" in function else ""
            raise ValueError(f"{name} must be {_FUNCTIONS}, not {text!r}{dotted}")
    return texts


_TRUTH: Final = Kind("true or false", "bool", _check_truth)


# The table


class Option(Generic[T]):
    """A row of the table. On an instance of `Options` it is the option's value."""

    def __init__(self, kind: Kind, text: str, *, default: T) -> None:
        self.kind = kind
        self.default = default
        self.shown_default = None if default == () else default
        self.help = f"{text} (default {str(self.shown_default).lower()})"

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, options: Options, owner: type) -> T:
        return cast("T", options.values.get(self.name, self.default))


@final
class Options:
    """What a fake does where the documentation leaves a choice, and which checks it makes at the end.

    Made of values that were checked; not a dataclass, since every run of pytest would wait for one to be made.
    """

    __slots__ = ("values",)

    def __init__(self, **values: object) -> None:
        self.values: Final = values

    default_limit = Option[int | None](
        _or_none(_whole(1, 60)), "page size of a request without Limit, 1 to 60", default=None
    )
    page_size = Option[int | None](_or_none(_whole(1)), "most items in a page, whatever Limit says", default=None)
    paging = Option[Paging](
        Kind('"full" or "ragged"', "string", _check_paging),
        "full, or ragged: short and empty pages, a different order, everything that code must survive",
        default="full",
    )
    assert_all_pages_read = Option(_TRUTH, "fail a test that left a NextToken unread", default=True)
    assert_all_faults_raised = Option(_TRUTH, "fail a test that never reached a fault it planned", default=True)
    allow_operations = Option[tuple[str, ...]](
        Kind(_OPERATIONS, "args", _check_operations),
        "cognito-idp operations to let through; * for all that are not answered",
        default=(),
    )
    partial_reads = Option[tuple[str, ...]](
        Kind(_FUNCTIONS, "linelist", _check_functions),
        "functions that stop reading on purpose, one per line: accounts/members.py::first_admin",
        default=(),
    )
    max_repeats = Option(
        _whole(1), "how often one request may be answered with a NextToken before its loop is stopped", default=1000
    )


OPTIONS: Final[Mapping[str, Option[Any]]] = {
    name: option for name, option in vars(Options).items() if isinstance(option, Option)
}

MARK: Final = (
    f"{NAME}(seed, /, *, file=None, inherit=True, now=None, **options): answer Cognito's AdminListGroupsForUser, "
    "ListUsersInGroup and nine more operations from these users and groups (YAML text, or a file). Options: "
    f"{', '.join(f'{name}={option.shown_default!r}' for name, option in OPTIONS.items())}."
)
"""The line that registers the mark."""

SETTINGS: Final[Mapping[str, Option[Any]]] = {
    "file": Option(
        Kind("a path", "string", _check_path), "seed that all tests start from, relative to this file", default=None
    ),
    "guard": Option(_TRUTH, "refuse cognito-idp calls while no fake is active, in the whole run", default=False),
    "autouse": Option(_TRUTH, "give every test the fixture cognito_groups", default=False),
    **OPTIONS,
}
"""What pytest's configuration may set, each with `cognito_groups_` before it."""


def check(name: str, value: object, *, also: Sequence[str] = ()) -> object:
    """The value as the option holds it; `TypeError` or `ValueError` that names the option otherwise.

    `also`: what else may be given in this place.
    """
    if name not in OPTIONS:
        from pytest_cognito_groups.text import did_you_mean

        known = (*also, *OPTIONS)
        listed = f"; the options are: {', '.join(known)}"
        raise TypeError(f"unknown option {name!r}{did_you_mean(name, known) or listed}")
    return OPTIONS[name].kind.check(name, value)


def configured(name: str, value: object) -> object:
    """The value of an option from pytest's configuration, where the oldest pytest leaves numbers as text."""
    ini = OPTIONS[name].kind.ini
    if ini in ("args", "linelist") and isinstance(value, list) and any("," in str(each) for each in value):
        parts = [part for each in value for part in re.split(_COMMAS_OR_BLANKS, str(each)) if part]
        apart = "spaces" if ini == "args" else "line breaks"
        raise ValueError(f"{name} takes no commas; put {apart} between: {' '.join(parts)} (in TOML, a list: {parts})")
    number = ini == "int" and str(value).lstrip("-").isdigit()
    return check(name, int(str(value)) if number else value)


def check_settings(keys: Iterable[str]) -> None:
    """`ValueError` for a key of pytest's configuration that begins like the settings but isn't one of them."""
    for key in keys:
        if key.startswith(NAME) and key.removeprefix(f"{NAME}_") not in SETTINGS:
            from pytest_cognito_groups.text import did_you_mean

            likely = did_you_mean(key.removeprefix(NAME).lstrip("_"), SETTINGS).replace("'", f"'{NAME}_", 1)
            known = f"; the settings are: {', '.join(f'{NAME}_{setting}' for setting in SETTINGS)}"
            raise ValueError(f"in pytest's configuration: unknown setting {key!r}{likely or known}")


def refused(name: str, error: Exception) -> str:
    """The message for a setting that pytest can't read; `error` is what pytest says about it."""
    value = re.search(r"'[^']*'$", str(error))
    said = f": {error}" if value is None else f", not {value.group()}"
    return f"in pytest's configuration: {NAME}_{name} takes {SETTINGS[name].kind.takes}{said}"


# Fakes made by hand


class Run(NamedTuple):
    """A run of pytest. It has a say in the fakes that are made by hand while it lasts."""

    values: Callable[[], Mapping[str, object]]
    """The options that its command line and its configuration give; `ValueError` when one is wrong."""
    random_seed: int | None


_runs: Final[list[Run]] = []
"""Those under way: a test may run pytest inside the process."""


def enter(run: Run) -> Callable[[], None]:
    """Begin the run; what is returned ends it."""
    _runs.append(run)
    return lambda: _runs.remove(run)


def options(values: Mapping[str, object]) -> Options:
    """The options with these values, the rest as the running pytest has them, else at their defaults."""
    checked = {name: check(name, value) for name, value in values.items()}
    return Options(**{**(_runs[-1].values() if _runs else {}), **checked})


def random_seed() -> int | None:
    """The random seed for ragged paging, from the running pytest's command line."""
    return _runs[-1].random_seed if _runs else None
