"""An interrupt at whatever moment, be it a Ctrl-C or a time limit, leaves nothing of a fake behind."""

from __future__ import annotations

import datetime
import linecache
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, Final

import boto3
import botocore.endpoint
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

import pytest_cognito_groups
from pytest_cognito_groups import CognitoGroups

PACKAGE: Final = str(Path(pytest_cognito_groups.__file__).parent)
POOL: Final = "us-east-1_TestPool1"
SEED: Final = "users: {alice: [readers]}"
FROZEN_YEAR: Final = 2001
FROZEN: Final = f"{SEED}\nnow: {FROZEN_YEAR}-02-03"
SETTING: Final = "AWS_EC2_METADATA_DISABLED"

nobody_listens: Final[Any] = boto3.client(
    "cognito-idp",
    region_name="us-east-1",
    endpoint_url="http://127.0.0.1:1",
    aws_access_key_id="key",
    aws_secret_access_key="secret",
    config=Config(retries={"total_max_attempts": 1}),
)


LIFE: Final = ("plugin.py", "fake.py", "clock.py", "reports.py", "events.py")
"""Where a fake begins and ends."""


class InterruptedHereError(Exception):
    pass


def interrupt() -> None:
    raise InterruptedHereError


@contextmanager
def at_line(number: int, act: Callable[[], object], files: tuple[str, ...] = ("",)) -> Iterator[list[str]]:
    """Do this at the line of the package of this number, counted as lines are run. Gives the line, once it was reached.

    Left out are lines that only open a block: Python looks for signals at none of them. And a hook of pytest's that
    pytest itself does not survive.
    """
    reached: list[str] = []
    left = number

    def trace(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
        nonlocal left
        file = frame.f_code.co_filename
        if not (file.startswith(PACKAGE) and file.endswith(files)) or frame.f_code.co_name == "pytest_fixture_setup":
            return None
        line = linecache.getline(file, frame.f_lineno).strip()
        if event == "line" and not reached and not line.startswith(("with ", "try:", "finally:")):
            left -= 1
            if left < 0:
                reached.append(f"{frame.f_code.co_name}: {line}")
                act()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield reached
    finally:
        sys.settrace(before)


def another_thread_is_held_up() -> bool:
    """Whether a thread that enters its own fake blocks on a lock that nobody releases."""

    def work() -> None:
        with CognitoGroups.from_yaml(SEED):
            pass

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(30)
    return thread.is_alive()


def what_stays() -> list[str]:
    """What is not as it was before there was a fake."""
    try:
        nobody_listens.list_users_in_group(UserPoolId=POOL, GroupName="readers")
    except EndpointConnectionError:
        stays = []
    else:
        stays = ["the fake"]
    return [
        *stays,
        *(["the setting"] if SETTING in os.environ else []),
        *(["botocore without sleep"] if botocore.endpoint.time is not time else []),
        *(["a lock"] if another_thread_is_held_up() else []),
        *(["the freeze"] if datetime.datetime.now(datetime.UTC).year == FROZEN_YEAR else []),
    ]


@pytest.fixture(autouse=True)
def without_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)


@pytest.mark.parametrize(("seed", "files"), [(SEED, ("",)), (FROZEN, LIFE)], ids=["plain", "frozen"])
def test_a_block_that_is_interrupted_leaves_nothing(seed: str, files: tuple[str, ...]) -> None:
    CognitoGroups.from_yaml(seed)  # read once, it is remembered
    lines: list[str] = []
    while len(lines) < 1000:
        with at_line(len(lines), interrupt, files) as reached, suppress(InterruptedHereError):  # noqa: SIM117
            with CognitoGroups.from_yaml(seed) as fake:
                nobody_listens.list_users_in_group(UserPoolId=fake.pool.id, GroupName="readers")
        if not reached:
            break
        lines += reached
        assert what_stays() == [], reached
    assert {line.partition(":")[0] for line in lines} >= {"from_yaml", "_start", "activate", "_stop", "deactivate"}


