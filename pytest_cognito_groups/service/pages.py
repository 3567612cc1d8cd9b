"""Pages: how a listing is cut, in full and in ragged paging, and the token that continues it (PAGE-1 to PAGE-10)."""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from random import Random
from typing import Final, NamedTuple

from pytest_cognito_groups.service.listings import START, Listing, Shuffle, Sorted
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import Milliseconds

TOKEN_LIFE: Final = 3_600_000  # PAGE-8, in milliseconds
_PAYLOAD: Final = struct.Struct(">qqI?")
_SEAL: Final = 15  # bytes; with the payload a multiple of three, so that base64 needs no padding


class Cursor(NamedTuple):
    """Where a page begins: after `place`. `page` counts from 1; `idle`: the page before was empty."""

    place: int = START
    page: int = 1
    idle: bool = False
    issued: Milliseconds = 0

    @property
    def position(self) -> tuple[int, bool]:
        """What makes two cursors of one listing the same."""
        return self.place, self.idle


class Subject(NamedTuple):
    """The listing that a request asks for: `kind` "groups" of the user `name`, "users" of the group `name`, or all
    groups or users of the pool, these with the filter `name`. `order`: its keys in the order in which it is shown,
    where that is another.
    """

    pool: Pool
    kind: str
    name: str
    listing: Listing
    order: Sequence[int] | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.pool.config.id, self.name


class Page(NamedTuple):
    """`seen` items of `total` are this page and what comes before it; `several` pages of its size it would take in full
    paging.
    """

    names: Sequence[str]
    following: Cursor | None
    seen: int
    total: int
    several: bool


BEGINNING: Final = Cursor()
_SPAN: Final = 1 << 32
"""The places of one order (USER-8)."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How listings are cut. `seed`: `None` for full paging, else what ragged paging is drawn from. Remembered are
    `shuffles`, the order of each listing, which is drawn once, and `orders`, those in which walks began.
    """

    page_size: int | None = None
    seed: str | None = None
    shuffles: dict[tuple[str, str, str], Shuffle] = field(default_factory=dict)
    orders: dict[tuple[str, str, str], list[Sorted]] = field(default_factory=dict)

    def cut(self, subject: Subject, cursor: Cursor, size: int) -> Page:
        if self.page_size is not None:
            size = min(size, self.page_size)
        cut = self._full if self.seed is None else self._ragged
        names, place, left, more = cut(subject, cursor, size)
        following = Cursor(place, cursor.page + 1, not names) if more else None
        total = len(subject.listing)
        return Page(names, following, total - left, total, total > size)

    def _full(self, subject: Subject, cursor: Cursor, size: int) -> tuple[Sequence[str], int, int, bool]:
        listing = subject.listing if subject.order is None else self._sorted(subject, subject.order, cursor)
        names, place = listing.after(cursor.place, size)
        left = listing.left(place)
        return names, place, left, left > 0

    def _sorted(self, subject: Subject, order: Sequence[int], cursor: Cursor) -> Sorted:
        """The listing in its order, which is the one of today for a walk that begins, else that of its beginning."""
        orders = self.orders.setdefault(subject.key, [])
        if cursor.place != START:
            number = cursor.place // _SPAN
        else:
            number = len(orders) - 1
            if not orders or orders[-1].over(subject.listing).order != order:
                number += 1
                orders.append(Sorted(subject.listing, order, number * _SPAN))
        orders[number] = orders[number].over(subject.listing)
        return orders[number]

    def _ragged(self, subject: Subject, cursor: Cursor, size: int) -> tuple[Sequence[str], int, int, bool]:
        shuffle = self.shuffles[subject.key] = self._shuffle(subject)
        left = shuffle.left(cursor.place)
        random = self._random(subject, cursor.place, cursor.page, cursor.idle)
        count = _ragged_count(left, min(size, left), cursor, random)
        names, place = shuffle.after(cursor.place, count)
        return names, place, left - count, count < left or (left > 0 and random.random() < 0.5)

    def _shuffle(self, subject: Subject) -> Shuffle:
        known = self.shuffles.get(subject.key)
        if known is not None:
            return known.over(subject.listing)
        return Shuffle.drawn(subject.listing, self._random(subject))

    def _random(self, subject: Subject, *where: object) -> Random:
        text = repr((self.seed, subject.key, where))
        return Random(int.from_bytes(blake2b(text.encode(), digest_size=16).digest()))


def _ragged_count(left: int, most: int, cursor: Cursor, random: Random) -> int:
    """How many of the `left` items a ragged page holds, `most` being what full paging would give.

    One of the first two pages is empty and the other one is short, so that every walk meets both; the first never holds
    all. After them pages are full, short or empty as drawn, but no two in a row are empty: a walk over n items takes at
    most 2n + 1 requests, and at least two.
    """
    if not left:
        return 0
    if cursor.page == 1:
        return 0 if most == 1 or random.random() < 0.5 else random.randrange(1, most)
    if not cursor.idle and (cursor.page == 2 or random.random() < 0.25):
        return 0
    if cursor.page == 2:
        return random.randrange(1, most) if most > 1 else 1
    return most if random.random() < 0.5 else random.randint(1, most)


class Tokens:
    """Makes and opens tokens: opaque, authenticated, bound to one listing, good for an hour (PAGE-6 to PAGE-8)."""

    def __init__(self, secret: str) -> None:
        self._secret = blake2b(secret.encode()).digest()

    def _seal(self, payload: bytes, subject: Subject) -> bytes:
        bound = "\0".join(subject.key).encode()
        return blake2b(payload + bound, key=self._secret, digest_size=_SEAL).digest()

    def make(self, cursor: Cursor, subject: Subject, now: Milliseconds) -> str:
        payload = _PAYLOAD.pack(now, cursor.place, cursor.page, cursor.idle)
        # The date goes first: so no token begins with the dash that a command line takes for an option.
        return urlsafe_b64encode(payload + self._seal(payload, subject)).decode()

    def open(self, token: str, subject: Subject) -> Cursor | None:
        """The cursor that the token stands for, whatever its age; `None` for a token of another listing, or none at
        all.
        """
        try:
            raw = urlsafe_b64decode(token)
        except ValueError:
            return None
        payload, seal = raw[:-_SEAL], raw[-_SEAL:]
        if len(payload) != _PAYLOAD.size or seal != self._seal(payload, subject):
            return None
        if urlsafe_b64encode(raw).decode() != token:  # the decoder passes over what is not base64
            return None
        issued, place, page, idle = _PAYLOAD.unpack(payload)
        return Cursor(place, page, idle, issued)
