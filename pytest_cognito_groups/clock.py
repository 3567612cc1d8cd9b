"""The test's clock, whichever library froze it; and freezing it for a seed's `now:`."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast, final

from pytest_cognito_groups.forks import new_lock

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory


def milliseconds() -> int:
    """Now, in milliseconds since the epoch. Asked of `datetime`, looked up each time: freezegun answers it in every
    thread.
    """
    return (datetime.datetime.now(datetime.UTC) - _EPOCH) // _MILLISECOND


_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MILLISECOND: Final = datetime.timedelta(milliseconds=1)


@final
class Freeze:
    """A freeze at an instant; asyncio's own clock goes on, so that timeouts still work.

    freezegun can only undo its freezes from the last to the first. One that ends before another that began after it is
    therefore undone together with that one. Both ends may be asked for again, whatever became of the first try.
    """

    def __init__(self, now: datetime.datetime) -> None:
        from freezegun import freeze_time

        # pytest's own clock too: set-up, which begins before the freeze, would seem to last for years.
        self._freezer = freeze_time(now, ignore=["_pytest.timing"], real_asyncio=True)
        self._over = False
        self.factory: FrozenDateTimeFactory | None = None
        """What moves the clock, from the start on."""

    def start(self) -> None:
        _undisturbed(self._start)

    def stop(self) -> None:
        _undisturbed(self._stop)

    def _start(self) -> None:
        with _lock:
            if self._over:
                raise RuntimeError("the freeze is over")
            # It does not tick by itself, so its factory is the one that only moves when told to.
            self.factory = cast("FrozenDateTimeFactory", self._freezer.start())
            _begun.append(self)

    def _stop(self) -> None:
        with _lock:
            self._over = True
            while _begun and _begun[-1]._over:
                _begun.pop()._freezer.stop()


def _undisturbed(step: Callable[[], None]) -> None:
    """Take the step in a thread of its own: signals interrupt only the main thread, and freezegun, once interrupted,
    can neither be begun nor ended.
    """
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as thread:
        thread.submit(step).result()


_begun: Final[list[Freeze]] = []
_lock: Final = new_lock()
