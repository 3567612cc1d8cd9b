"""What goes wrong: an error of the service, and a name that the user of this package got wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Final

MANY: Final = 1_000
"""So many names are compared at most: with all of a large pool it would take seconds."""

LONGEST: Final = 60
"""So many characters of a value are shown at most."""


@dataclass(frozen=True, slots=True)
class ServiceError:
    """An error as the service answers it: the code that botocore makes an exception of, the text, the HTTP status
    (WIRE-5).
    """

    code: str
    message: str
    status: int = 400


@dataclass(frozen=True, slots=True)
class TransportError:
    """An exchange that fails before there is an answer; `code` is the name of botocore's exception."""

    code: str


def shortened(value: object) -> str:
    """The value as Python writes it; of a long text the beginning."""
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]!r}… ({len(value):,} characters)"
    return repr(value)


def beginning(text: str) -> str:
    """The text without quotes; of a long one the beginning."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` when one of the known names is close, else nothing."""
    folded = str(name).casefold()
    by_folded = {other.casefold(): other for other in known}
    if len(by_folded) > MANY:
        alike = ((other, written) for other, written in by_folded.items() if other[:2] == folded[:2])
        by_folded = dict(islice(alike, MANY))
    close = get_close_matches(folded, by_folded, n=1, cutoff=0.6)
    return f"; did you mean {by_folded[close[0]]!r}?" if close else ""


class UnknownNameError(ValueError):
    """A name that is not there; the text ends with the closest one that is."""

    def __init__(self, fact: str, hint: str) -> None:
        super().__init__(fact + hint)


class AbsentError(KeyError):
    """A name that a pool does not have. The closest one is looked for when the text is read, not whenever a mapping is
    asked whether it has the name; where there is none, the text ends with the `way_out`.
    """

    def __init__(self, fact: str, name: str = "", known: Iterable[str] = (), way_out: str = "") -> None:
        super().__init__(fact)
        self._name = name
        self._known = known
        self._way_out = way_out

    def __str__(self) -> str:
        return f"{self.args[0]}{did_you_mean(self._name, self._known) or self._way_out}"
