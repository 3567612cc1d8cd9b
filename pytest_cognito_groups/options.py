"""The options of a fake, one table: name, default, what each takes, its type in pytest's configuration, its help.

The mark's registered line, the settings, the checks and their messages are all read from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Final, Literal, NamedTuple, TypeAlias, TypedDict, TypeVar

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it

Paging: TypeAlias = Literal["full", "ragged"]
Ini: TypeAlias = Literal["string", "int", "bool", "args", "linelist"]
Check: TypeAlias = Callable[[str, object], object]
T = TypeVar("T")


class OptionValues(TypedDict, total=False):
    """The options as keywords of a mark or of `CognitoGroups.from_yaml`."""

    default_limit: int
    page_size: int | None
    paging: Paging
    assert_all_pages_read: bool
    assert_all_faults_raised: bool
    allow_operations: str | Sequence[str] | None
    partial_reads: str | Sequence[str] | None
    max_repeats: int


class Kind(NamedTuple):
    """What an option takes, in words; its type in pytest's configuration; and the check that gives the value as the
    option holds it, or raises `TypeError` or `ValueError`.
    """

    takes: str
    ini: Ini
    check: Check


class Setting(NamedTuple):
    """A setting in pytest's configuration."""

    takes: str
    ini: Ini
    help: str


def _whole(least: int, most: int | None = None) -> Kind:
    span = f"from {least} to {most}" if most is not None else f"from {least} up"

    def check(name: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} must be a whole number {span}, not {value!r}")
        if value < least or (most is not None and value > most):
            raise ValueError(f"{name} must be {span}, not {value!r}")
        return value

    return Kind(f"a whole number {span}", "int", check)


def _or_none(kind: Kind) -> Kind:
    return kind._replace(check=lambda name, value: None if value is None else kind.check(name, value))


