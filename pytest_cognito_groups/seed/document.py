"""YAML text as nodes that know where they stand; scalars stay as they are written."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import yaml
from yaml.nodes import MappingNode as Mapping
from yaml.nodes import Node
from yaml.nodes import ScalarNode as Scalar
from yaml.nodes import SequenceNode as Sequence

from pytest_cognito_groups.seed.errors import Finding
from pytest_cognito_groups.seed.syntax import readable
from pytest_cognito_groups.text import beginning

__all__ = ["Mapping", "Node", "Scalar", "Sequence"]

DEEPEST: Final = 50
"""How deep nodes may be nested. A seed needs six levels; the composer is recursive, and in C that ends in a crash."""

# What `resolve` answers instead of a tag. No tag can be spelled so, hence any other is one that the seed has.
_PLAIN: Final = "\0plain"
_QUOTED: Final = "\0quoted"
_NULL: Final = frozenset(("", "~", "null", "Null", "NULL"))
_FORBIDDEN: Final = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFUSED: Final = (yaml.YAMLError, ValueError, OverflowError)

Loader: TypeAlias = "type[yaml.SafeLoader | yaml.CSafeLoader]"


class UnreadableError(ValueError):
    """The text is not YAML, or is YAML that no seed is; `finding` tells."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class _DepthError(Exception):
    """Nested deeper than any seed."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


def verbatim(base: Any) -> Loader:
    """A loader that leaves scalars as they are written, tells tags from none, and stops where nodes nest too deep."""

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
    refused: list[Finding] = []
    stop = len(text)
    # Scanners read ahead, and C's refuses 1,000 levels itself: hence what comes before is looked at again.
    for _ in range(3):
        try:
            found = list(yaml.compose_all(text[:stop], loader))
            break
        except _REFUSED as error:
            finding, stop = _refusal(text[:stop], error)
            refused.append(finding)
        except _DepthError as error:
            message = f"nested more than {DEEPEST} levels deep"
            raise UnreadableError(Finding(error.index, message, "a seed has six at most")) from None
    if refused:
        raise UnreadableError(refused[0])
    if "!" in text:  # most seeds have none, and this looks at every node
        for node in found:
            _refuse_tags(node)
    return found


def _refusal(text: str, error: Exception) -> tuple[Finding, int]:
    """What the YAML library refuses, and where what comes before it ends."""
    if isinstance(error, yaml.MarkedYAMLError):
        marks = [mark.index for mark in (error.problem_mark, error.context_mark) if mark is not None]
        return readable(error, text), min(marks, default=0)
    finding = _forbidden(text, error)
    return finding, finding.index


def _forbidden(text: str, error: Exception) -> Finding:
    character = _FORBIDDEN.search(text)
    if character is None:
        return Finding(0, f"not valid YAML: {error}")
    return Finding(
        character.start(),
        f"the character U+{ord(character.group()):04X} is not allowed in YAML",
        'leave it out; between double quotes it may be written as an escape, "\\x07"',
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
            raise UnreadableError(
                Finding(place_of(node), message, "a seed is data: leave the tag out, all text is taken as written")
            )
        if isinstance(node, Sequence):
            waiting.extend(reversed(node.value))
        elif isinstance(node, Mapping):
            waiting.extend(part for pair in reversed(node.value) for part in reversed(pair))


def place_of(node: Node) -> int:
    """The index in the text at which the node begins."""
    mark = node.start_mark
    return 0 if mark is None else mark.index


def plain(node: Node) -> bool:
    """Whether the node is text without quotes."""
    return node.tag == _PLAIN and isinstance(node, Scalar)


def null(node: Node) -> bool:
    """Whether the node is nothing: an empty value, `~` or `null`."""
    return node.value in _NULL and plain(node) if isinstance(node, Scalar) else False


def merges(node: Node) -> bool:
    """Whether the node is the key `<<`."""
    return node.value == "<<" and plain(node) if isinstance(node, Scalar) else False


@contextmanager
def collector_paused() -> Iterator[None]:
    """A load makes many objects and no garbage: looking for it takes three times as long as the load."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
