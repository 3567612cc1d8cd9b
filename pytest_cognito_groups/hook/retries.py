"""botocore's retries as they would go against a fresh service, without the waiting.

Back-off is skipped for the calls that a fake answers and told to it; sleeping elsewhere is left alone. What a client
keeps from call to call (the retry quota of standard mode, the rate limiter of adaptive mode) starts anew for each fake,
and is put back when the fake ends. All of this rests on attributes that botocore does not promise: they are named in
this module alone.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from pytest_cognito_groups.hook.invocation import answered, spared

_lock = threading.RLock()
_undo: list[Callable[[], None]] = []
_patched: set[str] = set()


def _replace(owner: object, name: str, value: object) -> None:
    before = getattr(owner, name)
    setattr(owner, name, value)
    _undo.append(lambda: setattr(owner, name, before))


class _Time:
    """The `time` module as `botocore.endpoint` sees it."""

    def __getattr__(self, name: str) -> object:
        return getattr(time, name)

    @staticmethod
    def sleep(seconds: float) -> None:
        if not spared(seconds):
            time.sleep(seconds)


def _skip_wait(bucket: type[Any]) -> None:
    acquire = bucket.acquire

    def without_wait(self: Any, amount: int = 1, block: bool = True) -> Any:
        return acquire(self, amount, block) if answered() is None else True

    _replace(bucket, "acquire", without_wait)


def _skip_async_wait(bucket: type[Any]) -> None:
    acquire = bucket.acquire

    async def without_wait(self: Any, amount: int = 1, block: bool = True) -> Any:
        return await acquire(self, amount, block) if answered() is None else True

    _replace(bucket, "acquire", without_wait)


def _skip_async_sleep(endpoint: type[Any]) -> None:
    sleep = endpoint._sleep

    async def without_sleep(self: Any, seconds: float) -> None:
        if not spared(seconds):
            await sleep(self, seconds)

    _replace(endpoint, "_sleep", without_sleep)


def _owners(module: object, attribute: str) -> Iterable[type[Any]]:
    """The classes of the module that define the attribute themselves."""
    return [value for value in vars(module).values() if isinstance(value, type) and attribute in vars(value)]


def _patch_botocore(module: Any) -> None:
    _replace(module, "time", _Time())


def _patch_buckets(module: Any) -> None:
    for bucket in _owners(module, "acquire"):
        _skip_wait(bucket)


def _patch_async_endpoint(module: Any) -> None:
    for endpoint in _owners(module, "_sleep"):
        _skip_async_sleep(endpoint)


def _patch_async_buckets(module: Any) -> None:
    for bucket in _owners(module, "acquire"):
        _skip_async_wait(bucket)


_PATCHES: dict[str, Callable[[Any], None]] = {
    "botocore.endpoint": _patch_botocore,
    "botocore.retries.bucket": _patch_buckets,
    "aiobotocore.endpoint": _patch_async_endpoint,
    "aiobotocore.retries.bucket": _patch_async_buckets,
}


def suspend() -> None:
    """Stop the waiting in what of botocore and aiobotocore is loaded by now."""
    if len(_patched) == len(_PATCHES):
        return
    with _lock:
        for name, patch in _PATCHES.items():
            if name in sys.modules and name not in _patched:
                _patched.add(name)
                patch(sys.modules[name])


def resume() -> None:
    with _lock:
        while _undo:
            _undo.pop()()
        _patched.clear()


class FreshState:
    """What clients remember of their retries, set aside for the time of one fake."""

    def __init__(self) -> None:
        self._seen: dict[int, object] = {}
        self._back: list[Callable[[], None]] = []

    def begin(self, endpoint: Any, event_name: str) -> None:
        """Set aside the state of the client that the endpoint belongs to, the first time it is seen."""
        if id(endpoint) in self._seen:
            return
        with _lock:
            if id(endpoint) not in self._seen:
                self._seen[id(endpoint)] = endpoint
                for handler in _handlers(endpoint, event_name):
                    owner = getattr(handler, "__self__", None)
                    quota = getattr(getattr(owner, "_retry_quota", None), "_quota", None)
                    if quota is not None:
                        self._set(quota, _available_capacity=quota._max_capacity)
                    if hasattr(owner, "_token_bucket"):
                        self._set(owner, **_fresh_limiter(owner))

    def _set(self, owner: Any, **values: object) -> None:
        before = {name: getattr(owner, name) for name in values}
        self._back.append(lambda: vars(owner).update(before))
        vars(owner).update(values)

    def end(self) -> None:
        with _lock:
            while self._back:
                self._back.pop()()
            self._seen.clear()


def _handlers(endpoint: Any, event_name: str) -> Iterable[object]:
    emitter = endpoint._event_emitter
    emitter = getattr(emitter, "_emitter", emitter)  # behind the aliases
    found: Iterable[object] = emitter._handlers.prefix_search(event_name)
    return found


def _fresh_limiter(limiter: Any) -> dict[str, object]:
    clock = limiter._clock
    return {
        "_enabled": False,
        "_rate_clocker": type(limiter._rate_clocker)(clock),
        "_rate_adjustor": type(limiter._rate_adjustor)(starting_max_rate=0, start_time=clock.current_time()),
        "_token_bucket": type(limiter._token_bucket)(max_rate=1, clock=clock),
    }
