"""What botocore ships: the service model, the regions and their partitions, and the exceptions that are raised instead
of an answer.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType, ModuleType
from typing import Any, Final
from urllib.parse import urlsplit

from pytest_cognito_groups.service.model import Model
from pytest_cognito_groups.service.operations import OPERATIONS

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it


@lru_cache(maxsize=1)
def service_model() -> Model:
    """The service model of the installed botocore."""
    from botocore.loaders import Loader

    always = [name for name, row in OPERATIONS.items() if row.always]
    return Model(Loader().load_service_model("cognito-idp", "service-2"), OPERATIONS, always, transport_errors())


# Regions


@lru_cache(maxsize=1)
def _partitions() -> Sequence[Mapping[str, Any]]:
    from botocore.loaders import Loader

    partitions: Sequence[Mapping[str, Any]] = Loader().load_data("partitions")["partitions"]
    return partitions


@lru_cache(maxsize=256)
def partition(region: str) -> str | None:
    """The partition that the region is in, such as `"aws-cn"`; `None` for anything that isn't a region."""
    for each in _partitions():
        if region in each["regions"] or re.fullmatch(each["regionRegex"], region):
            return str(each["id"])
    return None


def is_aws(url: str) -> bool:
    """Whether the URL's host is one of AWS's own."""
    host = urlsplit(url).hostname or ""
    suffixes = {each["outputs"][name] for each in _partitions() for name in ("dnsSuffix", "dualStackDnsSuffix")}
    return host.endswith(tuple(f".{suffix}" for suffix in suffixes))


# Exceptions: of the transport, of credentials, of the service

_FAMILIES: Final = (
    "HTTPClientError",
    "ConnectionError",
    "NoCredentialsError",
    "PartialCredentialsError",
    "CredentialRetrievalError",
    "MetadataRetrievalError",
    "NoAuthTokenError",
    "TokenRetrievalError",
    "SSOError",
    "LoginError",  # from botocore 1.41 on
)
"""Of a connection and of an HTTP exchange; of credentials, which are asked for when a request is signed."""


def transport_errors() -> Mapping[str, type[Exception]]:
    """Botocore's exceptions of a connection, an HTTP exchange or credentials, by name."""
    from botocore import exceptions

    return _errors(exceptions)


@lru_cache(maxsize=4)
def _errors(exceptions: ModuleType) -> Mapping[str, type[Exception]]:
    families = tuple(getattr(exceptions, name) for name in _FAMILIES if hasattr(exceptions, name))
    found = {
        name: value
        for name, value in vars(exceptions).items()
        if isinstance(value, type) and issubclass(value, families) and not name.startswith("_")
    }
    return MappingProxyType(dict(sorted(found.items())))


def transport_error(name: str, endpoint: str, botocore: ModuleType | None = None) -> Exception:
    """An instance of the named class, as the transport would raise it for a request to the endpoint. `botocore`: the
    client's own, where it may be another than the one that is imported.
    """
    error = (transport_errors() if botocore is None else _errors(botocore.exceptions))[name]
    wanted = (field for _, field, _, _ in string.Formatter().parse(getattr(error, "fmt", "")) if field)
    values = dict.fromkeys(wanted, "injected by pytest-cognito-groups")
    return error(**values | {"endpoint_url": endpoint, "error": "injected by pytest-cognito-groups"})


def error_of(given: object) -> tuple[str, str | None, bool]:
    """An error as a test writes it: its code, or the name of botocore's exception; the message that comes with it;
    whether it is raised as if by the transport.

    `TypeError` for what is neither text nor an exception, `ValueError` for an exception without a code.
    """
    if isinstance(given, str):
        return given, None, False
    kind = given if isinstance(given, type) else type(given)
    if not issubclass(kind, Exception):
        raise TypeError(
            "error must be a code such as 'TooManyRequestsException', a client's exception such as "
            f"client.exceptions.TooManyRequestsException, or a class from botocore.exceptions, not {given!r}"
        )
    # Known by their names: a test may have imported another botocore since.
    if any(_full_name(base) == "botocore.exceptions.ClientError" for base in kind.__mro__):
        return (*_told_by(given), False)
    name = _full_name(kind)
    transport = name.rpartition(".")[2] if name.startswith("botocore.exceptions.") else ""
    if transport not in transport_errors():
        return name.removeprefix("builtins."), None, False
    if given is not kind:
        raise ValueError(f"error must be the class {name}, not an instance of it")
    return transport, None, True


def code_of(error: Exception) -> str:
    """The code of a service error, as a client raises it; else the name of the exception."""
    try:
        return error_of(error)[0]
    except ValueError:
        return type(error).__name__


def _full_name(kind: type[object]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _told_by(error: Any) -> tuple[str, str | None]:
    """The code and the message of a service error, or of its class."""
    if isinstance(error, type):
        code, message = error.__name__, None
    else:
        told = error.response.get("Error", {})
        code, message = told.get("Code", "ClientError"), told.get("Message")
    if code == "ClientError":
        raise ValueError(f"error must name a code, such as 'TooManyRequestsException'; {error!r} has none")
    return code, message
