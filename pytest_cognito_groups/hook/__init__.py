"""The only door to botocore: sessions, events, wire in and out, no signing, no back-off."""

from collections.abc import Callable

import botocore

guard: Callable[[str], None] | None = None
"""Refuses a call of the operation while no fake is active, where the running pytest asks for it."""

_installed = False


def install() -> None:
    """From now on every new session, botocore's, boto3's or aiobotocore's, asks the active fakes."""
    global _installed
    if not _installed:
        _installed = True
        botocore.register_initializer(_prepare)


def _prepare(session: object) -> None:
    from pytest_cognito_groups.hook.events import register

    register(session)
