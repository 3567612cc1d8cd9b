"""Mappings of a document: keys given once, `<<` worked in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, final

from pytest_cognito_groups.seed.document import Mapping, Node, Scalar, Sequence, merges
from pytest_cognito_groups.text import shortened

Pairs = list[tuple[Scalar, Node]]


class Complain(Protocol):
    """Is told what is wrong with a node: message, hint, and the node where the same came first."""

    def __call__(self, node: Node, message: str, hint: str = "", first: Node | None = None) -> None: ...


@final
class Mappings:
    """The keys and values of one document's mappings.

    `most` is how many pairs `<<` may add in all: mappings that merge one another over and over stand for more than the
    text shows.
    """

    def __init__(self, most: int, complain: Complain, *, merging: bool) -> None:
        self._merging = merging
        self._left = most
        self._complain = complain
        self._merged: dict[int, Pairs] = {}
        self._begun: set[int] = set()

    def pairs(self, node: Mapping) -> Pairs:
        """The pairs in order, the merged ones first; of keys that are given twice, the first."""
        if not self._merging:
            return self._given_once(node.value)
        waiting = [node]  # no recursion: each of thousands of mappings may merge the one before
        while waiting:
            last = waiting[-1]
            if id(last) not in self._merged:
                self._merged[id(last)] = []  # a mapping that merges itself gets nothing from that
                self._begun.add(id(last))
                waiting += [
                    other for _, other in _added(last) if isinstance(other, Mapping) and id(other) not in self._merged
                ]
                continue
            waiting.pop()
            if id(last) in self._begun:
                self._begun.remove(id(last))
                self._merged[id(last)] = self._merge(last)
        return self._merged[id(node)]

    def _given_once(self, pairs: list[tuple[Node, Node]]) -> Pairs:
        found: Pairs = []
        seen: dict[str, Node] = {}
        for key, value in pairs:
            if not isinstance(key, Scalar):
                self._complain(key, "a key must be text", "put it between quotes")
            elif seen.setdefault(key.value, key) is not key:
                self._complain(key, f"{shortened(key.value)} is given twice", "keep one of the two", seen[key.value])
            else:
                found.append((key, value))
        return found

    def _merge(self, node: Mapping) -> Pairs:
        own = [pair for pair in node.value if not merges(pair[0])]
        merged: dict[str, tuple[Scalar, Node]] = {}
        for key, other in _added(node):
            if not isinstance(other, Mapping):
                self._complain(other, "<< takes a mapping, or a list of mappings", 'a key "<<" needs quotes')
                continue
            pairs = self._merged[id(other)]
            self._left -= len(pairs)
            if self._left < 0:
                self._complain(
                    key, "the mappings that << adds here are too many in all", "write them out, or use a range"
                )
                return []
            for pair in pairs:
                merged.setdefault(pair[0].value, pair)
        for pair in self._given_once(own):
            merged[pair[0].value] = pair
        return list(merged.values())


def _added(node: Mapping) -> Iterator[tuple[Node, Node]]:
    """What the mapping merges, each with its `<<`."""
    for key, value in node.value:
        if merges(key):
            yield from ((key, other) for other in (value.value if isinstance(value, Sequence) else [value]))
