"""YAML text as nodes: scalars as written, each key once, `<<` merged in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, Protocol, TypeAlias, final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pytest_cognito_groups.seed.errors import Finding
from pytest_cognito_groups.seed.syntax import readable
from pytest_cognito_groups.text import beginning, shortened

__all__ = ["MappingNode", "Node", "ScalarNode", "SequenceNode"]

DEEPEST: Final = 50
"""How deep nodes may be nested. A seed needs six levels; the composer recurses, and too deep in C is a crash."""

# What `resolve` returns instead of a tag. No tag can be spelled like this, so any other is one from the seed.
_PLAIN: Final = "\0plain"
_QUOTED: Final = "\0quoted"
_NULL: Final = frozenset(("", "~", "null", "Null", "NULL"))
_FORBIDDEN: Final = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFUSED: Final = (yaml.YAMLError, ValueError, OverflowError)

Loader: TypeAlias = "type[yaml.SafeLoader | yaml.CSafeLoader]"


class UnreadableError(ValueError):
    """The text isn't YAML, or isn't YAML that a seed can be; `finding` says what and where."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class _DepthError(Exception):
    """Nested deeper than any seed."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


def verbatim(base: Any) -> Loader:
    """A loader that leaves scalars as written, spots tags, and stops where nodes are nested too deep."""

    class Verbatim(base):  # type: ignore[misc]
        depth = 0

        def resolve(self, _kind: object, _value: object, implicit: object) -> str:
            return _QUOTED if implicit == (False, True) else _PLAIN

        def descend_resolver(self, parent: Node, _index: object) -> None:
            self.depth += 1
            if self.depth > DEEPEST:
                raise _DepthError(place_of(parent))

        def ascend_resolver(self) -> None:
            self.depth -= 1

    loader: Loader = Verbatim
    return loader


LOADER: Final = verbatim(getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def compose(text: str, loader: Loader = LOADER) -> list[Node]:
    """The text's documents. Raises `UnreadableError`."""
    found: list[Node] = []
    refused: Exception | None = None
    stop = len(text)
    # Scanners read ahead, and C's refuses 1,000 levels itself: what comes before needs another look.
    for _ in range(3):
        try:
            found = list(yaml.compose_all(text[:stop], loader))
            break
        except _REFUSED as error:
            refused = refused or error
            stop = _begin(text[:stop], error)
        except _DepthError as error:
            message = f"nested more than {DEEPEST} levels deep"
            raise UnreadableError(Finding(error.index, message, "a seed needs at most six")) from None
    if refused:
        raise UnreadableError(
            readable(refused, text) if isinstance(refused, yaml.MarkedYAMLError) else _forbidden(text, refused)
        )
    if "!" in text:  # most seeds have none, and this visits every node
        for node in found:
            _refuse_tags(node)
    return found


def _begin(text: str, error: Exception) -> int:
    """Where the part that the YAML library refuses begins."""
    if isinstance(error, yaml.MarkedYAMLError):
        return min((mark.index for mark in (error.problem_mark, error.context_mark) if mark is not None), default=0)
    return _forbidden(text, error).index


def _forbidden(text: str, error: Exception) -> Finding:
    """What the YAML library refuses without naming a place: usually a character."""
    character = _FORBIDDEN.search(text)
    if character is None:
        return Finding(0, f"not valid YAML: {error}")
    return Finding(
        character.start(),
        f"the character U+{ord(character.group()):04X} is not allowed in YAML",
        'remove it, or write it as an escape in double quotes, "\\x07"',
    )


def _refuse_tags(root: Node) -> None:
    seen = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.tag not in (_PLAIN, _QUOTED):
            message = f"the tag {beginning(node.tag)} is not allowed"
            raise UnreadableError(Finding(place_of(node), message, "remove the tag: a seed takes all text as written"))
        if isinstance(node, SequenceNode):
            waiting.extend(reversed(node.value))
        elif isinstance(node, MappingNode):
            waiting.extend(part for pair in reversed(node.value) for part in reversed(pair))


def place_of(node: Node) -> int:
    """The index in the text at which the node begins."""
    mark = node.start_mark
    return 0 if mark is None else mark.index


def plain(node: Node) -> bool:
    """Whether the node is text without quotes."""
    return node.tag == _PLAIN and isinstance(node, ScalarNode)


def null(node: Node) -> bool:
    """Whether the node is empty, `~` or `null`."""
    return node.value in _NULL and plain(node) if isinstance(node, ScalarNode) else False


def merges(node: Node) -> bool:
    """Whether the node is the key `<<`."""
    return node.value == "<<" and plain(node) if isinstance(node, ScalarNode) else False


# Mappings

Pairs = list[tuple[ScalarNode, Node]]


class AddError(Protocol):
    """Notes an error at a node: message, hint, and the node where the same thing came first."""

    def __call__(self, node: Node, message: str, hint: str = "", first: Node | None = None) -> None: ...


@final
class Mappings:
    """The keys and values of one document's mappings. `merging`: the document has a `<<`."""

    def __init__(self, add_error: AddError, *, merging: bool) -> None:
        self._merging = merging
        self._add_error = add_error
        self._merged: dict[int, Pairs] = {}

    def pairs(self, node: MappingNode) -> Pairs:
        """The pairs in order, the merged ones first; if a key is given twice, the first."""
        if not self._merging:
            return self._given_once(node.value)
        waiting = [(node, False)]  # no recursion: each of thousands of mappings may merge the one before
        while waiting:
            last, ready = waiting.pop()
            if ready:
                self._merged[id(last)] = self._merge(last)
            elif id(last) not in self._merged:
                self._merged[id(last)] = []  # a mapping that merges itself gains nothing
                others = [(other, False) for other in _added(last) if isinstance(other, MappingNode)]
                waiting += [(last, True), *others]
        return self._merged[id(node)]

    def _given_once(self, pairs: list[tuple[Node, Node]]) -> Pairs:
        found: Pairs = []
        seen: dict[str, Node] = {}
        for key, value in pairs:
            if not isinstance(key, ScalarNode):
                self._add_error(key, "a key must be text", "put it in quotes")
            elif seen.setdefault(key.value, key) is not key:
                self._add_error(key, f"{shortened(key.value)} is given twice", "keep one of the two", seen[key.value])
            else:
                found.append((key, value))
        return found

    def _merge(self, node: MappingNode) -> Pairs:
        merged: dict[str, tuple[ScalarNode, Node]] = {}
        for other in _added(node):
            if isinstance(other, MappingNode):
                for pair in self._merged[id(other)]:
                    merged.setdefault(pair[0].value, pair)
            else:
                self._add_error(other, "<< takes a mapping, or a list of mappings", 'to use "<<" as a key, quote it')
        for pair in self._given_once([pair for pair in node.value if not merges(pair[0])]):
            merged[pair[0].value] = pair
        return list(merged.values())


def _added(node: MappingNode) -> Iterator[Node]:
    """What the mapping merges."""
    for key, value in node.value:
        if merges(key):
            yield from value.value if isinstance(value, SequenceNode) else [value]
