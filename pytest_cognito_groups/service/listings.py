"""Listings: who is in a group, which groups a user is in, in an order that changes elsewhere do not disturb."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

PRIME: Final = 1_073_741_789
"""The largest prime below 2**30: keys stay below it, and CPython sorts integers of that size fastest."""

START: Final = -1
"""The place before the first item."""


class Listing:
    """Names in the order of their keys. A key belongs to one membership for ever, so a place in the listing is named by
    the last key seen: what comes and goes elsewhere does not move it (PAGE-9).
    """

    __slots__ = ("keys", "names")

    def __init__(self, keys: Sequence[int], names: Sequence[str]) -> None:
        self.keys = keys
        self.names = names

    def __len__(self) -> int:
        return len(self.names)

    def open(self) -> OpenListing:
        """A copy that may be changed."""
        return OpenListing(list(self.keys), list(self.names))

    def key_of(self, name: str) -> int | None:
        """The key of the name, found by going through all: for the groups of one user."""
        return self.keys[self.names.index(name)] if name in self.names else None

    def left(self, place: int) -> int:
        """How many items come after the place."""
        return len(self.keys) - bisect_right(self.keys, place)

    def after(self, place: int, count: int) -> tuple[Sequence[str], int]:
        """The next items after the place, at most `count`, and the place behind them."""
        start = bisect_right(self.keys, place)
        names = self.names[start : start + count]
        return names, self.keys[start + len(names) - 1] if names else place


class OpenListing(Listing):
    """A listing that may be changed."""

    __slots__ = ()
    keys: list[int]
    names: list[str]

    def append(self, key: int, name: str) -> None:
        """Add the name under a key higher than any there."""
        self.keys.append(key)
        self.names.append(name)

    def remove(self, key: int) -> None:
        index = bisect_left(self.keys, key)
        del self.keys[index], self.names[index]


class Shuffle:
    """A listing in another order: by rank, which is the key times one number plus another, modulo a prime.

    The order depends on the two numbers alone, so it stays as it is for every item while others come and go. Where
    there are two items or more, the first one is not the one that was seeded first (PAGE-10).
    """

    __slots__ = ("_add", "_back", "_by", "ranks")

    def __init__(self, keys: Sequence[int], random: Random) -> None:
        while True:
            self._by = random.randrange(1, PRIME)
            self._add = random.randrange(PRIME)
            ranks = list(self._all(keys))
            if len(ranks) < 2 or min(ranks) != ranks[0]:
                break
        self._back = pow(self._by, -1, PRIME)
        self.ranks = sorted(ranks)

    def _all(self, keys: Sequence[int]) -> Iterator[int]:
        by, add = self._by, self._add
        return ((key * by + add) % PRIME for key in keys)

    def add(self, key: int) -> None:
        insort(self.ranks, (key * self._by + self._add) % PRIME)

    def remove(self, key: int) -> None:
        del self.ranks[bisect_left(self.ranks, (key * self._by + self._add) % PRIME)]

    def left(self, place: int) -> int:
        """How many items come after the place."""
        return len(self.ranks) - bisect_right(self.ranks, place)

    def after(self, place: int, count: int, listing: Listing) -> tuple[Sequence[str], int]:
        """The next items of the listing in this order, at most `count`, and the place behind them."""
        start = bisect_right(self.ranks, place)
        ranks = self.ranks[start : start + count]
        keys = ((rank - self._add) * self._back % PRIME for rank in ranks)
        names = [listing.names[bisect_left(listing.keys, key)] for key in keys]
        return names, ranks[-1] if ranks else place
