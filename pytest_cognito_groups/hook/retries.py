"""botocore's retries as they would go against a fresh service, without the waiting.

Back-off is skipped for the calls that a fake answers, and reported to it; sleeping elsewhere is left alone. Of what a
client keeps from call to call (the retry quota of standard mode, the rate limiter of adaptive mode) each fake has its
own: what a fake answers neither reads nor writes the client's. So there is nothing to put back, in whatever order fakes
end; only a call that is under way when the last fake ends, and goes on under a new one, is the client's own from there
on. All of this rests on attributes that botocore does not promise: they are named in this module alone.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary, WeakSet

from pytest_cognito_groups.forks import new_lock
from pytest_cognito_groups.hook.invocation import Responder, answering, spared

_lock: Final = new_lock()


def suspend(botocore: ModuleType) -> None:
    """Stop the waiting in this botocore, and in aiobotocore where it is loaded by now."""
    for module, sleepers in (
        (botocore.endpoint, _BOTOCORES_SLEEPERS),
        (sys.modules.get("aiobotocore.endpoint"), _AIOBOTOCORES_SLEEPERS),
    ):
        if module is not None and id(module) not in _suspended:
            with _lock:
                for path, without in sleepers:
                    _replace(module, path, without)
                _suspended[id(module)] = module  # last: what is in needs no lock


def keep_apart(request_signer: Any) -> None:
    """Let fakes have their own of what the client keeps from call to call. The client is known by its signer."""
    emitter = request_signer._event_emitter._emitter  # behind the aliases
    if emitter in _emitters:
        return
    with _lock:
        # Another thread may have been here since.
        for keeper in list(_keepers(emitter)):
            if not isinstance(keeper, _Apart):
                _keepers_apart.add(keeper)  # first: should an interrupt come in between, it is looked after
                keeper.__class__ = _apart(type(keeper))
        _emitters.add(emitter)  # last: what is in needs no lock


def forget(responder: Responder) -> None:
    """Drop what was kept for the responder: its next life starts afresh."""
    with _lock:
        _kept.pop(responder, None)


def resume() -> None:
    """Leave botocore as it was found."""
    with _lock:
        while _replaced:
            owner, name, before, own = _replaced[-1]
            if vars(owner)[name] is own:  # not if someone else has replaced it since
                setattr(owner, name, before)
            _replaced.pop()  # last: what is interrupted is done again
        _suspended.clear()
        for keeper in _keepers_apart:
            if isinstance(keeper, _Apart):
                keeper.__class__ = type(keeper).__bases__[1]
        _keepers_apart.clear()
        _emitters.clear()


# Back-off


class _Module:
    """A module as another one sees it, but for what a subclass defines."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> object:
        return getattr(self._module, name)


class _Time(_Module):
    def sleep(self, seconds: float) -> None:
        if not spared(seconds):
            self._module.sleep(seconds)


class _Asyncio(_Module):
    async def sleep(self, seconds: float) -> None:
        if not spared(seconds):
            await self._module.sleep(seconds)


def _without_sleep(sleep: Callable[[object, float], Awaitable[None]]) -> object:
    async def without_sleep(self: object, seconds: float) -> None:
        if not spared(seconds):
            await sleep(self, seconds)

    return without_sleep


_Sleepers: TypeAlias = tuple[tuple[str, Callable[[Any], object]], ...]

_BOTOCORES_SLEEPERS: Final[_Sleepers] = (("time", _Time),)
_AIOBOTOCORES_SLEEPERS: Final[_Sleepers] = (("asyncio", _Asyncio), ("AnyioEndpoint._sleep", _without_sleep))
"""What sleeps before another attempt: the path in its module, and what makes one that spares the fakes' calls."""

_suspended: Final[dict[int, ModuleType]] = {}
_replaced: Final[list[tuple[object, str, object, object]]] = []
"""Owner, name, what was there, what is there now."""


def _replace(owner: object, path: str, without: Callable[[Any], object]) -> None:
    *way, name = path.split(".")
    for step in way:
        owner = getattr(owner, step, None)
    if owner is not None:  # else an older aiobotocore
        before = getattr(owner, name)
        if isinstance(before, _Module):  # put back by someone who found it here while another fake was active
            before = before._module
        own = without(before)
        _replaced.append((owner, name, before, own))
        setattr(owner, name, own)


# Quota and rate limiter

_KEPT: Final = frozenset({"_quota", "_enabled", "_rate_clocker", "_rate_adjustor", "_token_bucket"})

_emitters: Final[set[Any]] = set()
_keepers_apart: Final[WeakSet[Any]] = WeakSet()
_kept: Final[WeakKeyDictionary[Responder, WeakKeyDictionary[object, dict[str, object]]]] = WeakKeyDictionary()


class _Apart:
    """Mixed into the class of what keeps something from call to call: a fake's calls see what that fake keeps.

    Not by `super()`: the class goes back when the last fake ends, which may be in the middle of another thread's look.
    """

    def __getattribute__(self, name: str) -> object:
        own = _own(self) if name in _KEPT else None
        return object.__getattribute__(self, name) if own is None else own[name]

    def __setattr__(self, name: str, value: object) -> None:
        # What a fake throttles does not switch the limiter on: it would wait.
        if name not in _KEPT or _own(self) is None:
            object.__setattr__(self, name, value)


_classes: Final[dict[type[object], type[object]]] = {}


def _apart(kind: type[object]) -> type[object]:
    if kind not in _classes:
        _classes[kind] = type(kind.__name__, (_Apart, kind), {})
    return _classes[kind]


def _own(keeper: object) -> dict[str, object] | None:
    """What the fake that answers the call under way keeps in the keeper's place; `None` if none answers."""
    responder = answering()
    if responder is None:
        return None
    try:
        return _kept[responder][keeper]
    except KeyError:
        with _lock:
            return _kept.setdefault(responder, WeakKeyDictionary()).setdefault(keeper, _fresh(vars(keeper)))


def _fresh(kept: Mapping[str, Any]) -> dict[str, object]:
    """What a client keeps before its first call: a full quota, or a rate limiter that knows of nothing."""
    if "_quota" in kept:
        return {"_quota": type(kept["_quota"])(kept["_quota"]._max_capacity)}
    clock = kept["_clock"]
    return {
        "_enabled": False,
        "_rate_clocker": type(kept["_rate_clocker"])(clock),
        "_rate_adjustor": type(kept["_rate_adjustor"])(starting_max_rate=0, start_time=clock.current_time()),
        "_token_bucket": type(kept["_token_bucket"])(max_rate=1, clock=clock),
    }


def _keepers(emitter: Any) -> Iterator[Any]:
    """The quota and the rate limiter among the client's handlers."""
    for handler in emitter._handlers.prefix_search("needs-retry.cognito-identity-provider"):
        owner = getattr(handler, "__self__", None)
        for keeper, sign in ((getattr(owner, "_retry_quota", None), "_quota"), (owner, "_token_bucket")):
            if hasattr(keeper, sign):
                yield keeper
