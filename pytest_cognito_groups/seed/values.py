"""The values of a seed: text as written, and the few fields that have another type."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from typing import Final, Protocol, final

from pytest_cognito_groups.seed.document import Node, Scalar, null, plain
from pytest_cognito_groups.service.constraints import EXAMPLES, Model
from pytest_cognito_groups.service.records import HIGHEST_PRECEDENCE
from pytest_cognito_groups.text import did_you_mean, shortened

DATE: Final = (
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"([Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?(Z|z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?)?"
)

_DATE: Final = re.compile(DATE)
_INTEGER: Final = re.compile("[-+]?[0-9]{1,18}")
_TRUTHS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@final
class FieldError(Exception):
    """A value that will not do: what is wrong with it, and the way out."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class Values(Protocol):
    """What the reading of a value needs to know."""

    @property
    def model(self) -> Model: ...


def scalar(node: Node) -> str:
    """The text, as it is written."""
    if not isinstance(node, Scalar):
        raise FieldError("text is expected here", "put it between quotes, if the brackets belong to it")
    value: str = node.value
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise FieldError("half a character (a lone surrogate) is not text")  # the Python parser lets an escape make one
    return value


def text(shape: str) -> Callable[[Values, Node], str]:
    """Text within the bounds of a shape of the service model."""

    def read(values: Values, node: Node) -> str:
        value = scalar(node)
        check(values.model, shape, value)
        return value

    return read


def check(model: Model, shape: str, value: str) -> None:
    """Raise `FieldError` when the value breaks the shape."""
    broken = model.violation(shape, value)
    if broken is not None:
        spaces = "pattern" in broken and any(map(str.isspace, value))
        hints = ["it may not hold spaces"] if spaces else []
        if shape in EXAMPLES:
            hints.append(f"write one like {EXAMPLES[shape]}")
        raise FieldError(f"{shortened(value)} {broken}", "; ".join(hints))


def uuid(values: Values, node: Node) -> str:
    """A UUID in lower case."""
    value = scalar(node)
    if values.model.violation("SubType", value) is not None:
        lower = value.lower()
        mended = values.model.violation("SubType", lower) is None
        hint = f"write {lower}" if mended else "write it like 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"
        raise FieldError(f"{shortened(value)} is not a UUID in lower case", hint)
    return value


def one_of(shape: str) -> Callable[[Values, Node], str]:
    """One of the values that a shape of the service model lists."""

    def read(values: Values, node: Node) -> str:
        return chosen(scalar(node), values.model.enum(shape))

    return read


def chosen(value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise FieldError(
            f"{shortened(value)} is none of the values{did_you_mean(value, known)}", f"use one of: {', '.join(known)}"
        )
    return value


def whole(value: str, least: int) -> int:
    """The number, of those that the service can count to."""
    if not _INTEGER.fullmatch(value) or not least <= int(value) <= HIGHEST_PRECEDENCE:
        raise FieldError(f"{shortened(value)} is not a whole number from {least} to {HIGHEST_PRECEDENCE}")
    return int(value)


def optional_count(least: int) -> Callable[[Values, Node], int | None]:
    """A number without quotes; nothing is `None`."""
    read_count = count(least)

    def read(values: Values, node: Node) -> int | None:
        return None if null(node) else read_count(values, node)

    return read


def count(least: int) -> Callable[[Values, Node], int]:
    """A number without quotes."""

    def read(_: Values, node: Node) -> int:
        value = scalar(node)
        if null(node):
            raise FieldError("a number is missing", "write one, or leave the key out")
        if not plain(node):
            raise FieldError(f"{shortened(value)} is text", "write the number without quotes")
        return whole(value, least)

    return read


def truth(_: Values, node: Node) -> bool:
    """`true` or `false`; YAML's old `yes` and `on` are text."""
    value = scalar(node)
    if value not in _TRUTHS or not plain(node):
        raise FieldError(f"{shortened(value)} is neither true nor false", "write true or false, without quotes")
    return _TRUTHS[value]


def instant(_: Values, node: Node) -> datetime.datetime | None:
    """An ISO 8601 date, as an aware datetime in UTC; a date alone is its midnight, a time without offset is UTC's."""
    return None if null(node) else read_instant(scalar(node))


def read_instant(value: str) -> datetime.datetime:
    """The instant that an ISO 8601 date names, in a seed as in Python. Raises `FieldError`."""
    if _DATE.fullmatch(value) is None:
        raise FieldError(f"{shortened(value)} is not a date", "write it like 2026-01-31T12:00:00Z or 2026-01-31")
    try:
        found = datetime.datetime.fromisoformat(value.upper())
        return (found if found.tzinfo else found.replace(tzinfo=datetime.UTC)).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise FieldError(
            f"{shortened(value)} is not in the calendar", "write it like 2026-01-31T12:00:00Z or 2026-01-31"
        ) from None


def date(values: Values, node: Node) -> int | None:
    """An ISO 8601 date, in milliseconds since the epoch."""
    found = instant(values, node)
    return None if found is None else (found - _EPOCH) // datetime.timedelta(milliseconds=1)
