"""Where a seed is wrong: from keys to an index in its text, and on to line and column, in a Python file too."""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, TypeAlias, final

from pytest_cognito_groups.seed.documents import Decoded
from pytest_cognito_groups.seed.errors import Finding, SeedError, SeedProblem, excerpt
from pytest_cognito_groups.seed.merge import KeyPath, MergeError
from pytest_cognito_groups.seed.nodes import (
    MappingNode,
    Mappings,
    Node,
    ScalarNode,
    SequenceNode,
    compose,
    null,
    place_of,
)
from pytest_cognito_groups.seed.ranges import Range, RangeError, parse
from pytest_cognito_groups.seed.source import PythonPlace, Source, dedented
from pytest_cognito_groups.text import shown

__tracebackhide__: Final = True  # a test's mistake is shown where the test makes it

Pair: TypeAlias = tuple[ScalarNode, Node]
Position: TypeAlias = tuple[int, int]
"""A line from 1 and a column from 0, in characters."""

_ESCAPE: Final = re.compile(r"\\(?:[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)", re.DOTALL)


def raise_errors(sources: Sequence[Source], decoded: Sequence[Decoded], errors: Iterable[MergeError]) -> None:
    """Raise a `SeedError` with all that is wrong with the sources, if anything is, each error at its place."""
    findings = [dict.fromkeys(one.findings) for one in decoded]
    for source, found in _findings(sources, errors):
        findings[source][found] = None
    problems = [
        problem for source, found in zip(sources, findings, strict=True) for problem in _problems(source, found)
    ]
    if problems:
        raise SeedError(problems)


def _findings(sources: Sequence[Source], errors: Iterable[MergeError]) -> Iterator[tuple[int, Finding]]:
    """The errors, each with the number of its source."""
    finders: dict[int, Finder] = {}
    alike: dict[tuple[int, int, KeyPath], list[MergeError]] = {}
    for error in errors:
        source = error.placed.source
        if source not in finders:
            finders[source] = Finder(sources[source].yaml)
        index = finders[source].index(error.placed.document.number, error.path)
        unknown_group = error.path[2:3] == ("groups",)  # those of a range share a place
        key = source, index, () if unknown_group else (*error.path, error.message)
        alike.setdefault(key, []).append(error)
    for (source, index, _), (first, *rest) in alike.items():
        others = {error.message for error in rest} - {first.message}
        more = f", nor {len(others):,} more in the range" if others else ""
        yield source, Finding(index, first.message + more, first.hint)


def _problems(source: Source, findings: Iterable[Finding]) -> Iterator[SeedProblem]:
    """The findings in the order in which they appear in the text."""
    places: Places | None = None
    for finding in sorted(findings, key=lambda finding: finding.index):
        places = places or Places(source)
        yield places.problem(finding)


# From keys to an index


@final
class Finder:
    """The places in one text, read again: keeping those of 100,000 users for a rare error isn't worth it."""

    def __init__(self, yaml: str) -> None:
        self._roots = compose(yaml)
        self._mappings = Mappings(_ignore, merging="<<" in yaml)
        self._known: dict[int, tuple[dict[str, Pair], list[tuple[Range, Pair]]]] = {}

    def index(self, number: int, path: KeyPath) -> int:
        """Where the path leads in the document; where it ends early, the last place on it."""
        node = self._roots[number]
        index = place_of(node)
        for step in path:
            found = self._step(node, step)
            if found is not None:
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
    """The decoder has reported it already."""


# From an index to a line and a column


@final
class Places:
    """The places in one source. Made only when something is wrong: it looks for the literal in Python."""

    def __init__(self, source: Source) -> None:
        self._literal = literal_of(source)
        text = source.text.removeprefix("\ufeff") if self._literal is None else self._literal.value
        # Line by line, the YAML is the text without its indentation.
        self._yaml = source.yaml.split("\n")
        self._text = text.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self._yaml)]
        self._begins = [0, *accumulate(len(line) + 1 for line in self._text)]
        self._name, self._test = source.name, ""
        if source.python is not None:
            file = shown(source.python.path)
            if self._literal is None:
                self._test = f"{file}:{source.python.line}"
            else:
                self._name = file

    def problem(self, finding: Finding) -> SeedProblem:
        """The finding, at its place."""
        line, column, text = self._place(finding.index)
        part, caret = excerpt(text.rstrip("\r"), column)
        message = finding.message
        if finding.also:
            words, index = finding.also
            other_line, other_column, _ = self._place(index)
            message += f"{words} line {other_line}, column {other_column + 1}"
        return SeedProblem(self._name, line, column + 1, message, part, caret, finding.hint, self._test)

    def _place(self, index: int) -> tuple[int, int, str]:
        """The line from 1, the column from 0, and the line's text."""
        row = min(bisect_right(self._starts, index), len(self._yaml)) - 1
        column = index - self._starts[row]
        line = self._text[row]
        if self._yaml[row].strip():
            column += len(line) - len(self._yaml[row])
        if self._literal is None:
            return row + 1, column, line
        number, column = self._literal.positions[self._begins[row] + column]
        return number, column, self._literal.lines[number - 1]


