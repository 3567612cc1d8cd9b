"""What goes wrong: an error of the service, and a name that the user of this package got wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


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


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` when one of the known names is close, else nothing."""
    by_folded = {other.casefold(): other for other in known}
    close = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return f"; did you mean {by_folded[close[0]]!r}?" if close else ""


class UnknownNameError(ValueError):
    """A name that is not there; the text ends with the closest one that is."""

    def __init__(self, fact: str, hint: str) -> None:
        super().__init__(fact + hint)
