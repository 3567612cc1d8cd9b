"""What goes wrong: an error of the service, and a name that the user of this package got wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pytest_cognito_groups.text import did_you_mean


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
