"""Finding a place in a seed's text by what stands there: for errors that only the merged seeds show."""

from __future__ import annotations

from typing import TypeAlias, final

from pytest_cognito_groups.seed.document import MappingNode, Node, ScalarNode, SequenceNode, compose, null, place_of
from pytest_cognito_groups.seed.mappings import Mappings
from pytest_cognito_groups.seed.ranges import Range, RangeError, parse

Path: TypeAlias = tuple[str, ...]
"""Keys from the document inwards, at the end perhaps an item of a list: `("users", "alice", "groups", "admins")`."""

Pair: TypeAlias = tuple[ScalarNode, Node]


@final
class Finder:
    """The places in one text, read again: nobody keeps those of 100,000 users for an error that hardly ever comes."""

    def __init__(self, yaml: str) -> None:
        self._roots = compose(yaml)
        self._mappings = Mappings(len(yaml) + 1_000_000, _ignore, merging="<<" in yaml)
        self._known: dict[int, tuple[dict[str, Pair], list[tuple[Range, Pair]]]] = {}

    def index(self, number: int, path: Path) -> int:
        """Where the path leads in the document; where it does not go on, the last place on it."""
        node = self._roots[number]
        index = place_of(node)
        for step in path:
            found = self._step(node, step)
            if found is None:
                continue
            key, node = found
            index = place_of(node if isinstance(node, ScalarNode) and not null(node) else key)
        return index

    def _step(self, node: Node, name: str) -> tuple[Node, Node] | None:
        if isinstance(node, MappingNode):
            names, ranges = self._pairs(node)
            return names.get(name) or next((pair for span, pair in ranges if name in span), None)
        if isinstance(node, SequenceNode):
            for item in node.value:
                if isinstance(item, ScalarNode) and (item.value == name or name in (_range(item) or ())):
                    return item, item
        return None

    def _pairs(self, node: MappingNode) -> tuple[dict[str, Pair], list[tuple[Range, Pair]]]:
        known = self._known.get(id(node))
        if known is None:
            pairs = self._mappings.pairs(node)
            ranges = [(span, pair) for pair in pairs if (span := _range(pair[0])) is not None]
            known = self._known[id(node)] = {pair[0].value: pair for pair in pairs}, ranges
        return known


def _range(node: ScalarNode) -> Range | None:
    try:
        return parse(node.value)
    except RangeError:
        return None


def _ignore(node: Node, message: str, hint: str = "", first: Node | None = None) -> None:
    """The decoder has complained already."""
