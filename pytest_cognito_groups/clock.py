"""The test's clock, whichever library froze it; and freezing it for a seed's `now:`."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory, StepTickTimeFactory, TickingDateTimeFactory

    Factory = FrozenDateTimeFactory | StepTickTimeFactory | TickingDateTimeFactory


def milliseconds() -> int:
    """Now, in milliseconds since the epoch. Asked of `datetime`, found anew each time: freezegun answers it in every
    thread.
    """
    return round(datetime.datetime.now(datetime.UTC).timestamp() * 1000)


class Freeze(Protocol):
    def start(self) -> object: ...

    def stop(self) -> None: ...


def freeze(now: datetime.datetime) -> Freeze:
    """A freeze at the instant; asyncio's own clock goes on, so that timeouts still work."""
    from freezegun import freeze_time

    return cast("Freeze", freeze_time(now, real_asyncio=True))
