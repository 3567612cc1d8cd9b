"""What `ListUsers` is asked for: `Filter` and `AttributesToGet`, and the indexes for them (USER-4 to USER-9)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias, final
from weakref import WeakKeyDictionary

from pytest_cognito_groups.service.errors import ServiceError
from pytest_cognito_groups.service.listings import Listing, Roll
from pytest_cognito_groups.service.names import Names, answered_name, sub_of
from pytest_cognito_groups.service.records import PoolConfig, UserRecord

SEARCHABLE: Final = (
    "username",
    "email",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "cognito:user_status",
    "status",
    "sub",
)
"""What a filter may name (USER-5)."""

NO_ATTRIBUTES: Final = ("username", "cognito:user_status", "status")
"""What a filter may name although it isn't an attribute (USER-9)."""

NO_FILTER: Final = ServiceError("InvalidParameterException", "Error while parsing filter.")  # USER-6
NO_ATTRIBUTE: Final = ServiceError(  # USER-9
    "InvalidParameterException", "One or more requested attributes do not exist."
)

_FORM: Final = re.compile(r'\s*("?)(?P<name>[\w:.-]+)\1\s*(?P<operator>\^?=)\s*"(?P<value>(?:[^"\\]|\\["\\])*)"\s*')
_MOST: Final = 64
"""Filters whose users are remembered: a walk of many pages asks for the same ones again and again."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition. `prefix`: the value begins with it (`^=`), else it is the whole value (`=`)."""

    name: str
    value: str
    prefix: bool


def parsed(text: str) -> Filter | ServiceError | None:
    """The condition, or the service's error for text that isn't one; `None`: all users."""
    if not text:
        return None
    found = _FORM.fullmatch(text)
    if found is None:
        return NO_FILTER
    name = found["name"]
    if name not in SEARCHABLE:
        return ServiceError("InvalidParameterException", f"Invalid search attribute: {name}")
    return Filter(name, re.sub(r"\\(.)", r"\1", found["value"]), found["operator"] == "^=")


class Matches(NamedTuple):
    """The users whom a filter finds, and their keys in the order of the filtered attribute (USER-8)."""

    listing: Listing
    order: Sequence[int]


Entry: TypeAlias = "tuple[str, str, int, str]"
"""Of a user who has the attribute: its value as it is compared, and as it is stored, and the user's key and name."""


@final
class Search:
    """Finds users of one pool by what is stored of them. An index of an attribute is made when it is first needed."""

    def __init__(self, config: PoolConfig, users: Roll[UserRecord]) -> None:
        self._config = config
        self._users = users
        self._indexes: dict[str, list[Entry]] = {}
        self._found: dict[Filter, Matches] = {}
        self._lacking: dict[tuple[Filter | None, str], str | None] = {}

    def found(self, condition: Filter) -> Matches:
        matches = self._found.get(condition)
        if matches is None:
            if len(self._found) >= _MOST:
                self._found.clear()
                self._lacking.clear()
            matches = self._found[condition] = self._search(condition)
        return matches

    def _search(self, condition: Filter) -> Matches:
        entries = self._index(condition.name)
        value = self._fold(condition.name)(condition.value)
        start = bisect_left(entries, value, key=_compared)
        if condition.prefix:
            size = len(value)
            end = bisect_right(entries, value, start, key=lambda entry: entry[0][:size])
        else:
            end = bisect_right(entries, value, start, key=_compared)
        matching = entries[start:end]
        order = [key for _, key in sorted([(stored, key) for _, stored, key, _ in matching])]
        by_key = sorted([(key, username) for *_, key, username in matching])
        return Matches(Listing([key for key, _ in by_key], [username for _, username in by_key]), order)

    def lacking(self, attribute: str, condition: Filter | None) -> str | None:
        """One of those who would need the attribute and lack it, `None` if nobody does: whom the filter finds, or if
        the attribute is not searchable, anybody (USER-9).
        """
        asked = (condition if attribute in SEARCHABLE else None), attribute
        if asked not in self._lacking:
            needing = self._users if asked[0] is None else self.found(asked[0]).listing.names
            having = {username for *_, username in self._index(attribute)}
            self._lacking[asked] = next((name for name in needing if name not in having), None)
        return self._lacking[asked]

    def _index(self, attribute: str) -> list[Entry]:
        index = self._indexes.get(attribute)
        if index is None:
            index = self._indexes[attribute] = sorted(self._entries(attribute))
        return index

    def _entries(self, attribute: str) -> Iterator[Entry]:
        value_of, fold = self._value_of(attribute), self._fold(attribute)
        for key, user in zip(self._users.listing.keys, self._users.values(), strict=True):
            value = value_of(user)
            if value is not None:
                yield fold(value), value, key, user.username

    def _value_of(self, attribute: str) -> Callable[[UserRecord], str | None]:
        """What is stored of a user; `username` is the name of the answers, never an alias (USER-7)."""
        config = self._config
        stored: dict[str, Callable[[UserRecord], str | None]] = {
            "username": lambda user: answered_name(config, user),
            "sub": lambda user: sub_of(config, user),
            "status": lambda user: "Enabled" if user.enabled else "Disabled",
            "cognito:user_status": lambda user: user.status,
        }
        return stored.get(attribute) or (lambda user: user.attribute(attribute))

    def _fold(self, attribute: str) -> Callable[[str], str]:
        """The form in which two values are compared (USER-7)."""
        if attribute == "status":
            return str
        return self._config.fold if attribute == "username" else str.casefold


def _compared(entry: Entry) -> str:
    return entry[0]


_searches: Final[WeakKeyDictionary[Names, Search]] = WeakKeyDictionary()
"""Shared by the pools that have the same users."""


def search(names: Names) -> Search:
    found = _searches.get(names)
    if found is None:
        found = _searches.setdefault(names, Search(names.config, names.users))
    return found