@pytest.mark.parametrize("moment", ["enters", "leaves"])
def test_a_fake_of_another_thread_begins_while_one(moment: str) -> None:
    """At whatever line: both are there, or gone, afterwards."""
    other = "eu-west-1_OtherPool"

    def enter() -> None:
        with CognitoGroups.from_yaml(f"{{pool: {other}, users: {{bob: [readers]}}}}") as fake:
            there.set()
            go_on.wait(30)
            assert fake.client.list_users_in_group(UserPoolId=other, GroupName="readers")["Users"]
            done.append(True)

    def meanwhile() -> None:
        thread.start()
        there.wait(0.05)  # seconds: it may have to wait for a lock

    number = 0
    while True:
        there, go_on, done = threading.Event(), threading.Event(), list[bool]()
        thread = threading.Thread(target=enter, daemon=True)
        own = CognitoGroups.from_yaml(SEED)
        if moment == "enters":
            with at_line(number, meanwhile) as reached:
                own.__enter__()
            assert own.client.list_users_in_group(UserPoolId=POOL, GroupName="readers")["Users"]
            own.__exit__(None, None, None)
        else:
            own.__enter__()
            with at_line(number, meanwhile) as reached:
                own.__exit__(None, None, None)
        if not reached:
            break
        there.wait(30)
        go_on.set()
        thread.join(30)
        assert done, reached
        assert what_stays() == [], reached
        number += 1
    assert number > 10


@contextmanager
def interrupted_in(function: str) -> Iterator[list[str]]:
    """Interrupt the first call of a function of the package's."""
    reached: list[str] = []

    def profile(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_name == function and code.co_filename.startswith(PACKAGE) and not reached:
            reached.append(function)
            raise InterruptedHereError

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield reached
    finally:
        sys.setprofile(before)


@pytest.mark.parametrize(
    "function", ["start", "activate", "entered", "keep_apart", "_apart", "_stop", "resume", "stop"]
)
def test_a_block_that_is_interrupted_in_a_step_leaves_nothing(function: str) -> None:
    client = boto3.client("cognito-idp", "us-east-1", config=Config(retries={"mode": "standard"}))
    with interrupted_in(function) as reached, pytest.raises(InterruptedHereError):  # noqa: SIM117
        with CognitoGroups.from_yaml(FROZEN) as fake:
            client.list_users_in_group(UserPoolId=fake.pool.id, GroupName="readers")
    assert reached == [function]
    assert what_stays() == []


class Interrupter:
    """A plugin of pytest's that interrupts each test at another line of its set-up or tear-down."""

    def __init__(self, phase: str) -> None:
        self._phase = phase
        self.lines: list[str] = []
        self.found: list[tuple[list[str], list[str]]] = []

    @contextmanager
    def _interrupted(self, item: pytest.Item, phase: str) -> Iterator[None]:
        if phase != self._phase or "number" not in item.callspec.params:  # type: ignore[attr-defined]
            yield
            return
        with at_line(item.callspec.params["number"], interrupt, LIFE) as reached:  # type: ignore[attr-defined]
            try:
                yield
            finally:
                self.lines += reached

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        with self._interrupted(item, "setup"):
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:
        with self._interrupted(item, "teardown"):
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self) -> Iterator[None]:
        before = len(self.lines)
        result = yield
        self.found += [(self.lines[before:], stays)] if (stays := what_stays()) else []
        return result


@pytest.mark.parametrize("seed", [SEED, FROZEN], ids=["plain", "frozen"])
@pytest.mark.parametrize(("phase", "function"), [("setup", "activate"), ("teardown", "deactivate")])
def test_a_fixture_that_is_interrupted_leaves_nothing(
    pytester: pytest.Pytester, phase: str, function: str, seed: str
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.cognito_groups({seed!r})
        @pytest.mark.parametrize("number", range(120))
        def test_it(number):
            pass
        """
    )
    CognitoGroups.from_yaml(seed)  # read once, it is remembered
    interrupter = Interrupter(phase)
    pytester.inline_run("-p", "no:randomly", plugins=[interrupter])
    assert interrupter.found == []
    assert any(line.startswith(f"{function}:") for line in interrupter.lines)
    assert len(interrupter.lines) < 120
