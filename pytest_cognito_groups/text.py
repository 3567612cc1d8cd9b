"""Words that messages are made of: a path, a number of things, a value that may be long, a name that is close."""

from __future__ import annotations

import os
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Final

COMPARED: Final = 1_000
"""At most this many names are compared: all of a large pool's would take seconds."""

LONGEST: Final = 60
"""At most this many characters of a value are shown."""


def shown(path: str | os.PathLike[str]) -> str:
    """The path, relative to the working directory when it lies below that."""
    try:
        here = Path.cwd()
    except FileNotFoundError:  # a test has removed it
        return os.fspath(path)
    absolute = here / path
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else os.fspath(path)


def counted(number: int, thing: str) -> str:
    """`1 page`, `2,000 pages`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def shortened(value: object) -> str:
    """The value as Python writes it; only the beginning of a long text."""
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]!r}… ({len(value):,} characters)"
    return repr(value)


def beginning(text: str) -> str:
    """The text without quotes; only the beginning of a long one."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` when one of the known names is close, else nothing."""
    folded = str(name).casefold()
    by_folded = {other.casefold(): other for other in known}
    if len(by_folded) > COMPARED:
        alike = ((other, written) for other, written in by_folded.items() if other[:2] == folded[:2])
        by_folded = dict(islice(alike, COMPARED))
    close = get_close_matches(folded, by_folded, n=1, cutoff=0.6)
    return f"; did you mean {by_folded[close[0]]!r}?" if close else ""
