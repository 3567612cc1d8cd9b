"""What a fork means here: a child finds the locks free, and the calls that it makes are not seen in the parent."""

from __future__ import annotations

import os
import sys
from threading import RLock
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

if TYPE_CHECKING:
    from _thread import RLock as Lock

_locks: Final[WeakSet[Lock]] = WeakSet()
_number = 0


def new_lock() -> Lock:
    """A re-entrant lock that is free in a forked child, whichever other thread held it in the parent."""
    lock = RLock()
    _locks.add(lock)
    return lock


def number() -> int:
    """How often the process has forked so far."""
    return _number


def _in_child() -> None:
    for lock in _locks:
        if not lock._is_owned():  # type: ignore[attr-defined]  # the thread that forked goes on, and will release it
            lock._at_fork_reinit()  # type: ignore[attr-defined]  # as logging and concurrent.futures free theirs


def _in_parent() -> None:
    global _number
    _number += 1


if sys.platform != "win32":  # pragma: no branch
    os.register_at_fork(after_in_child=_in_child, after_in_parent=_in_parent)
