"""What a failing test shows: the calls of each fake that was active during it, the fixture's or another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from pytest_cognito_groups import forks
from pytest_cognito_groups.calls import messages
from pytest_cognito_groups.forks import new_lock
from pytest_cognito_groups.hook.events import is_active
from pytest_cognito_groups.responder import FakeService

_MOST: Final = 8
"""Fakes of one test that are shown, the last ones."""

_seen: tuple[tuple[FakeService, int], ...] = ()
"""The fakes that are or were active during the test, and how many calls of each had begun before it; replaced whole."""

_forks = 0
"""How often the process had forked when the test began."""

_lock: Final = new_lock()


def entered(service: FakeService) -> None:
    global _seen
    with _lock:
        if service not in dict(_seen):  # a fake may be entered again
            _seen = (*_seen, (service, service.begun))[-_MOST:]


def begin() -> None:
    """A test begins: of the fakes before it, those remain that are active still."""
    global _seen, _forks
    with _lock:
        _forks = forks.number()
        _seen = tuple((service, service.begun) for service, _ in _seen if is_active(service))


def unseen() -> list[str]:
    """What the calls that are shown may lack."""
    return [messages.FORKED] if forks.number() > _forks else []


def sections(own: FakeService | None, *, repeat: Callable[[int], str], everything: bool) -> Iterator[str]:
    """A text for the fixture's own fake, and for each other that the test has called. `repeat` gives the command that
    draws the pages from the number again; a command has no way to say a text that they were drawn from.
    """
    for service, before in _seen:
        calls, of_moto = service.calls(since=before), service.of_moto(since=before)
        if calls or of_moto or service is own:
            seed = service.random_seed
            command = repeat(seed) if service.ragged and isinstance(seed, int) else None
            text = messages.section(calls, of_moto=of_moto, hint=service.hint, everything=everything, repeat=command)
            yield "\n".join([text, *unseen()])
