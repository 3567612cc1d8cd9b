"""A process that forks while a fake is active: its child is answered, and reports say that its calls are not seen."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Final

import boto3
import pytest

from pytest_cognito_groups import CognitoGroups

POOL: Final = "us-east-1_TestPool1"
FORKED: Final = "The test forked: calls made in child processes are not recorded here."

client: Final[Any] = boto3.client("cognito-idp", "us-east-1", aws_access_key_id="k", aws_secret_access_key="s")

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")


def ask() -> list[str]:
    groups = client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")["Groups"]
    return [group["GroupName"] for group in groups]


def in_child(work: Callable[[], object], seconds: float = 20) -> bool:
    """Whether a forked child gets to the end of the work within the time."""
    pid = os.fork()
    if not pid:
        threading.Timer(seconds, os._exit, [2]).start()
        try:
            work()
        except BaseException:  # noqa: BLE001  # whatever it is, the parent is told
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


class Slow:
    """A parameter's value whose comparison, in the middle of an answer, lasts until it is let go."""

    def __init__(self) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=ask, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()
        assert self.reached.wait(20)

    def __exit__(self, *_: object) -> None:
        self.go.set()
        self._thread.join(20)

    def __eq__(self, other: object) -> bool:
        if threading.current_thread() is self._thread:
            self.reached.set()
            self.go.wait(20)
        return False

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.cognito_groups("users: {alice: [readers]}", assert_all_faults_raised=False)
def test_a_child_is_answered_though_a_thread_was_being_answered(cognito_groups: CognitoGroups) -> None:
    slow = Slow()
    cognito_groups.add_fault("admin_list_groups_for_user", "TooManyRequestsException", Username=slow)

    def work() -> None:
        assert ask() == ["readers"]
        cognito_groups.add_user("bob", groups=["readers"])
        assert len(cognito_groups.members_of("readers")) == 2

    with slow:
        assert in_child(work)
    assert list(cognito_groups.users) == ["alice"]


@pytest.mark.cognito_groups("users: {alice: [readers]}", assert_all_faults_raised=False)
def test_a_fork_in_the_middle_of_an_answer_lets_both_go_on(cognito_groups: CognitoGroups) -> None:
    class Forking:
        pid: int | None = None

        def __eq__(self, other: object) -> bool:
            Forking.pid = os.fork() if Forking.pid is None else Forking.pid
            return False

        __hash__ = None  # type: ignore[assignment]

    cognito_groups.add_fault("admin_list_groups_for_user", "TooManyRequestsException", Username=Forking())
    try:
        groups = [ask(), ask()]
    except BaseException:  # the child must not go on as a second pytest
        if not Forking.pid:
            os._exit(1)
        raise
    if not Forking.pid:
        os._exit(0)
    assert groups == [["readers"]] * 2
    assert os.waitstatus_to_exitcode(os.waitpid(Forking.pid, 0)[1]) == 0


# Reports


MODULE: Final = """
import os
import boto3
import pytest

client = boto3.client("cognito-idp", region_name="us-east-1")
pytestmark = pytest.mark.cognito_groups("users: {alice: [readers]}")

def fork():
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)
"""


def notes(pytester: pytest.Pytester, test: str) -> int:
    """How often a run that fails says that the test forked."""
    pytester.makepyfile(MODULE + test)
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-W", "ignore::DeprecationWarning")
    assert result.parseoutcomes()["failed"] == 1
    return sum(FORKED in line for line in result.outlines)


def test_the_section_of_a_test_that_forked_says_so(pytester: pytest.Pytester) -> None:
    assert notes(pytester, "\ndef test_it():\n    fork()\n    assert False\n") == 1


def test_a_test_that_did_not_fork_says_nothing(pytester: pytest.Pytester) -> None:
    tests = "\ndef test_forks():\n    fork()\n\ndef test_it():\n    assert False\n"
    assert notes(pytester, tests) == 0


ASSERTIONS: Final[dict[str, Callable[[CognitoGroups], None]]] = {
    "called": lambda fake: fake.assert_called("list_users_in_group"),
    "times": lambda fake: fake.assert_called("list_users_in_group", times=2),
    "once": lambda fake: fake.assert_called_once_with("list_users_in_group"),
    "order": lambda fake: fake.assert_calls([("list_users_in_group", {})]),
}


@pytest.mark.cognito_groups("users: {alice: [readers]}")
@pytest.mark.parametrize("assertion", ASSERTIONS.values(), ids=ASSERTIONS)
def test_a_failed_assertion_says_that_the_test_forked(
    cognito_groups: CognitoGroups, assertion: Callable[[CognitoGroups], None]
) -> None:
    with pytest.raises(AssertionError) as before:
        assertion(cognito_groups)
    assert in_child(ask)
    with pytest.raises(AssertionError) as after:
        assertion(cognito_groups)
    assert FORKED not in str(before.value)
    assert str(after.value).endswith(FORKED)
