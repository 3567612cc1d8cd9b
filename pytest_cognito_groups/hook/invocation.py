"""One call of a client's method, from the signing of its first attempt to its end."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from pytest_cognito_groups.service.errors import ServiceError, TransportError
from pytest_cognito_groups.service.operations import Request

Reply: TypeAlias = str | ServiceError | TransportError
"""The body of an answer, or what comes instead."""


class Responder(Protocol):
    """What answers in the service's place while it is active."""

    def has_pool(self, pool_id: str) -> bool: ...

    def allows(self, operation: str) -> bool:
        """Whether a call of the operation may pass."""

    def answers(self, operation: str) -> bool:
        """Whether the operation was given an answer, whatever the pool."""

    def refuse(self, operation: str, goes_to: str, *, past_moto: bool) -> None:
        """Raise what stops a call of another operation. `goes_to`: "AWS" or a URL; `past_moto`: although moto's mock is
        active.
        """

    def handed_to_moto(self, invocation: Invocation, pool_id: str) -> None:
        """moto answered in its place: no fake has the pool."""

    def unknown_to_moto(self, operation: str, pool_id: str) -> None:
        """moto answered another operation: it has no such pool, but the fake has."""

    def respond(self, request: Request, invocation: Invocation) -> Reply:
        """The answer or the error."""

    def slept(self, invocation: Invocation, seconds: float) -> None:
        """Botocore would have slept before its next attempt."""


@dataclass(slots=True, eq=False)
class Invocation:
    """The attempts of one call share it. `region` is the client's; `call` is the number that the answering fake keeps
    for it.
    """

    id: str
    region: str | None
    responder: Responder | None = None
    call: int = -1


current: ContextVar[Invocation | None] = ContextVar("current", default=None)
"""The call that is under way in this thread or task."""


def answering() -> Responder | None:
    """The fake that answers the call under way."""
    invocation = current.get()
    return None if invocation is None else invocation.responder


def spared(seconds: float) -> bool:
    """Whether the sleep that is due belongs to a call that a fake answers; the fake is told of it."""
    invocation = current.get()
    if invocation is None or invocation.responder is None:
        return False
    invocation.responder.slept(invocation, seconds)
    return True
