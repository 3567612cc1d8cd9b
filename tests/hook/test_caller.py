"""Who is named as the caller of a client: the code under test, whatever stands between the two."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Final

import botocore.client
import botocore.session
import pytest

from pytest_cognito_groups import CognitoGroups

REQUEST: Final = {"UserPoolId": "us-east-1_TestPool1", "GroupName": "readers"}


@pytest.fixture
def client() -> Any:
    return botocore.session.Session().create_client("cognito-idp", region_name="us-east-1")


@pytest.fixture
def fake() -> Iterator[CognitoGroups]:
    text = "users: {'member-[1:3]': [readers]}"
    with CognitoGroups.from_yaml(text, page_size=1, assert_all_pages_read=False) as cognito_groups:
        yield cognito_groups


def place(fake: CognitoGroups) -> str:
    """Where the one token that was not sent back is said to have been returned."""
    (found,) = re.findall(r"its NextToken was returned at (.*)", fake._service.unread() or "")
    return str(found)


def line(above: int = 0) -> str:
    """The line of the test that asks, or one above it."""
    return f"tests/hook/test_caller.py:{sys._getframe(1).f_lineno - above}"


@pytest.fixture(autouse=True)
def root(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Places are told from here."""
    monkeypatch.chdir(request.config.rootpath)


@pytest.fixture(params=["a tracer below the client", "a spy in place of its method"])
def wrapped(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, client: Any) -> Any:
    """A client whose calls go through a function of somebody else's."""
    if request.param.startswith("a tracer"):
        traced: Callable[..., Any] = botocore.client.BaseClient._make_api_call

        def trace(self: Any, *args: Any) -> Any:
            return traced(self, *args)

        monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", trace)
    else:
        spied = client.list_users_in_group

        def spy(**params: object) -> Any:
            return spied(**params)

        monkeypatch.setattr(client, "list_users_in_group", spy)
    return client


def test_a_paginator_is_known_through_what_wraps_the_client(wrapped: Any, fake: CognitoGroups) -> None:
    pages = wrapped.get_paginator("list_users_in_group").paginate(**REQUEST)
    assert any(page["Users"] for page in pages)
    fake.assert_all_pages_read()


@pytest.mark.parametrize("wrapped", ["a tracer below the client"], indirect=True)
def test_a_tracer_is_not_the_caller(wrapped: Any, fake: CognitoGroups) -> None:
    wrapped.list_users_in_group(**REQUEST)
    assert place(fake) == line(above=1)


def test_the_standard_library_is_not_the_caller(client: Any, fake: CognitoGroups) -> None:
    stack = ExitStack()
    stack.callback(client.list_users_in_group, **REQUEST)
    stack.close()
    assert place(fake) == line(above=1)


def test_pytest_is_not_the_caller(client: Any, fake: CognitoGroups) -> None:
    with pytest.raises(pytest.fail.Exception) as failure:
        pytest.raises(ValueError, client.admin_list_devices, UserPoolId="us-east-1_TestPool1", Username="a")  # noqa: RUF061  # the form in which pytest calls
    assert f"called at {line(above=1)}\n" in str(failure.value)
    fake._service._stops.clear()


def test_in_a_task_the_caller_is_what_it_runs(client: Any, fake: CognitoGroups) -> None:
    async def ask() -> None:
        client.list_users_in_group(**REQUEST)

    asyncio.run(ask())
    assert place(fake) == line(above=3)


def test_a_method_handed_to_a_thread_has_no_caller_of_the_test(client: Any, fake: CognitoGroups) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(client.list_users_in_group, **REQUEST).result()
    assert place(fake) == "unknown place (called from another thread or task)"


def test_the_place_is_told_in_full_when_the_working_directory_is_gone(
    client: Any, fake: CognitoGroups, pytester: pytest.Pytester
) -> None:
    folder = pytester.mkdir("gone")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        folder.rmdir()
        client.list_users_in_group(**REQUEST)
        assert place(fake) == f"{__file__}:{line(above=1).rpartition(':')[2]}"
