"""Clients: those that were made before the package, and a ready one."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from pytest_cognito_groups.hook.data import partition
from pytest_cognito_groups.hook.events import register

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it


def attach(target: object) -> None:
    """Register with a client or a session, botocore's or boto3's, that was made before the package was imported."""
    events = getattr(getattr(target, "meta", None), "events", None) or getattr(target, "events", None)
    emitter = target if events is None else events
    if not hasattr(emitter, "register"):
        raise TypeError(
            f"client_or_session must be a client or a session of botocore or boto3, not {type(target).__name__}"
        )
    register(emitter)


def client(region: str) -> Any:
    """A cognito-idp client for the region; for `us-east-1` where a pool's id begins with something else.

    Making one takes long, so one serves all that ask under the same AWS settings.
    """
    from botocore.session import Session

    settings = tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_")))
    return _client(Session, "us-east-1" if partition(region) is None else region, settings)


@lru_cache(maxsize=16)
def _client(session_class: Callable[[Any], Any], region: str, _settings: tuple[tuple[str, str], ...]) -> Any:
    # Neither the developer's profile nor their files decide how this client behaves.
    nothing = (None, None, os.devnull, None)
    session = session_class({"profile": (None, None, None, None), "config_file": nothing, "credentials_file": nothing})
    session.set_credentials("testing", "testing")
    return session.create_client("cognito-idp", region_name=region)
