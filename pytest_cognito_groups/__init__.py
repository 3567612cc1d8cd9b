"""Fakes of Amazon Cognito user pools for tests of code that asks who is in which group."""

from typing import TYPE_CHECKING

from pytest_cognito_groups import hook

if TYPE_CHECKING:
    from pytest_cognito_groups.calls.record import Call, CallList
    from pytest_cognito_groups.fake import CognitoGroups
    from pytest_cognito_groups.seed import SeedError
    from pytest_cognito_groups.service.records import Group, User
    from pytest_cognito_groups.userpool import UserPool

__version__ = "0.1.0"
__all__ = ["Call", "CallList", "CognitoGroups", "Group", "SeedError", "User", "UserPool", "__version__"]

_HOMES = {
    "Call": "calls.record",
    "CallList": "calls.record",
    "CognitoGroups": "fake",
    "Group": "service.records",
    "SeedError": "seed",
    "User": "service.records",
    "UserPool": "userpool",
}

hook.install()


def __getattr__(name: str) -> object:
    """Load a public name when it is first used: a run of pytest that never uses it does not pay for it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
