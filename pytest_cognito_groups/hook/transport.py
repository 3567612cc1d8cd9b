"""What the transport may raise: botocore's own exception classes."""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType, ModuleType


def transport_errors() -> Mapping[str, type[Exception]]:
    """Botocore's exceptions of a connection or an HTTP exchange, by name."""
    from botocore import exceptions

    return _errors(exceptions)


@lru_cache(maxsize=4)
def _errors(exceptions: ModuleType) -> Mapping[str, type[Exception]]:
    families = (exceptions.HTTPClientError, exceptions.ConnectionError)
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
