"""YAML to nodes: what is text, what is refused, and that nothing hangs or crashes."""

# ruff: noqa: E501  # in a table, a case is a line

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from unittest.mock import Mock

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml import Mark

from pytest_cognito_groups.seed import fields
from pytest_cognito_groups.seed.errors import Finding
from pytest_cognito_groups.seed.nodes import (
    LOADER,
    Loader,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    UnreadableError,
    compose,
    null,
    place_of,
    plain,
    verbatim,
)
from pytest_cognito_groups.seed.syntax import readable

LOADERS = {"c": LOADER, "python": verbatim(yaml.SafeLoader)}

WORDS: Final = json.loads((Path(__file__).parents[1] / "yaml_words.json").read_text("utf-8"))
"""What PyYAML's parsers say of a text, and where: context, its place, problem, its place. Another release may have other
words: these are the ones that are made readable.
"""


def refused(text: str, parser: str) -> yaml.MarkedYAMLError:
    """The error with which a parser refuses the text, as PyYAML 6.0.4 and libyaml 0.2.6 have it."""
    context, begin, problem, index = WORDS[text][parser]
    marks = [None if place is None else Mark("", place, 0, place, None, None) for place in (begin, index)]
    return yaml.MarkedYAMLError(context, marks[0], problem, marks[1])


@pytest.fixture(params=LOADERS)
def loader(request: pytest.FixtureRequest) -> Loader:
    return LOADERS[request.param]


@pytest.fixture
def finding(loader: Loader) -> Callable[[str], tuple[int, str, str]]:
    """What is wrong with a text: index, message, hint."""

    def find(text: str) -> tuple[int, str, str]:
        with pytest.raises(UnreadableError) as caught:
            compose(text, loader)
        return caught.value.finding.index, caught.value.finding.message, caught.value.finding.hint

    return find


