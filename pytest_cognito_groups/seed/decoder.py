"""What the grammar's readers share: fields by table, names and ranges, and all that is wrong, noted with its place."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Table
from typing import Any, Final, TypeAlias, final

from pytest_cognito_groups.seed.document import Mapping, Node, Scalar, Sequence, null, place_of
from pytest_cognito_groups.seed.documents import CheckFault
from pytest_cognito_groups.seed.errors import Finding
from pytest_cognito_groups.seed.mappings import Mappings, Pairs
from pytest_cognito_groups.seed.ranges import MOST, Range, RangeError, parse
from pytest_cognito_groups.seed.values import FieldError, check, scalar
from pytest_cognito_groups.service.constraints import Model
from pytest_cognito_groups.text import did_you_mean, shortened

Read: TypeAlias = "Callable[[Decoder, Node], object]"
WayOut: TypeAlias = Callable[[str, Node], str]
"""Gives the hint for an unknown key and its value, and for "" and what is no mapping; "" where it knows none."""

_MERGED: Final = 1_000_000
"""How many pairs `<<` may add in a short text."""


@final
class Decoder:
    """Decodes one document, and notes all that is wrong with it."""

    def __init__(self, model: Model, check_fault: CheckFault | None, length: int, *, merging: bool) -> None:
        self.model = model
        self.check_fault = check_fault
        self.findings: list[Finding] = []
        self.mappings = Mappings(_MERGED + length, self.complain, merging=merging)
        self.good: dict[str, dict[str, str]] = {"GroupNameType": {}, "UsernameType": {}}  # names that were looked at
        self.ranged = 0  # users and groups that ranges stood for so far
        self.excessive = False  # the document stands for more than is worth looking at any further
        self.joined = 0  # memberships so far
        self.lists: dict[tuple[str, ...], tuple[str, ...]] = {}  # lists of groups that were found good
        self.profiles: dict[int, Any] = {}  # of user mappings, by node: an alias needs no second look

    def complain(self, node: Node, message: str, hint: str = "", first: Node | None = None) -> None:
        also = None if first is None else (", first at", place_of(first))
        self.findings.append(Finding(place_of(node), message, hint, also))

    def fields(
        self, node: Node, table: Table[str, Read], what: str, way_out: WayOut = lambda *_: ""
    ) -> tuple[dict[str, Any], dict[str, Node]]:
        """The values by key, of those keys that are there and good; and the nodes of all that are there."""
        if not isinstance(node, Mapping):
            if not null(node):
                hint = way_out("", node) or f"its keys are: {', '.join(table)}"
                self.complain(node, f"{what} is written as key: value", hint)
            return {}, {}
        found: dict[str, Any] = {}
        nodes: dict[str, Node] = {}
        for key, value in self.mappings.pairs(node):
            name = key.value
            read = table.get(name)
            if read is None:
                message = f"{what} has no key {shortened(name)}{did_you_mean(name, table)}"
                self.complain(key, message, way_out(name, value) or f"its keys are: {', '.join(table)}")
                continue
            nodes[name] = value
            try:
                found[name] = read(self, value)
            except FieldError as error:
                self.complain(value, error.message, error.hint)
        return found, nodes

    def named(self, node: Node, what: str, example: str) -> Pairs:
        """The pairs of a mapping whose keys are names. Raises `FieldError`."""
        if isinstance(node, Mapping):
            return self.mappings.pairs(node)
        if not null(node):
            raise FieldError(f"{what} are written by name, as a mapping", f"write them like {example}")
        return []

    def items(self, node: Node, what: str, example: str) -> list[Node]:
        """The items of a list. Raises `FieldError`."""
        if isinstance(node, Sequence):
            items: list[Node] = node.value
            return items
        if not null(node):
            raise FieldError(f"{what} are written as a list", f"write {example}")
        return []

    def names(self, node: Node, shape: str, most: int = MOST) -> str | Range:
        """The name, or the range, of users or groups. Raises `FieldError`."""
        name = scalar(node)
        good = self.good[shape]
        known = good.get(name)
        if known is not None:
            return known
        try:
            names = parse(name)
        except RangeError as error:
            raise FieldError(str(error), error.hint) from None
        longest = name if names is None else names.longest
        check(self.model, shape, longest)
        if names is None:
            good[name] = name
            return name
        if len(names) > most:
            raise FieldError(f"{shortened(name)} stands for {len(names):,} names", f"{most:,} are the most here")
        if most < MOST:  # a user's groups are counted as memberships
            return names
        self.ranged += len(names)
        if self.ranged > MOST:
            self.excessive = True
            raise FieldError(
                f"with {shortened(name)}, the ranges stand for {self.ranged:,} names", f"a seed may have {MOST:,}"
            )
        return names


@final
class Taken:
    """The names that a mapping has given so far, ranges written out."""

    def __init__(self, decoder: Decoder, what: str) -> None:
        self._decoder = decoder
        self._what = what
        self._names: dict[str, Scalar] = {}

    def give(self, key: Scalar, names: str | Range) -> None:
        if isinstance(names, str):
            again = [names] if self._names.setdefault(names, key) is not key else []
        else:
            given = names.names
            again = [] if self._names.keys().isdisjoint(given) else [name for name in given if name in self._names]
            new = dict.fromkeys(given, key)
            for name in again:
                del new[name]
            self._names |= new
        if again:
            more = f" and {len(again) - 1:,} more are" if len(again) > 1 else " is"
            message = f"{self._what} {shortened(again[0])}{more} given twice"
            self._decoder.complain(key, message, "keep one of the two", self._names[again[0]])
