"""`member-[001:150]`: which names a range stands for."""

from __future__ import annotations

import time

import pytest

from pytest_cognito_groups.seed.ranges import MOST, RangeError, parse


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("m-[1:3]", ["m-1", "m-2", "m-3"]),
        ("m-[001:003]", ["m-001", "m-002", "m-003"]),
        ("m-[09:11]", ["m-09", "m-10", "m-11"]),
        ("m-[8:010]", ["m-8", "m-9", "m-10"]),
        ("m-[098:101]", ["m-098", "m-099", "m-100", "m-101"]),
        ("m-[0:1]@x", ["m-0@x", "m-1@x"]),
        ("[00:01]", ["00", "01"]),
        ("m-[5:5]", ["m-5"]),
    ],
)
def test_a_range_has_both_its_ends_padded_like_the_first(written: str, names: list[str]) -> None:
    span = parse(written)
    assert span is not None
    assert span.names == names
    assert len(span) == len(names)
    assert span.longest == names[-1]
    assert all(name in span for name in names)


@pytest.mark.parametrize(
    "name", ["m", "m-[1]", "m-[x]", "m-[:]", "m-[..]", "m-1:3", "[]", "m-[1", "1-3]", "m-[1.3]", "m-[é:ü]", "m-[[x]:3]"]
)
def test_a_name_with_other_brackets_is_not_a_range(name: str) -> None:
    assert parse(name) is None


GRAMMAR = "write a range like member-[001:150]: whole numbers with a colon between them"


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("m-[1-3]", "write m-[1:3]; both ends are included"),
        ("k-[01..03]x", "write k-[01:03]x; both ends are included"),
        ("m-[1...3]", "write m-[1:3]; both ends are included"),
        ("m-[1::3]", "write m-[1:3]; both ends are included"),
        ("m-[3-1]", "write m-[1:3]; both ends are included"),
        ("m-[1:3]-[1-3]", "a name can have only one: write a line per value of the other"),
        (f"m-[1-{MOST + 1}]", "the ranges of a seed may have at most 100,000 names"),
        ("m-[1-3]-[a-c]", GRAMMAR),
        ("m-[a:c]", GRAMMAR),
        ("m-[1:3", GRAMMAR),
        ("m-1:3]", GRAMMAR),
        ("m-[1:3]]", GRAMMAR),
        ("m-[[1:3]", GRAMMAR),
        ("m-[[1:2]:3]", GRAMMAR),
        ("k-[1:]", GRAMMAR),
        ("[:3]", GRAMMAR),
        ("m-[..x]", GRAMMAR),
        ("m-[-1:3]", GRAMMAR),
        ("m-[1,3]", GRAMMAR),
        ("m-[1:9:2]", GRAMMAR),
    ],
)
def test_what_looks_like_a_range_but_is_not_one_is_refused(written: str, hint: str) -> None:
    with pytest.raises(RangeError) as caught:
        parse(written)
    assert (str(caught.value), caught.value.hint) == (f"{written!r} looks like a range but isn't one", hint)


def test_a_long_name_with_dots_is_looked_at_quickly() -> None:
    begin = time.thread_time()
    assert parse("[1" + "." * 20_000) is None
    assert parse("[1-" * 20_000) is None
    assert time.thread_time() - begin < 5


@pytest.mark.parametrize(
    "name", ["m-0", "m-004", "m-4", "x-001", "m-001x", "m-", "m-1", "m-0x1", "m-²", f"m-{'1' * 30}", 3]
)
def test_a_range_does_not_have_names_beside_it(name: object) -> None:
    span = parse("m-[001:003]")
    assert span is not None
    assert name not in span


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("m-[3:1]", "'m-[3:1]' runs backwards", "write m-[1:3]; both ends are included"),
        (
            "m-[1:2]-[1:2]",
            "'m-[1:2]-[1:2]' has two ranges",
            "a name can have only one: write a line per value of the other",
        ),
        (
            f"m-[1:{MOST + 1}]",
            f"'m-[1:{MOST + 1}]' covers too many names",
            "the ranges of a seed may have at most 100,000 names",
        ),
        (
            f"m-[1:{'9' * 5000}]",
            f"'m-[1:{'9' * 55}'… (5,006 characters) covers too many names",
            "the ranges of a seed may have at most 100,000 names",
        ),
    ],
    ids=["backwards", "two", "long", "endless"],
)
def test_a_range_without_sense_is_refused(written: str, message: str, hint: str) -> None:
    with pytest.raises(RangeError) as caught:
        parse(written)
    assert (str(caught.value), caught.value.hint) == (message, hint)
