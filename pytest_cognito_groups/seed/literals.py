"""Finding a seed's literal in the Python file that it stands in, and each of its characters."""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

from pytest_cognito_groups.seed.source import PythonPlace, Source, dedented

_ESCAPE: Final = re.compile(r"\\(?:[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)", re.DOTALL)

Position = tuple[int, int]  # line from 1, column from 0, in characters


@final
@dataclass(frozen=True, slots=True)
class Literal:
    """A string literal: its value, where each character of it stands (and where it ends), and the lines of its file."""

    value: str
    positions: tuple[Position, ...]
    lines: tuple[str, ...]


def find(source: Source) -> Literal | None:
    """The literal of the text that the mark names, or else the nearest to what it marks; `None` when there is none."""
    if source.python is None:
        return None
    try:
        with tokenize.open(source.python.path) as file:
            code = file.read()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the file does otherwise is no matter of ours
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
    """What is assigned to the names that stand in marks on what begins in the line."""
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
    """Where each character of the constant stands; its pieces may be several strings one after the other."""
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
    """The column, in characters, of ast's column in bytes."""
    return len(line.encode()[:offset].decode())


def _is_character(spelled: tuple[str, Position]) -> bool:
    return bool(spelled[0])


def _decoded(token: str, start: Position) -> Iterator[tuple[str, Position]]:
    """Each character of the string that the token spells, and where it is spelled; at last nothing, and the end."""
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
