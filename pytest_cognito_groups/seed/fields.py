"""The values of a seed, and what the readers of its grammar share: fields by table, names and ranges, errors."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias, TypeVar, final

from pytest_cognito_groups.seed.errors import Finding
from pytest_cognito_groups.seed.nodes import (
    MappingNode,
    Mappings,
    Node,
    Pairs,
    ScalarNode,
    SequenceNode,
    null,
    place_of,
    plain,
)
from pytest_cognito_groups.seed.ranges import MOST, Range, RangeError, parse
from pytest_cognito_groups.service.model import EXAMPLES, Model
from pytest_cognito_groups.service.records import HIGHEST_PRECEDENCE
from pytest_cognito_groups.text import beginning, did_you_mean, shortened

T = TypeVar("T")

_NO_SPACE: Final = re.compile(r"([^\s:]+):(\S.*)")
_NO_COLON: Final = re.compile(r"([^\s:]+) ([\[{].*)")

Read: TypeAlias = "Callable[[Decoder, Node], object]"
"""Reads the value of one key. Raises `FieldError`."""

Hint: TypeAlias = Callable[[str, Node], str]
"""Gives the hint for an unknown key and its value, or for "" and a node that isn't a mapping; "" for none."""

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
    """A value that won't do: what is wrong with it, and what to do instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@final
class Decoder:
    """Decodes one document, and notes all that is wrong with it."""

    def __init__(self, model: Model, *, merging: bool) -> None:
        self.model = model
        self.findings: list[Finding] = []
        self.mappings = Mappings(self.add_error, merging=merging)
        self.ranged = 0  # users and groups that the ranges cover so far
        self.lists: dict[tuple[str, ...], tuple[str, ...]] = {}  # valid lists of groups, by the words in them
        self.profiles: dict[int, Any] = {}  # by the node of a user: an alias needs no second look
        self._valid: dict[str, set[str]] = defaultdict(set)  # names that have been checked, by shape

    def add_error(self, node: Node, message: str, hint: str = "", first: Node | None = None) -> None:
        also = None if first is None else (", first at", place_of(first))
        self.findings.append(Finding(place_of(node), message, hint, also))

    def attempt(self, read: Callable[[Decoder, Node], T], node: Node) -> T | None:
        """What the reader makes of the node; `None`, with the error added, for a value that won't do."""
        try:
            return read(self, node)
        except FieldError as error:
            self.add_error(node, error.message, error.hint)
            return None

    def fields(
        self, node: Node, table: Mapping[str, Read], what: str, hint: Hint = lambda *_: ""
    ) -> tuple[dict[str, Any], dict[str, Node]]:
        """The valid values by key; and the nodes of all keys that are given, valid or not."""
        if not isinstance(node, MappingNode):
            if not null(node):
                keys = hint("", node) or _mended(node) or f"its keys are: {', '.join(table)}"
                self.add_error(node, f"{what} must be a mapping (key: value)", keys)
            return {}, {}
        found: dict[str, Any] = {}
        nodes: dict[str, Node] = {}
        for key, value in self.mappings.pairs(node):
            name = key.value
            read = table.get(name)
            if read is None:
                message = f"{what} has no key {shortened(name)}{did_you_mean(name, table)}"
                self.add_error(key, message, hint(name, value) or f"its keys are: {', '.join(table)}")
                continue
            nodes[name] = value
            try:
                found[name] = read(self, value)
            except FieldError as error:
                self.add_error(value, error.message, error.hint)
        return found, nodes

    def named(self, node: Node, what: str, example: str) -> Pairs:
        """The pairs of a mapping whose keys are names. Raises `FieldError`."""
        if isinstance(node, MappingNode):
            return self.mappings.pairs(node)
        if not null(node):
            raise FieldError(f"{what} must be a mapping keyed by name", _mended(node) or f"write them like {example}")
        return []

    def items(self, node: Node, what: str, example: str) -> list[Node]:
        """The items of a list. Raises `FieldError`."""
        if isinstance(node, SequenceNode):
            items: list[Node] = node.value
            return items
        if not null(node):
            raise FieldError(f"{what} must be a list", f"write {example}")
        return []

    def span(self, node: Node, shape: str, most: int = MOST) -> Range | None:
        """The range of users or groups that the name stands for, if it is one. Raises `FieldError`."""
        name = scalar(node)
        valid = self._valid[shape]
        if name in valid:
            return None
        try:
            span = parse(name)
        except RangeError as error:
            raise FieldError(str(error), error.hint) from None
        check(self.model, shape, name if span is None else span.longest)
        if span is None:
            valid.add(name)
        elif len(span) > most:
            raise FieldError(f"{shortened(name)} covers {len(span):,} names", f"at most {most:,} are allowed here")
        elif most == MOST:  # a user's groups are counted as memberships
            self.ranged += len(span)
            if self.ranged > MOST:
                raise FieldError(
                    f"with {shortened(name)}, the ranges cover {self.ranged:,} names",
                    f"a seed may have at most {MOST:,}",
                )
        return span


