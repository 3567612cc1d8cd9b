"""A lock that many threads may want at once."""

from __future__ import annotations

from threading import Event, RLock
from typing import Final, final

_PAUSE: Final = 0.0001
"""Seconds between two tries."""


@final
class Lock:
    """A reentrant lock for short sections; a thread takes it only when it runs.

    Up to Python 3.13 a thread that waits for `threading.RLock` is given the lock before the interpreter is its own
    again. Once some wait, all meet at every call a lock whose owner does not run, and go on in single file with a
    switch of threads each (a lock convoy). Here one that finds the lock taken pauses and tries again.
    """

    def __init__(self) -> None:
        self._lock = RLock()

    def __enter__(self) -> None:
        while not self._lock.acquire(blocking=False):
            Event().wait(_PAUSE)  # not time.sleep: a test may have its own

    def __exit__(self, *_: object) -> None:
        self._lock.release()
