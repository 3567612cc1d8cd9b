"""A client that awaits its handlers, as aiobotocore's do: other tasks get a turn before it has its answer."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pytest
import trio
from botocore.awsrequest import AWSPreparedRequest
from botocore.hooks import HierarchicalEmitter

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.hook.events import register

POOL: Final = "us-east-1_TestPool1"
EVENT: Final = "before-send.cognito-identity-provider.AdminListGroupsForUser"


class AwaitingEmitter(HierarchicalEmitter):
    async def emit_until_response(self, event_name: str, **event: Any) -> Any:
        (handler,) = self._handlers.prefix_search(event_name)
        answer = handler(event_name=event_name, **event)
        return await answer if inspect.isawaitable(answer) else answer


async def ask() -> Any:
    emitter = AwaitingEmitter()
    register(emitter)
    body = json.dumps({"UserPoolId": POOL, "Username": "alice"})
    request = AWSPreparedRequest(
        "POST", "https://cognito-idp.us-east-1.amazonaws.com/", {}, body.encode(), stream_output=False
    )
    return await emitter.emit_until_response(EVENT, request=request)


async def ask_and_note(order: list[str]) -> None:
    order.append("asked")
    answer = await ask()
    order.append("no answer" if answer is None else json.loads(answer.content)["Groups"][0]["GroupName"])


async def both_on_asyncio(order: list[str]) -> None:
    await asyncio.gather(ask_and_note(order), ask_and_note(order))


async def both_on_trio(order: list[str]) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask_and_note, order)
        nursery.start_soon(ask_and_note, order)


def on_asyncio(order: list[str]) -> None:
    asyncio.run(both_on_asyncio(order))


@pytest.mark.parametrize("run", [on_asyncio, partial(trio.run, both_on_trio)], ids=["asyncio", "trio"])
def test_calls_of_two_tasks_are_in_flight_together(run: Callable[[list[str]], None]) -> None:
    order: list[str] = []
    with CognitoGroups.from_yaml("users: {alice: [staff]}"):
        run(order)
    assert order == ["asked", "asked", "staff", "staff"]


def test_without_a_fake_a_call_goes_on_at_once() -> None:
    order: list[str] = []
    on_asyncio(order)
    assert order == ["asked", "no answer", "asked", "no answer"]