@final
class Taken:
    """The names that a mapping or a list has given so far, ranges written out."""

    def __init__(self, decoder: Decoder, what: str) -> None:
        self._decoder = decoder
        self._what = what
        self._names: dict[str, ScalarNode] = {}

    def give(self, node: ScalarNode, names: Iterable[str]) -> None:
        again = [name for name in names if self._names.setdefault(name, node) is not node]
        if again:
            more = f" and {len(again) - 1:,} more are" if len(again) > 1 else " is"
            message = f"{self._what} {shortened(again[0])}{more} given twice"
            self._decoder.add_error(node, message, "keep one of the two", self._names[again[0]])


def scalar(node: Node) -> str:
    """The text as written."""
    if not isinstance(node, ScalarNode):
        raise FieldError("this must be text", "if the brackets are part of it, put it in quotes")
    value: str = node.value
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise FieldError("half a character (a lone surrogate) isn't text")  # the Python parser lets an escape make one
    return value


def text(shape: str) -> Callable[[Decoder, Node], str]:
    """Text within the bounds of a shape of the service model."""

    def read(decoder: Decoder, node: Node) -> str:
        value = scalar(node)
        check(decoder.model, shape, value)
        return value

    return read


def check(model: Model, shape: str, value: str) -> None:
    """Raise `FieldError` when the value breaks the shape."""
    broken = model.violation(shape, value)
    if broken is not None:
        spaces = "pattern" in broken and any(map(str.isspace, value))
        hints = ["it can't contain spaces"] if spaces else []
        if shape in EXAMPLES:
            hints.append(f"write one like {EXAMPLES[shape]}")
        raise FieldError(f"{shortened(value)} {broken}", "; ".join(hints))


def uuid(decoder: Decoder, node: Node) -> str:
    """A UUID in lower case."""
    value = scalar(node)
    if decoder.model.violation("SubType", value) is not None:
        lower = value.lower()
        mended = decoder.model.violation("SubType", lower) is None
        hint = f"write {lower}" if mended else "write it like 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"
        raise FieldError(f"{shortened(value)} is not a lower-case UUID", hint)
    return value


def one_of(shape: str, what: str) -> Callable[[Decoder, Node], str]:
    """One of the values that a shape of the service model lists."""

    def read(decoder: Decoder, node: Node) -> str:
        value, known = scalar(node), decoder.model.enum(shape)
        if value not in known:
            message = f"{shortened(value)} is not a valid {what}{did_you_mean(value, known)}"
            raise FieldError(message, f"use one of: {', '.join(known)}")
        return value

    return read


def optional_count(least: int) -> Callable[[Decoder, Node], int | None]:
    """A number without quotes; `None` for an empty value."""
    read_count = count(least)

    def read(decoder: Decoder, node: Node) -> int | None:
        return None if null(node) else read_count(decoder, node)

    return read


def count(least: int) -> Callable[[Decoder, Node], int]:
    """A number without quotes."""

    def read(_: Decoder, node: Node) -> int:
        value = scalar(node)
        if null(node):
            raise FieldError("a number is missing", "add one, or remove the key")
        if not plain(node):
            raise FieldError(f"{shortened(value)} is text", "write the number without quotes")
        if not _INTEGER.fullmatch(value) or not least <= int(value) <= HIGHEST_PRECEDENCE:
            raise FieldError(f"{shortened(value)} is not a whole number from {least} to {HIGHEST_PRECEDENCE}")
        return int(value)

    return read


def truth(_: Decoder, node: Node) -> bool:
    """`true` or `false`; YAML's old `yes` and `on` are text."""
    value = scalar(node)
    if value not in _TRUTHS or not plain(node):
        raise FieldError(f"{shortened(value)} is neither true nor false", "write true or false, without quotes")
    return _TRUTHS[value]


def instant(_: Decoder, node: Node) -> datetime.datetime | None:
    """An ISO 8601 date, as an aware datetime in UTC; a date alone is its midnight, a time without offset is UTC's."""
    return None if null(node) else read_instant(scalar(node))


def read_instant(value: str) -> datetime.datetime:
    """The instant that an ISO 8601 date names, in a seed or in Python. Raises `FieldError`."""
    if _DATE.fullmatch(value) is None:
        raise FieldError(f"{shortened(value)} is not a date", "write it like 2026-01-31T12:00:00Z or 2026-01-31")
    try:
        found = datetime.datetime.fromisoformat(value.upper())
        return (found if found.tzinfo else found.replace(tzinfo=datetime.UTC)).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise FieldError(
            f"{shortened(value)} is not a date that exists", "write it like 2026-01-31T12:00:00Z or 2026-01-31"
        ) from None


def date(decoder: Decoder, node: Node) -> int | None:
    """An ISO 8601 date, in milliseconds since the epoch."""
    found = instant(decoder, node)
    return None if found is None else (found - _EPOCH) // datetime.timedelta(milliseconds=1)


def _mended(node: Node) -> str:
    """The hint for a pair that lacks its space or its colon, and so is read as text."""
    text = node.value if isinstance(node, ScalarNode) else ""
    for pattern, what in ((_NO_SPACE, "a space after the colon"), (_NO_COLON, "a colon")):
        pair = pattern.fullmatch(text)
        if pair is not None:
            return f"write {what}: {beginning(pair[1])}: {beginning(pair[2])}"
    return ""
