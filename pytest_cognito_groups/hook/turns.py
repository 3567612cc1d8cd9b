"""aiobotocore's calls give the event loop a turn, as they do when they wait for the network: races stay visible."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Generator
from types import coroutine
from typing import Any


def is_asynchronous(emitter: Any) -> bool:
    """Whether the emitter, of a session or a client, awaits its handlers: aiobotocore's."""
    own = getattr(emitter, "_emitter", emitter)  # behind the aliases
    return inspect.iscoroutinefunction(getattr(own, "emit_until_response", None))


@coroutine
def turn() -> Generator[Any, Any, None]:
    """Let the other tasks of the event loop, asyncio's or trio's, go on first."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_task():
        yield from trio.lowlevel.checkpoint().__await__()
    else:
        yield  # as asyncio.sleep(0) does, which may be a test's own
