"""Walks over listings: tokens that were handed out and never read on, and loops that never send theirs back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pytest_cognito_groups.service.operations import OPERATIONS, Request
from pytest_cognito_groups.service.pages import Cursor

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Unread:
    """A place in a listing that a token was handed out for and no request continued from."""

    request: Request
    token: str | None
    seen: int
    total: int
    place: tuple[str, int] | None
    """The line of the code under test that got the token, as (file, line)."""
    function: tuple[str, str] | None
    """The function that the line is in, as (file, qualified name)."""
    fails: bool
    """Whether it fails the test; else it is a hint for one that fails anyway."""


_PROBES: Final = (1, 2)


def is_probe(request: Request) -> bool:
    """Whether the request only looks if there is anyone, or exactly one: what it leaves unread is never judged."""
    return request.params.get("Limit") in _PROBES


@dataclass(frozen=True, slots=True)
class PartialRead:
    """A function that stops reading on purpose: the end of its file's path, and its qualified name."""

    path: tuple[str, ...]
    name: str

    @classmethod
    def named(cls, text: str) -> PartialRead:
        """The function that an option calls `accounts/members.py::first_admin`."""
        path, _, name = text.partition("::")
        return cls(components(path), name)

    def covers(self, functions: Iterable[tuple[str, str]]) -> bool:
        """Whether it, or a function made in it, is among these, given as (file, qualified name)."""
        return any(
            (name == self.name or name.startswith(f"{self.name}.<locals>."))
            and components(file)[-len(self.path) :] == self.path
            for file, name in functions
        )


def components(path: str) -> tuple[str, ...]:
    """The components of a path, whichever system's."""
    return tuple(part for part in re.split(r"[/\\]", path) if part != ".")


class Walks:
    """The open ends of each listing. A token stands for a position in a listing, not for a string."""

    def __init__(self) -> None:
        self._open: dict[Key, dict[tuple[int, bool], Unread]] = {}
        self._repeats: dict[Key, dict[object, int]] = {}

    def continued(self, listing: Key, cursor: Cursor, request: Request) -> None:
        """A request came that goes on from the cursor, with whatever outcome."""
        self._open.get(listing, {}).pop(cursor.position, None)
        repeats = self._repeats.get(listing)
        if repeats:
            mark = _mark(request)
            self._repeats[listing] = {mark: repeats[mark]} if mark in repeats else {}

    def came_to_nothing(self, request: Request) -> None:
        """A request goes on in a listing that is gone by now: its group or user was deleted."""
        asked = request.token, _listing(request)
        for ends in self._open.values():
            for position in [place for place, end in ends.items() if (end.token, _listing(end.request)) == asked]:
                del ends[position]

    def handed_out(self, listing: Key, following: Cursor, unread: Unread) -> None:
        self._open.setdefault(listing, {})[following.position] = unread

    def repeated(self, listing: Key, request: Request) -> int:
        """How often this very request has by now been answered with a token in a row."""
        repeats = self._repeats.setdefault(listing, {})
        mark = _mark(request)
        repeats[mark] = repeats.get(mark, 0) + 1
        return repeats[mark]

    def unread(self) -> Iterator[Unread]:
        for ends in self._open.values():
            yield from ends.values()

    def forget_repeats(self) -> None:
        self._repeats.clear()


def _listing(request: Request) -> object:
    """The listing by the name that the request has for it."""
    operation = OPERATIONS[request.operation]
    changing = (operation.token, *operation.free)
    return request.operation, repr([param for param in request.params.items() if param[0] not in changing])


def _mark(request: Request) -> object:
    return request.operation, request.region, repr(request.params)  # what botocore did not check may hold lists