# In Python


@final
@dataclass(frozen=True, slots=True)
class Literal:
    """A string literal: its value, where each character of it stands (and where it ends), and the lines of its file."""

    value: str
    positions: tuple[Position, ...]
    lines: tuple[str, ...]


def literal_of(source: Source) -> Literal | None:
    """The literal that the mark names, or else the one nearest to what it marks; `None` if there is none."""
    if source.python is None:
        return None
    try:
        with tokenize.open(source.python.path) as file:
            code = file.read()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the file's other problems aren't ours
            tree = ast.parse(code)
    except (OSError, SyntaxError, ValueError):
        return None
    constants = [node for node in _constants(tree) if _means(node.value, source.text)]
    named = _named(tree, source.python.line) if len(constants) > 1 else []
    constants.sort(key=lambda node: (node.node not in named, _distance(node.node, source.python)))
    return next(filter(None, (_spelled(node, code) for node in constants)), None)


@dataclass(frozen=True, slots=True)
class _Constant:
    node: ast.Constant
    value: str


def _constants(tree: ast.AST) -> Iterator[_Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield _Constant(node, node.value)


def _named(tree: ast.AST, line: int) -> list[ast.expr | None]:
    """The values of the names that are used in marks on whatever begins in the line."""
    names = {
        argument.id
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for decorator in node.decorator_list
        if node.decorator_list[0].lineno <= line <= node.lineno
        and isinstance(decorator, ast.Call)
        and ast.unparse(decorator.func).endswith(".cognito_groups")
        for argument in decorator.args
        if isinstance(argument, ast.Name)
    }
    found: list[ast.expr | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id in names for target in targets):
                found.append(node.value)
    return found


def _means(value: str, text: str) -> bool:
    return value == text or dedented(value) == dedented(text) or textwrap.dedent(value) == text


def _distance(node: ast.Constant, place: PythonPlace | None) -> int:
    return abs(node.lineno - place.line) if place else 0


def _spelled(constant: _Constant, code: str) -> Literal | None:
    """Where each character of the constant stands; it may consist of several adjacent strings."""
    lines = code.split("\n")
    node = constant.node
    begin = node.lineno, _characters(lines[node.lineno - 1], node.col_offset)
    end_line = node.end_lineno or node.lineno
    end = end_line, _characters(lines[end_line - 1], node.end_col_offset or 0)
    spelled: list[tuple[str, Position]] = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.STRING and begin <= token.start and token.end <= end:
            spelled = [*filter(_is_character, spelled), *_decoded(token.string, token.start)]
    if "".join(character for character, _ in spelled) != constant.value:  # a piece of an f-string, say
        return None
    return Literal(constant.value, tuple(position for _, position in spelled), tuple(lines))


def _characters(line: str, offset: int) -> int:
    """The column in characters of a column in bytes, as ast has it."""
    return len(line.encode()[:offset].decode())


def _is_character(spelled: tuple[str, Position]) -> bool:
    return bool(spelled[0])


def _decoded(token: str, start: Position) -> Iterator[tuple[str, Position]]:
    """Each character that the token spells, and where it is spelled; finally an empty one, and the end."""
    quote = min(token.find(quote) for quote in "'\"" if quote in token)
    raw = "r" in token[:quote].lower()
    size = 3 if token[quote : quote + 3] in ("'''", '"""') else 1
    index, end = quote + size, len(token) - size
    line, column = start[0], start[1] + index
    while index < end:
        escape = None if raw else _ESCAPE.match(token, index, end)
        spelled = escape.group() if escape else token[index]
        for character in _meant(spelled) if escape else spelled:
            yield character, (line, column)
        index += len(spelled)
        if spelled.endswith("\n"):
            line, column = line + 1, 0
        else:
            column += len(spelled)
    yield "", (line, column)


def _meant(escape: str) -> str:
    kind = escape[1]
    if kind in "01234567":
        return chr(int(escape[1:], 8))
    if kind in "abfnrtvxuUN\\":
        meant: str = ast.literal_eval(f"'{escape}'")
        return meant
    return {"\n": "", "'": "'", '"': '"'}.get(kind, escape)
