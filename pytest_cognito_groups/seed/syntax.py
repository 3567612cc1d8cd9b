"""The words of YAML's parser made readable, with the mend where it is known."""

from __future__ import annotations

import re
from typing import Final

from yaml import Mark, MarkedYAMLError

from pytest_cognito_groups.seed.errors import Finding
from pytest_cognito_groups.text import beginning

_RANGE: Final = re.compile(r"""(?:(?<![^\s,\[\]{}"'])[^\s,\[\]{}"']*)?\[[0-9]+:[0-9]+\][^\s,\[\]{}"':]*""")
_COMMENT: Final = re.compile(r"""[^"'\n]*?\s(#)""")
_UNSPACED: Final = re.compile(r"""( *)[^\s:#"'\[\]{}]+(:)\S""")
_KINDS: Final = {"sequence": ("list", "[", "]"), "mapping": ("mapping", "{", "}")}


def readable(error: MarkedYAMLError, text: str) -> Finding:
    """What the parser says of the text, in the terms of who wrote it. The parsers in C and Python use like words."""
    problem, context = error.problem or "", error.context or ""
    index = _index(error.problem_mark) if error.problem_mark else 0
    begin = _index(error.context_mark) if error.context_mark else index
    character = text[index : index + 1]
    if "cannot start any token" in problem:
        return _odd_character(index, character)
    if "alphabetic or numeric" in problem:
        return _odd_character(begin, text[begin : begin + 1])
    if "unknown escape" in problem:
        return Finding(begin, "a backslash in this text begins no escape that YAML has", "take single quotes for it")
    if "unexpected end of stream" in problem or "unexpected document" in problem:
        return Finding(begin, "this quote is never closed", f"end the text with {text[begin : begin + 1]}")
    collection = re.search(r"flow (sequence|mapping)", context)
    if collection and re.search(r"expected ',' or '[]}]'", problem):
        return _open_collection(text, index, begin, collection.group(1))
    if "node content" in problem and not text[index:].strip():
        return Finding(index, "the text ends where a value is expected", "close each { and [, and end each text")
    if "node content" in problem and character == ",":
        return Finding(index, "a value is missing before this comma", "leave the comma out, or give the value")
    if "mapping values are not allowed" in problem:
        return _colon(text, index)
    if "duplicate anchor" in context:
        return Finding(index, "the anchor is given twice", "give one of the two another name")
    if "undefined alias" in problem:
        name = re.match(r"\*[^\s,\[\]{}]*", text[index : index + 80])
        known = name.group()[1:] if name else ""
        return Finding(
            index, f"the alias *{known} has no anchor &{known} before it", "an anchor counts in its own document alone"
        )
    if "could not find expected ':'" in problem:
        return Finding(begin, "a ':' is missing after this key")
    if "<document start>" in problem:
        return Finding(index, "this does not go on with what is above it", "begin all keys of a seed in one column")
    if "block mapping" in context or "block collection" in context:
        return Finding(index, "this does not go on with what is above it", _indentation(text, index))
    return Finding(index, f"not valid YAML: {beginning(', '.join(filter(None, (context, problem))))}")


def _index(mark: Mark) -> int:
    index: int = mark.index
    return index


def _odd_character(index: int, character: str) -> Finding:
    if character == "\t":
        return Finding(index, "a tab cannot indent", "use spaces")
    return Finding(
        index, f"text without quotes cannot start with {character}", 'put the whole text between quotes: "…"'
    )


def _open_collection(text: str, index: int, begin: int, kind: str) -> Finding:
    what, opening, closing = _KINDS[kind]
    line_begin = text.rfind("\n", 0, index) + 1
    for written in _RANGE.finditer(text, line_begin, _end_of_line(text, index)):
        if written.start() <= index <= written.end():
            hint = f'quote it: "{beginning(written.group())}"'
            return Finding(written.start(), f"a range inside {opening}…{closing} needs quotes", hint)
    comment = _COMMENT.match(text, begin)
    if comment and closing in text[comment.end() : _end_of_line(text, comment.end())]:
        message = f"this # begins a comment, inside the {what} that begins with {opening} at"
        return Finding(comment.start(1), message, "text with ' #' needs quotes", ("", begin))
    if not text[index:].strip():
        return Finding(begin, f"this {opening} is never closed", f"end the {what} with {closing}")
    message = f"a comma or {closing} is missing before this, in the {what} that begins with {opening} at"
    return Finding(index, message, "text with special characters needs quotes", ("", begin))


def _colon(text: str, index: int) -> Finding:
    message = "a ':' cannot stand here"
    begin = text.rfind("\n", 0, index) + 1
    line = text[begin:index]
    if re.search(r":\s", line):
        return Finding(index, message, "text that holds ': ' needs quotes")
    above = _UNSPACED.match(text, text.rfind("\n", 0, max(begin - 1, 0)) + 1, begin)
    if above and len(above.group(1)) == len(line) - len(line.lstrip(" ")):
        return Finding(above.start(2), "a space is missing after this ':'", "a key is written as key: value")
    return Finding(
        index,
        message,
        "indent it under a line that ends in ':', or like the key above; a ':' and its value have a space between them",
    )


def _indentation(text: str, index: int) -> str:
    line = text[text.rfind("\n", 0, index) + 1 : _end_of_line(text, index)]
    if line[:1].isspace() or not line.strip():
        return "indent the lines of one mapping alike, and write each as key: value"
    return "write each line as key: value; text with special characters needs quotes"


def _end_of_line(text: str, index: int) -> int:
    end = text.find("\n", index)
    return end if end >= 0 else len(text)
