"""The only door to botocore: sessions, events, wire in and out, no signing, no back-off."""

import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Final
from weakref import WeakSet

import botocore

guard: Callable[[str, Mapping[str, object]], None] | None = None
"""Refuses a call, an operation and its parameters, while no fake is active, where the running pytest asks for it."""

_known: Final[WeakSet[ModuleType]] = WeakSet()


def install() -> None:
    """From now on every new session, botocore's, boto3's or aiobotocore's, asks the active fakes."""
    if not _known:
        sys.meta_path.insert(0, _Watch)
    _greet(botocore)


class _Watch:
    """Sees a botocore that a test has dropped from `sys.modules` and imports again: it loads no session unseen."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "botocore.session":
            _greet(sys.modules["botocore"])


def _greet(package: ModuleType) -> None:
    if package not in _known:
        _known.add(package)
        package.register_initializer(_prepare)


def _prepare(session: object) -> None:
    from pytest_cognito_groups.hook.events import register

    register(session)
