"""What is wrong with a seed: where, what, and what to do about it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

SHOWN: Final = 20
"""How many problems one message shows; `SeedError.errors` has them all."""


_WIDEST: Final = 160


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a place in a seed's text. `also`: words that lead to another place, and that place."""

    index: int
    message: str
    hint: str = ""
    also: tuple[str, int] | None = None


@final
@dataclass(frozen=True, slots=True)
class SeedProblem:
    """One thing that is wrong with a seed.

    `line` and `column` count from 1, in characters. `text` is the line, or the part around the place where it is long;
    `caret` is its column in `text`, from 0. `test` is the place of the test, `file:line`, if the seed is in one of its
    marks and can't be found in its file.
    """

    source: str
    line: int
    column: int
    message: str
    text: str
    caret: int
    hint: str = ""
    test: str = ""

    @property
    def summary(self) -> str:
        """`file:line:column: message` in one line, as editors understand it."""
        hint = f" ({self.hint})" if self.hint else ""
        return visible(f"{self.source}:{self.line}:{self.column}: {self.message}{hint}")

    def __str__(self) -> str:
        lines = [visible(f"{self.source}:{self.line}:{self.column}: {self.message}")]
        if self.text.strip():
            lines += [f"    {self.text}", f"    {_blank(self.text[: self.caret])}^"]
        if self.hint:
            lines.append(f"    {visible(self.hint)}")
        if self.test:
            lines.append(f"    in a mark of the test at {visible(self.test)}")
        return "\n".join(lines)


def excerpt(line: str, column: int) -> tuple[str, int]:
    """The part of the line around the column that a terminal can show, and where the column is in it."""
    begin = 0 if len(line) <= _WIDEST else max(0, column - _WIDEST // 2)
    return "".join(map(_showable, line[begin : begin + _WIDEST])), column - begin


def _showable(character: str) -> str:
    """The character, or a replacement of the same width that a terminal can show."""
    return "\ufffd" if _hidden(character) and character != "\t" else character


def visible(text: str) -> str:
    """The text in one line, with whatever could garble a terminal escaped: line breaks, controls, bidi marks."""
    return "".join(ascii(character)[1:-1] if _hidden(character) else character for character in text)


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _blank(text: str) -> str:
    """Space as wide as the text in a terminal, so that a caret after it points at what follows the text."""
    return "".join(char if char == "\t" else " " * _width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


@final
class SeedError(ValueError):
    """A seed that can't be used; its text shows all that is wrong, each with its place and what would be right."""

    def __init__(self, errors: Sequence[SeedProblem]) -> None:
        first = errors[0]
        self.errors = tuple(errors)
        """All that is wrong, in the order of the seed: each has `source`, `line`, `column`, `message` and `hint`."""
        self.source = first.source
        """The file of the first error, or `<seed>`."""
        self.line = first.line
        """The line of the first error, from 1."""
        self.column = first.column
        """The column of the first error, from 1, in characters."""
        shown = [str(error) for error in self.errors[:SHOWN]]
        if len(self.errors) > 1:
            shown.insert(0, f"{len(self.errors):,} errors in the seed")
        if len(self.errors) > SHOWN:
            shown.append(f"… and {len(self.errors) - SHOWN:,} more")
        super().__init__("\n\n".join(shown))

    def __reduce__(self) -> tuple[type[SeedError], tuple[tuple[SeedProblem, ...]]]:
        return SeedError, (self.errors,)  # ValueError's own would pass the text to __init__
