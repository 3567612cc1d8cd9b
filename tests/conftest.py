"""What tests share: one `client` over the kinds of clients, whose every answer is held against the service model."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import socket
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, NoReturn, TypeAlias

import boto3
import botocore.httpsession
import botocore.session
import freezegun
import hypothesis
import pytest
import regex

from pytest_cognito_groups.service.faults import COMMON

# hypothesis takes the time of each garbage collection, and one may come while freezegun puts the clock back.
freezegun.configure(extend_ignore_list=["hypothesis"])

# `--hypothesis-profile=long`: as many examples as take minutes, for tests that don't say how many.
hypothesis.settings.register_profile("long", max_examples=100_000, deadline=None)

KINDS: Final = ("boto3", "botocore", *(["aiobotocore"] if importlib.util.find_spec("aiobotocore") else []))
TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "timestamp": (int, float),
    "list": list,
    "structure": dict,
}

Mismatches: TypeAlias = Callable[[Any, object], list[str]]
ClientFor: TypeAlias = Callable[[str], Any]


def find_mismatches(shape: Any, value: object, where: str = "answer") -> Iterator[str]:
    """How a value of the answer's JSON differs from the shape that botocore's service model gives for it."""
    if not isinstance(value, TYPES[shape.type_name]) or (isinstance(value, bool) and shape.type_name != "boolean"):
        yield f"{where}: {value!r} is no {shape.type_name}"
    elif isinstance(value, dict):
        yield from (f"{where}: unknown member {name}" for name in value.keys() - shape.members.keys())
        yield from (f"{where}: no {name}" for name in shape.required_members if name not in value)
        for name in shape.members.keys() & value.keys():
            yield from find_mismatches(shape.members[name], value[name], f"{where}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from find_mismatches(shape.member, item, f"{where}[{index}]")
    else:
        limits = shape.metadata
        size = len(value) if isinstance(value, str) else value
        if value not in limits.get("enum", [value]):
            yield f"{where}: {value!r} is none of {limits['enum']}"
        if "pattern" in limits and not regex.fullmatch(limits["pattern"], value):
            yield f"{where}: {value!r} does not match {limits['pattern']}"
        if not limits.get("min", size) <= size <= limits.get("max", size):
            yield f"{where}: {value!r} is not within {limits.get('min')} to {limits.get('max')}"


@pytest.fixture(scope="session")
def mismatches() -> Mismatches:
    """Lists how an answer, as JSON gives it, differs from an output shape of the service model."""
    return lambda shape, value: list(find_mismatches(shape, value))


def check_answer(http_response: Any, parsed: dict[str, Any], model: Any, **_: object) -> None:
    """botocore's event `after-call`: whatever the service answers has to be something that it may answer."""
    if http_response.status_code == 200:
        shape, content = model.output_shape, http_response.content
        wrong = list(find_mismatches(shape, json.loads(content))) if shape else [content] if content else []
    else:
        modelled = {error.name for error in model.error_shapes}
        wrong = (
            []
            if parsed["Error"]["Code"] in modelled | {*COMMON, "LimitExceededException"}
            else [f"{model.name} has no {parsed['Error']}"]
        )
    assert not wrong, wrong


class Awaited:
    """A client of aiobotocore's whose methods are called as those of the others are."""

    def __init__(self, client: Any, run: Callable[[Any], Any]) -> None:
        self._client = client
        self._run = run
        self.meta = client.meta
        self.exceptions = client.exceptions

    def __getattr__(self, method: str) -> Callable[..., Any]:
        call = getattr(self._client, method)
        return lambda **params: self._run(call(**params))

    def get_paginator(self, method: str) -> Any:
        return AwaitedPaginator(self._client.get_paginator(method), self._run)


class AwaitedPaginator:
    def __init__(self, paginator: Any, run: Callable[[Any], Any]) -> None:
        self._paginator = paginator
        self._run = run

    def paginate(self, **params: Any) -> list[Any]:
        async def collect() -> list[Any]:
            return [page async for page in self._paginator.paginate(**params)]

        pages: list[Any] = self._run(collect())
        return pages


@pytest.fixture(scope="session")
def make_client() -> Iterator[Callable[[str, str], Any]]:
    """Makes a client of a kind for a region, once for the whole run: tests share their clients as modules do."""
    made: dict[tuple[str, str], Any] = {}
    # A loop only where a client needs one: the oldest pytest-asyncio closes any that it finds.
    with contextlib.ExitStack() as stack:
        runners: list[asyncio.Runner] = []

        def make(kind: str, region: str) -> Any:
            if kind == "boto3":
                return boto3.client("cognito-idp", region_name=region)
            if kind == "botocore":
                return botocore.session.get_session().create_client("cognito-idp", region_name=region)
            import aiobotocore.session

            if not runners:
                runners.append(stack.enter_context(asyncio.Runner()))
            creator = aiobotocore.session.get_session().create_client("cognito-idp", region_name=region)
            return Awaited(runners[0].run(creator.__aenter__()), runners[0].run)

        def client(kind: str, region: str) -> Any:
            if (kind, region) not in made:
                made[kind, region] = make(kind, region)
                made[kind, region].meta.events.register("after-call.cognito-identity-provider", check_answer)
            return made[kind, region]

        yield client
        for each in made.values():
            each.close()


@pytest.fixture(params=KINDS)
def client_for(
    request: pytest.FixtureRequest, make_client: Callable[[str, str], Any], cognito_groups: object
) -> ClientFor:
    """Gives a client of one kind for a region. The fake is active before the client is made."""
    return partial(make_client, request.param)


@pytest.fixture
def client(client_for: ClientFor) -> Any:
    """A client for the region of the default pool."""
    return client_for("us-east-1")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The HTTP requests that botocore tried, to the instance's metadata service too, and the sockets made: none."""
    tried: list[str] = []

    def send(session: object, request: Any) -> NoReturn:
        tried.append(request.url)
        raise AssertionError(f"a request to {request.url}")

    def make(*args: object, **kwargs: object) -> NoReturn:
        tried.append("a socket")
        raise AssertionError("a socket was made")

    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setattr(botocore.httpsession.URLLib3Session, "send", send)
    monkeypatch.setattr(socket.socket, "__init__", make)
    yield tried
    assert tried == []
