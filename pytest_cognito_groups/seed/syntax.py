"""The YAML parser's words made readable, with the fix where it is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from yaml import MarkedYAMLError

from pytest_cognito_groups.seed.errors import Finding
from pytest_cognito_groups.text import beginning

_RANGE: Final = re.compile(r"""(?:(?<![^\s,\[\]{}"'])[^\s,\[\]{}"']*)?\[[0-9]+:[0-9]+\][^\s,\[\]{}"':]*""")
_COMMENT: Final = re.compile(r"""[^"'\n]*?\s(#)""")
_UNSPACED: Final = re.compile(r"""( *)[^\s:#"'\[\]{}]+(:)\S""")
_ALIAS: Final = re.compile(r"\*([^\s,\[\]{}]*)")
_COLLECTIONS: Final = {"[": ("list", "]"), "{": ("mapping", "}")}

_Explain: TypeAlias = "Callable[[_Refusal], Finding | None]"


class _Refusal(NamedTuple):
    """Where the parser gave up, and where what it was reading then begins."""

    text: str
    place: int
    begin: int

    @property
    def line_begin(self) -> int:
        return self.text.rfind("\n", 0, self.place) + 1


def readable(error: MarkedYAMLError, text: str) -> Finding:
    """What the parser says, in terms of the text."""
    words = ", ".join(filter(None, (error.context, error.problem)))
    index: int = error.problem_mark.index if error.problem_mark else 0
    begin: int = error.context_mark.index if error.context_mark else index
    refusal = _Refusal(text, index, begin)
    for known, explain in _EXPLANATIONS:
        if known.search(words) and (finding := explain(refusal)):
            return finding
    return Finding(index, f"not valid YAML: {beginning(words)}")


def _odd_character(refusal: _Refusal, index: int) -> Finding:
    character = refusal.text[index : index + 1]
    if character == "\t":
        return Finding(index, "tabs can't indent", "use spaces")
    return Finding(index, f"unquoted text can't start with {character}", 'put the whole text in quotes: "…"')


def _open_quote(refusal: _Refusal) -> Finding:
    text, _, begin = refusal
    return Finding(begin, "this quote is never closed", f"end the text with {text[begin]}")


def _open_collection(refusal: _Refusal) -> Finding:
    text, index, begin = refusal
    opening = text[begin]
    what, closing = _COLLECTIONS[opening]
    for written in _RANGE.finditer(text, refusal.line_begin, _end_of_line(text, index)):
        if written.start() <= index <= written.end():
            hint = f'quote it: "{beginning(written.group())}"'
            return Finding(written.start(), f"a range inside {opening}…{closing} needs quotes", hint)
    comment = _COMMENT.match(text, begin)
    if comment and closing in text[comment.end() : _end_of_line(text, comment.end())]:
        message = f"this # starts a comment inside the {what} that starts with {opening} at"
        return Finding(comment.start(1), message, "quote text that contains ' #'", ("", begin))
    if not text[index:].strip():
        return Finding(begin, f"this {opening} is never closed", f"end the {what} with {closing}")
    message = f"a comma or {closing} is missing before this, in the {what} that starts with {opening} at"
    return Finding(index, message, "quote text that contains special characters", ("", begin))


def _missing_value(refusal: _Refusal) -> Finding | None:
    text, index, _ = refusal
    if not text[index:].strip():
        return Finding(index, "the text ends where a value is expected", "close every {, [ and quote")
    if text[index] == ",":
        return Finding(index, "a value is missing before this comma", "add the value, or remove the comma")
    return None


def _colon(refusal: _Refusal) -> Finding:
    text, index, _ = refusal
    message = "a ':' can't go here"
    begin = refusal.line_begin
    line = text[begin:index]
    if re.search(r":\s", line):
        return Finding(index, message, "quote text that contains ': '")
    above = _UNSPACED.match(text, text.rfind("\n", 0, max(begin - 1, 0)) + 1, begin)
    if above and len(above.group(1)) == len(line) - len(line.lstrip(" ")):
        return Finding(above.start(2), "a space is missing after this ':'", "write key: value")
    hint = "indent it below a line that ends in ':', or line it up with the key above; put a space after the ':'"
    return Finding(index, message, hint)


def _unknown_alias(refusal: _Refusal) -> Finding:
    written = _ALIAS.match(refusal.text, refusal.place, refusal.place + 80)
    name = written.group(1) if written else ""
    message = f"the alias *{name} has no anchor &{name} before it"
    return Finding(refusal.place, message, "an anchor works only within its own document")


def _loose_line(refusal: _Refusal) -> Finding:
    text, index, _ = refusal
    line = text[refusal.line_begin : _end_of_line(text, index)]
    hint = "write each line as key: value; quote text that contains special characters"
    if line[:1].isspace() or not line.strip():
        hint = "indent the lines of a mapping alike, and write each as key: value"
    return Finding(index, "this line doesn't continue the block above it", hint)


def _end_of_line(text: str, index: int) -> int:
    end = text.find("\n", index)
    return end if end >= 0 else len(text)


def _at(which: str, message: str, hint: str = "") -> _Explain:
    return lambda refusal: Finding(getattr(refusal, which), message, hint)


_EXPLANATIONS: Final[tuple[tuple[re.Pattern[str], _Explain], ...]] = (
    (re.compile("cannot start any token"), lambda refusal: _odd_character(refusal, refusal.place)),
    (re.compile("alphabetic or numeric"), lambda refusal: _odd_character(refusal, refusal.begin)),
    (
        re.compile("unknown escape"),
        _at("begin", "a backslash in this text doesn't start a YAML escape", "use single quotes"),
    ),
    (re.compile("unexpected (end of stream|document)"), _open_quote),
    (re.compile("flow (sequence|mapping).*expected ',' or '[]}]'"), _open_collection),
    (re.compile("node content"), _missing_value),
    (re.compile("mapping values are not allowed"), _colon),
    (re.compile("duplicate anchor"), _at("place", "this anchor is already taken", "rename one of the two")),
    (re.compile("undefined alias"), _unknown_alias),
    (re.compile("could not find expected ':'"), _at("begin", "a ':' is missing after this key")),
    (
        re.compile("<document start>"),
        _at("place", "this line doesn't continue the block above it", "start all keys of a seed in the same column"),
    ),
    (re.compile("block (mapping|collection)"), _loose_line),
)
"""The words of the two parsers, in C and Python, and what they mean. The first explanation wins."""