def scalars(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield from scalars(key)
            yield from scalars(value)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from scalars(item)
    elif isinstance(node, ScalarNode):
        yield node


@pytest.mark.parametrize(
    "written", ["on", "007", "+15551234567", "true", "null", "~", "1.50", "2025-01-01", "0x10", "1_000"]
)
def test_scalars_stay_as_they_are_written(loader: Loader, written: str) -> None:
    (root,) = compose(f"{written}: [{written}, '{written}']", loader)
    found = list(scalars(root))
    assert [scalar.value for scalar in found] == [written] * 3
    assert [plain(scalar) for scalar in found] == [True, True, False]


@pytest.mark.parametrize(
    ("written", "nothing"), [("", True), ("~", True), ("null", True), ("''", False), ("{}", False)]
)
def test_nothing_is_an_empty_value_or_null(loader: Loader, written: str, nothing: bool) -> None:
    (root,) = compose(f"a: {written}", loader)
    assert null(root.value[0][1]) is nothing


@pytest.mark.parametrize(
    "text",
    ["a: 😀\nb: é", '"😀": "é"\r\nb: [x, y]\r\n', "a: b\nc: 'x\ty'", "a: |\n  one\n  two\nb: x", "# 😀\na: b"],
)
def test_places_count_characters(loader: Loader, text: str) -> None:
    (root,) = compose(text, loader)
    for scalar in scalars(root):
        assert text[place_of(scalar) :].lstrip("'\"|\n ").startswith(scalar.value.split("\n")[0])


@pytest.mark.parametrize("tag", ["!!str", "!!python/object:os.system", "!x", "!<tag:x.org,2000:y>"])
@pytest.mark.parametrize("value", ["b", "[b]", "{b: c}", "'b'"])
def test_tags_are_refused_where_they_stand(
    finding: Callable[[str], tuple[int, str, str]], tag: str, value: str
) -> None:
    index, message, _ = finding(f"x: {{y: [1, !, {value}]}}\na: {tag} {value}".replace("!, ", ""))
    assert message.startswith("the tag ")
    assert index == len(f"x: {{y: [1, {value}]}}\na: ")


def test_an_exclamation_mark_in_text_is_no_tag(loader: Loader) -> None:
    (root,) = compose("a: &x [hey!, 'yes! no']\nb: *x", loader)
    assert [scalar.value for scalar in scalars(root)] == ["a", "hey!", "yes! no", "b", "hey!", "yes! no"]


@pytest.mark.parametrize("piece", ["[", "[\n", "{a: ", "{a:\n", "[{", "{{", "[a, ", "- ", "? ", "- ? ", "!x ["])
@pytest.mark.parametrize("end", ["", "@", "\0", "'", "]" * 5000], ids=["", "odd", "forbidden", "quote", "closed"])
def test_deep_nesting_is_refused_at_once(finding: Callable[[str], tuple[int, str, str]], piece: str, end: str) -> None:
    begin = time.thread_time()
    assert finding(piece * 100_000 + end)[1] == "nested more than 50 levels deep"
    assert time.thread_time() - begin < 5


@pytest.mark.parametrize("line", ["-", "a:", "? a\n{}:"])
def test_deep_indentation_is_refused_at_once(finding: Callable[[str], tuple[int, str, str]], line: str) -> None:
    text = "\n".join(f"{' ' * depth}{line.format(' ' * depth)}" for depth in range(1500))
    begin = time.thread_time()
    assert finding(text)[1] == "nested more than 50 levels deep"
    assert time.thread_time() - begin < 5


@pytest.mark.parametrize("levels", [51, 60, 1000, 1001, 5000])
@pytest.mark.parametrize("rest", ["", "@", "'", "\0", "]]]"], ids=repr)
def test_nesting_counts_before_what_is_wrong_behind_it(
    finding: Callable[[str], tuple[int, str, str]], levels: int, rest: str
) -> None:
    assert finding("a: " + "[" * levels + rest)[:2] == (3 + 48, "nested more than 50 levels deep")


@pytest.mark.parametrize("text", ["a: 'b", "[" * 40 + "@", "'" + "[" * 2000, "@" + "[" * 2000, "# [\n" * 2000 + "@"])
def test_what_is_wrong_before_deep_nesting_is_said(finding: Callable[[str], tuple[int, str, str]], text: str) -> None:
    assert "nested" not in finding(text)[1]


PIECES = [
    "[",
    "{",
    "]",
    "}",
    "- ",
    "? ",
    ": ",
    "a",
    ", ",
    "\n",
    " ",
    "'",
    '"',
    "&x ",
    "*x",
    "#",
    "|\n",
    "@",
    "\0",
]
"""Of YAML; no tabs, which the two parsers do not refuse in the same places."""


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from([1, 1, 1, 3, 60])), max_size=12))
@settings(deadline=None)
def test_any_text_is_read_or_refused_by_both_parsers_alike(pieces: list[tuple[str, int]]) -> None:
    text = "".join(piece * times for piece, times in pieces)
    deep = []
    for parser in LOADERS.values():
        try:
            compose(text, parser)
        except UnreadableError as error:
            deep.append("nested" in error.finding.message)
        else:
            deep.append(False)
    assert deep[0] is deep[1]


def test_the_place_of_deep_nesting_is_where_it_gets_too_deep(
    finding: Callable[[str], tuple[int, str, str]],
) -> None:
    assert finding("a: [[]]\nb: " + "[" * 60) == (
        len("a: [[]]\nb: ") + 48,
        "nested more than 50 levels deep",
        "a seed needs at most six",
    )


@pytest.mark.parametrize(
    ("text", "index", "code"),
    [("a: b\0", 4, "0000"), ("a: '\x07'", 4, "0007"), ("a: \ud800", 3, "D800"), ("a: \ufffe", 3, "FFFE")],
)
def test_control_characters_are_named(
    finding: Callable[[str], tuple[int, str, str]], text: str, index: int, code: str
) -> None:
    assert finding(text)[:2] == (index, f"the character U+{code} is not allowed in YAML")


def test_half_a_character_is_not_text() -> None:
    with pytest.raises(fields.FieldError, match="half a character"):
        fields.scalar(ScalarNode("", "é\ud800"))
    assert fields.scalar(ScalarNode("", "é😀")) == "é😀"


def test_an_escape_of_no_character_is_an_error(finding: Callable[[str], tuple[int, str, str]]) -> None:
    assert "not valid YAML" in finding('a: "\\UFFFFFFFF"')[1]