def _truth(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {value!r}")
    return value


def _paging(name: str, value: object) -> Paging:
    if value not in ("full", "ragged"):
        both = "; both is for the command line: --cognito-groups-paging=both" if value == "both" else ""
        raise ValueError(f'{name} must be "full" or "ragged", not {value!r}{both}')
    return value


_OPERATIONS: Final = 'names of operations, or "*"'
_FUNCTIONS: Final = 'functions such as "accounts/members.py::first_admin"'
_COMMAS: Final = r"\s*,\s*"
_COMMAS_OR_BLANKS: Final = r"\s*,\s*|\s+"


def _texts(name: str, value: object, takes: str, between: str) -> tuple[str, ...]:
    """The texts of a list, or the one text alone. `between`: what nobody writes in one, but who means several."""
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


def _operations(name: str, value: object) -> tuple[str, ...]:
    return _texts(name, value, _OPERATIONS, _COMMAS_OR_BLANKS)


def _functions(name: str, value: object) -> tuple[str, ...]:
    texts = _texts(name, value, _FUNCTIONS, _COMMAS)
    for text in texts:
        path, _, function = text.partition("::")
        if not path or not function or "::" in function:
            dotted = f"; write {path}::{function.replace('::', '.')}" if path and "::" in function else ""
            raise ValueError(f"{name} must be {_FUNCTIONS}, not {text!r}{dotted}")
    return texts


_TRUTH: Final = Kind("true or false", "bool", _truth)


def _option(kind: Kind, text: str, *, default: T) -> T:
    """A row of the table. `text`: its line of help."""
    value: T = field(default=default, metadata={"kind": kind, "help": text})
    return value


@dataclass(frozen=True, slots=True)
class Options:
    """What a fake does where the documentation leaves a choice, and which checks it makes at the end."""

    default_limit: int = _option(_whole(1, 60), "page size of a request without Limit, 1 to 60", default=25)
    page_size: int | None = _option(
        _or_none(_whole(1)), "the service never puts more than this in a page, whatever Limit says", default=None
    )
    paging: Paging = _option(  # noqa: RUF009  # a field
        Kind('"full" or "ragged"', "string", _paging),
        "full, or ragged: short and empty pages, another order, all that code must survive",
        default="full",
    )
    assert_all_pages_read: bool = _option(_TRUTH, "fail a test that left a NextToken unread", default=True)
    assert_all_faults_raised: bool = _option(_TRUTH, "fail a test that did not reach a fault it planned", default=True)
    allow_operations: tuple[str, ...] = _option(
        Kind(_OPERATIONS, "args", _operations), "other cognito-idp operations that may pass, or *", default=()
    )
    partial_reads: tuple[str, ...] = _option(
        Kind(_FUNCTIONS, "linelist", _functions),
        "functions that stop reading on purpose, one a line: accounts/members.py::first_admin",
        default=(),
    )
    max_repeats: int = _option(
        _whole(1), "how often one request may be answered with a NextToken before its loop is stopped", default=1000
    )


_FIELDS: Final = fields(Options)
_KINDS: Final[Mapping[str, Kind]] = {each.name: each.metadata["kind"] for each in _FIELDS}
NAMES: Final = tuple(_KINDS)


def _shown(default: object) -> object:
    return None if default == () else default


MARK: Final = (
    "cognito_groups(seed, /, *, file=None, inherit=True, now=None, **options): answer the Cognito operations "
    "AdminListGroupsForUser and ListUsersInGroup from these users and groups (YAML text, or a file). Options: "
    f"{', '.join(f'{each.name}={_shown(each.default)!r}' for each in _FIELDS)}."
)
"""The line that registers the mark."""

SETTINGS: Final[Mapping[str, Setting]] = {
    "file": Setting("a path", "string", "seed that all tests start from, relative to this file"),
    "guard": Setting(
        "true or false", "bool", "refuse cognito-idp calls while no fake is active, in the whole run (default false)"
    ),
    "autouse": Setting("true or false", "bool", "give every test the fixture cognito_groups (default false)"),
    **{
        each.name: Setting(
            *_KINDS[each.name][:2], f"{each.metadata['help']} (default {str(_shown(each.default)).lower()})"
        )
        for each in _FIELDS
    },
}
"""What pytest's configuration may set, each with `cognito_groups_` before it."""


def check(name: str, value: object, *, also: Sequence[str] = ()) -> object:
    """The value as the option holds it; `TypeError` or `ValueError` that names the option otherwise.

    `also`: what else may be given in this place.
    """
    if name not in _KINDS:
        from pytest_cognito_groups.text import did_you_mean

        known = (*also, *NAMES)
        raise TypeError(f"unknown option {name!r}; the options are: {', '.join(known)}{did_you_mean(name, known)}")
    return _KINDS[name].check(name, value)


def configured(name: str, value: object) -> object:
    """The value of an option from pytest's configuration, where the oldest pytest leaves numbers as text."""
    kind = _KINDS[name]
    if kind.ini in ("args", "linelist") and isinstance(value, list) and any("," in str(each) for each in value):
        parts = [part for each in value for part in re.split(_COMMAS_OR_BLANKS, str(each)) if part]
        apart = "blanks" if kind.ini == "args" else "line breaks"
        raise ValueError(f"{name} takes no commas; put {apart} between: {' '.join(parts)} (in TOML, a list: {parts})")
    number = kind.ini == "int" and str(value).lstrip("-").isdigit()
    return check(name, int(str(value)) if number else value)


# Fakes made by hand


class Run(NamedTuple):
    """A run of pytest. It has a say in the fakes that are made by hand while it lasts."""

    values: Callable[[], Mapping[str, object]]
    """The options that its command line and its configuration give; `ValueError` when one is wrong."""
    random_seed: int | None


_runs: Final[list[Run]] = []
"""Those under way: a test may run pytest inside the process."""


def enter(run: Run) -> Callable[[], None]:
    """The run begins; what is returned ends it."""
    _runs.append(run)
    return lambda: _runs.remove(run)


def options(values: Mapping[str, object]) -> Options:
    """The options with these values, the rest as the running pytest has them, else at their defaults."""
    checked = {name: check(name, value) for name, value in values.items()}
    return Options(**{**(_runs[-1].values() if _runs else {}), **checked})  # type: ignore[arg-type]  # checked by name


def random_seed() -> int | None:
    """What the running pytest's command line says that ragged paging is drawn from."""
    return _runs[-1].random_seed if _runs else None
