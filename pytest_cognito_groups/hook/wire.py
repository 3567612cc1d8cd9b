"""Requests and answers on the wire, as botocore and aiobotocore have them (WIRE-3 to WIRE-5)."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Generator, Mapping
from functools import lru_cache
from time import gmtime, strftime
from types import ModuleType, coroutine
from typing import Any, Final

from botocore.awsrequest import AWSResponse

from pytest_cognito_groups.clock import milliseconds
from pytest_cognito_groups.hook.data import transport_error
from pytest_cognito_groups.hook.invocation import Reply
from pytest_cognito_groups.service.errors import ServiceError, TransportError
from pytest_cognito_groups.service.operations import Request


class Content(bytes):
    """Bytes that may be awaited, as aiobotocore does with a response's content."""

    def __await__(self) -> Generator[Any, None, bytes]:
        yield from ()
        return self


class Raw:
    """What an aiobotocore before 2.21 reads the headers from: aiohttp's response."""

    __slots__ = ("_headers",)

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        return [(name.encode(), value.encode(errors="replace")) for name, value in self._headers.items()]


@lru_cache(maxsize=8)
def _date(second: int) -> str:
    return strftime("%a, %d %b %Y %H:%M:%S GMT", gmtime(second))


_DEEP: Final = 32
"""Deeper than this, no operation has a parameter; Python's own limits are further off."""


def _no_constant(name: str) -> object:
    """NaN and its like, which Python takes and JSON does not have."""
    raise ValueError(name)


_decode: Final = json.JSONDecoder(parse_constant=_no_constant).decode


def parameters(body: object) -> Mapping[str, object] | None:
    """The parameters in a request's body; `None` if it isn't a JSON object (WIRE-9)."""
    if not isinstance(body, bytes | bytearray):
        return None
    many = body.count(b"[") + body.count(b"{") > _DEEP
    unreadable = (ValueError, RecursionError) if many else (ValueError,)  # the test's own recursion is not ours
    try:
        params: object = _decode(str(body, "utf-8"))
    except unreadable:
        return None
    return params if isinstance(params, dict) and not (many and _is_deep(params)) else None


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(_DEEP):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(level)


def awaitable(answered: AWSResponse) -> AWSResponse:
    """moto's response, which aiobotocore cannot read as it is."""
    answered._content = Content(answered.content)
    answered.raw = Raw(answered.headers)
    return answered


def response(reply: Reply, request: Request, url: str, botocore: ModuleType | None = None) -> AWSResponse:
    """The HTTP response; an error of the transport is raised as the client's botocore would."""
    if isinstance(reply, TransportError):
        raise transport_error(reply.code, url, botocore)
    headers = {
        "Date": _date(milliseconds() // 1000),
        "Content-Type": "application/x-amz-json-1.1",
        "x-amzn-requestid": request.id,
    }
    if isinstance(reply, ServiceError):
        status = reply.status
        headers["x-amzn-errortype"] = f"{reply.code}:"
        headers["x-amzn-errormessage"] = reply.message
        body = json.dumps({"__type": reply.code, "message": reply.message}).encode()
    else:
        status = 200
        body = reply.encode()
    headers["Content-Length"] = str(len(body))
    answered = AWSResponse(url, status, headers, Raw(headers))
    answered._content = Content(body)
    return answered


# aiobotocore's calls give the event loop a turn, as they do when they wait for the network: races stay visible


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
