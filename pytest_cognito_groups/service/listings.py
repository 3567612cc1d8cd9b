"""Listings: who is in a group, which groups a user is in, who and what is in a pool, in an order that changes elsewhere
do not disturb.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Final, TypeVar, final

V = TypeVar("V")

PRIME: Final = 1_073_741_789
"""The largest prime below 2**30: keys stay below it, and CPython sorts integers of that size fastest."""

START: Final = -1
"""The place before the first item."""


class Listing:
    """Names in the order of their keys; never changed once made.

    A key belongs to one item for ever, so a place in the listing is named by the last key seen: what comes and
    goes elsewhere does not move it (PAGE-9).
    """

    __slots__ = ("keys", "names")

    def __init__(self, keys: Sequence[int] = (), names: Sequence[str] = ()) -> None:
        self.keys = keys
        self.names = names

    def __len__(self) -> int:
        return len(self.names)

    def changed(self, ended: Iterable[int], made: Iterable[tuple[int, str]]) -> Listing:
        """Without the keys that `ended`, and with what was `made` since, under keys higher than any there."""
        keys: list[int] = []
        names: list[str] = []
        start = 0
        for end in (*sorted(bisect_left(self.keys, key) for key in ended), len(self)):
            keys += self.keys[start:end]
            names += self.names[start:end]
            start = end + 1
        for key, name in made:
            keys.append(key)
            names.append(name)
        return Listing(keys, names)

    def left(self, place: int) -> int:
        """How many items come after the place."""
        return len(self.keys) - bisect_right(self.keys, place)

    def after(self, place: int, count: int) -> tuple[Sequence[str], int]:
        """The next items after the place, at most `count`, and the place after them."""
        start = bisect_right(self.keys, place)
        names = self.names[start : start + count]
        return names, self.keys[start + len(names) - 1] if names else place


class Shuffle:
    """A listing in a different order: by rank, which is the key times one number plus another, modulo a prime.

    The order depends on the two numbers alone, so it stays as it is for every item while others come and go. Where
    there are two items or more, the first one is not the one that was seeded first (PAGE-10).
    """

    __slots__ = ("_add", "_back", "_by", "listing", "ranks")

    def __init__(self, listing: Listing, by: int, add: int) -> None:
        self.listing = listing
        self._by, self._add = by, add
        self._back = pow(by, -1, PRIME)
        self.ranks = sorted([(key * by + add) % PRIME for key in listing.keys])

    @classmethod
    def drawn(cls, listing: Listing, random: Random) -> Shuffle:
        while True:
            by, add = random.randrange(1, PRIME), random.randrange(PRIME)
            shuffle = cls(listing, by, add)
            if len(listing) < 2 or shuffle.ranks[0] != (listing.keys[0] * by + add) % PRIME:
                return shuffle

    def over(self, listing: Listing) -> Shuffle:
        """The same order over what the listing holds by now."""
        return self if listing.names is self.listing.names else Shuffle(listing, self._by, self._add)

    def left(self, place: int) -> int:
        """How many items come after the place."""
        return len(self.ranks) - bisect_right(self.ranks, place)

    def after(self, place: int, count: int) -> tuple[Sequence[str], int]:
        """The next items in this order, at most `count`, and the place after them."""
        start = bisect_right(self.ranks, place)
        ranks = self.ranks[start : start + count]
        keys = ((rank - self._add) * self._back % PRIME for rank in ranks)
        names = [self.listing.names[bisect_left(self.listing.keys, key)] for key in keys]
        return names, ranks[-1] if ranks else place


class Sorted:
    """A listing in the order that a walk began with; what has come since is last (USER-8).

    Places start at `start`, so that those of one walk are never those of a walk that began with a different order.
    """

    __slots__ = ("_order", "listing", "ranks", "start")

    def __init__(self, listing: Listing, order: Sequence[int], start: int) -> None:
        known = set(order)
        self.listing, self.start = listing, start
        self._order = [*order, *(key for key in listing.keys if key not in known)]
        there = set(listing.keys)
        self.ranks = [rank for rank, key in enumerate(self._order, start) if key in there]

    @property
    def order(self) -> Sequence[int]:
        """The keys of what the listing holds, in this order."""
        return [self._order[rank - self.start] for rank in self.ranks]

    def over(self, listing: Listing) -> Sorted:
        """The same order over what the listing holds by now."""
        return self if listing.names is self.listing.names else Sorted(listing, self._order, self.start)

    def left(self, place: int) -> int:
        """How many items come after the place."""
        return len(self.ranks) - bisect_right(self.ranks, place)

    def after(self, place: int, count: int) -> tuple[Sequence[str], int]:
        """The next items in this order, at most `count`, and the place after them."""
        start = bisect_right(self.ranks, place)
        ranks = self.ranks[start : start + count]
        keys = (self._order[rank - self.start] for rank in ranks)
        names = [self.listing.names[bisect_left(self.listing.keys, key)] for key in keys]
        return names, ranks[-1] if ranks else place


@final
class Roll(dict[str, V]):
    """A pool's groups or users by name, in the order in which they came; never changed once made.

    Each has a key for ever, as in a `Listing`: one that takes the place of another of its name takes its key, too.
    """

    __slots__ = ("_first", "_later", "_listing", "_next")

    def __init__(self, values: Mapping[str, V]) -> None:
        super().__init__(values)
        self._first: Mapping[str, object] = self  # the keys of these are their places
        self._later: Mapping[str, int] = {}  # the keys of those that came since
        self._next = len(self)
        self._listing: Listing | None = None

    def _following(self) -> Roll[V]:
        roll = Roll(self)
        roll._first, roll._later, roll._next = self._first, self._later, self._next
        return roll

    def having(self, values: Mapping[str, V]) -> Roll[V]:
        """With these, in the places of those of their names, or last."""
        roll = self._following()
        new = [name for name in values if name not in self]
        roll._later = {**self._later, **{name: key for key, name in enumerate(new, self._next)}}
        roll._next += len(new)
        roll.update(values)
        return roll

    def without(self, name: str) -> Roll[V]:
        roll = self._following()
        # Should the name come back, it comes last.
        roll._later = {**self._later, name: -1}
        del roll[name]
        return roll

    @property
    def listing(self) -> Listing:
        """The names by their keys; made when it is first asked for."""
        if self._listing is None:
            first, later = self._first, self._later
            if later:
                places = {**{name: key for key, name in enumerate(first)}, **later}
                self._listing = Listing([places[name] for name in self], list(self))
            else:
                self._listing = Listing(range(len(self)), list(self))
        return self._listing
