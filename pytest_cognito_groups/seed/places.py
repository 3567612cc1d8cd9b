"""From an index into a seed's text to file, line and column."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from pytest_cognito_groups.seed import literals
from pytest_cognito_groups.seed.errors import Finding, SeedProblem, excerpt
from pytest_cognito_groups.seed.source import Source
from pytest_cognito_groups.text import shown


class Places:
    """The places in one source. Made only when something is wrong with it: it looks for the literal in Python."""

    def __init__(self, source: Source) -> None:
        self._literal = literals.find(source)
        text = source.text.removeprefix("\ufeff") if self._literal is None else self._literal.value
        # Line by line, the YAML is the text but for its indentation.
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


def problems(source: Source, findings: Iterable[Finding]) -> list[SeedProblem]:
    """The findings in the order in which they stand in the text."""
    found = sorted(findings, key=lambda finding: finding.index)
    places = Places(source) if found else None
    return [places.problem(finding) for finding in found] if places else []