@pytest.mark.parametrize(
    ("text", "index", "message", "hint"),
    [
        ("a: [b", 3, "this [ is never closed", "end the list with ]"),
        ("a: {b: c\n", 3, "this { is never closed", "end the mapping with }"),
        ('a: "b\nc: d\n', 3, "this quote is never closed", 'end the text with "'),
        ("a: 'b\n---\nc: 'd'", 3, "this quote is never closed", "end the text with '"),
        ("a:\n\tb: c", 3, "tabs can't indent", "use spaces"),
        ("a: @b", 3, "unquoted text can't start with @", 'put the whole text in quotes: "…"'),
        ("a: `b", 3, "unquoted text can't start with `", 'put the whole text in quotes: "…"'),
        ("a: {m-[01:09]: [r]}", 4, "a range inside {…} needs quotes", 'quote it: "m-[01:09]"'),
        ("a: [x, team-[1:40]-b]", 7, "a range inside […] needs quotes", 'quote it: "team-[1:40]-b"'),
        ("a: {b: [x y] z}", 13, "a comma or } is missing before this, in the mapping that starts with { at", None),
        ("a: [x[2:3], y[1]]", 4, "a range inside […] needs quotes", 'quote it: "x[2:3]"'),
        ("a: [y[1], x]", 5, "a comma or ] is missing before this, in the list that starts with [ at", None),
        ("a: &x 1\nb: &x 2", 11, "this anchor is already taken", "rename one of the two"),
        ("a: *x", 3, "the alias *x has no anchor &x before it", "an anchor works only within its own document"),
        ("a: b: c", 4, "a ':' can't go here", "quote text that contains ': '"),
        (
            "a\n  b: c",
            5,
            "a ':' can't go here",
            "indent it below a line that ends in ':', or line it up with the key above; put a space after the ':'",
        ),
        ("a:\n  b: c\n d: e", 11, "this line doesn't continue the block above it", "indent the lines of a mapping alike, and write each as key: value"),
        ("a: [b, , c]", 7, "a value is missing before this comma", "add the value, or remove the comma"),
        ("a: [*]", 4, "unquoted text can't start with *", 'put the whole text in quotes: "…"'),
        ("a: [&, b]", 4, "unquoted text can't start with &", 'put the whole text in quotes: "…"'),
        ('a: "b\\d"', 3, "a backslash in this text doesn't start a YAML escape", "use single quotes"),
        ("  a: b\nc: d", 7, "this line doesn't continue the block above it", "start all keys of a seed in the same column"),
        ("a: [b #1, c]\nd: e", 6, "this # starts a comment inside the list that starts with [ at", "quote text that contains ' #'"),
        ("a: {b: c #1}", 9, "this # starts a comment inside the mapping that starts with { at", "quote text that contains ' #'"),
        ("a: [b # c\n  d]\n", 12, "a comma or ] is missing before this, in the list that starts with [ at", None),
        ("a:\n  b:[c]\n  d: [e]", 6, "a space is missing after this ':'", "write key: value"),
        ("b:[c]\nd: [e]", 1, "a space is missing after this ':'", "write key: value"),
        ("- a\nb: c", 4, "this line doesn't continue the block above it", "write each line as key: value; quote text that contains special characters"),
        ("a: 'b' c", 7, "this line doesn't continue the block above it", "write each line as key: value; quote text that contains special characters"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("parser", LOADERS)
def test_the_parsers_words_are_made_readable(
    parser: str, text: str, index: int, message: str, hint: str | None
) -> None:
    found = readable(refused(text, parser), text)
    assert (found.index, found.message) == (index, message)
    assert hint in (None, found.hint)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: {x: 'y[1:2]' z}", "a comma or } is missing before this, in the mapping that starts with { at"),
        ("a: !<x", "not valid YAML"),
        ("a: b\n  c: d", "a ':' can't go here"),
        ("a:\n  ' b'\nc\n", "a ':' is missing after this key"),
    ],
)
@pytest.mark.parametrize("parser", LOADERS)
def test_what_is_not_known_is_said_as_the_parser_has_it(parser: str, text: str, message: str) -> None:
    assert readable(refused(text, parser), text).message.startswith(message)


@pytest.mark.parametrize("text", WORDS)
def test_what_a_parser_refuses_has_a_place_whatever_its_words(
    finding: Callable[[str], tuple[int, str, str]], text: str
) -> None:
    index, message, _ = finding(text)
    assert 0 <= index <= len(text)
    assert message


def test_words_that_are_new_are_shown_as_they_are(loader: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    error = yaml.MarkedYAMLError("here", None, "that is odd", Mark("", 4, 0, 4, None, None))
    monkeypatch.setattr(yaml, "compose_all", Mock(side_effect=error))
    with pytest.raises(UnreadableError) as caught:
        compose("a: [b", loader)
    assert caught.value.finding == Finding(4, "not valid YAML: here, that is odd")
