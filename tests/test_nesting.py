"""Several fakes at once: who answers, and that they leave nothing behind, in whatever order they end."""

from __future__ import annotations

import datetime
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import permutations
from typing import Any, Final

import boto3
import botocore.endpoint
import botocore.retries.bucket
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from pytest_cognito_groups import CognitoGroups

OUTER: Final = "eu-west-1_Outer0001"
INNER: Final = "eu-west-1_Inner0001"
UNKNOWN: Final = "eu-west-1_Unknown01"
DatetimeOfThisModule = datetime.datetime  # freezegun replaces a module's own names too
METADATA: Final = "AWS_EC2_METADATA_DISABLED"

KEYS: Final = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
ONE_ATTEMPT: Final = Config(retries={"total_max_attempts": 1})
RETRYING: Final = Config(retries={"mode": "standard", "total_max_attempts": 2})

client: Final[Any] = boto3.client("cognito-idp", region_name="eu-west-1", **KEYS)


def seed(pool: str, *members: str, now: str | None = None) -> str:
    lines = [f"pool: {pool}", "groups: {staff: {}}", f"users: {{{', '.join(f'{name}: [staff]' for name in members)}}}"]
    return "\n".join(lines if now is None else [*lines, f"now: {now}"])


def staff(pool: str, asked: Any = client) -> list[str]:
    return [user["Username"] for user in asked.list_users_in_group(UserPoolId=pool, GroupName="staff")["Users"]]


def is_unknown(pool: str) -> bool:
    with pytest.raises(client.exceptions.ResourceNotFoundException, match=f"User pool {pool} does not exist"):
        staff(pool)
    return True


def state() -> tuple[object, ...]:
    """What a fake changes outside itself, as it is now."""
    return (
        os.environ.get(METADATA),
        botocore.endpoint.time,
        botocore.retries.bucket.TokenBucket.acquire,
        datetime.datetime,
        datetime.date,
        time.time,
        time.monotonic,
        time.gmtime,
    )


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    before = state()
    yield
    assert state() == before


# Who answers


@pytest.fixture
def outer() -> Iterator[CognitoGroups]:
    with CognitoGroups.from_yaml(seed(OUTER, "alice", "bob")) as fake:
        yield fake


@pytest.fixture
def inner(outer: CognitoGroups) -> Iterator[CognitoGroups]:
    with CognitoGroups.from_yaml(seed(INNER, "carol")) as fake:
        yield fake


def test_each_answers_for_its_pools(outer: CognitoGroups, inner: CognitoGroups) -> None:
    assert staff(INNER) == ["carol"]
    assert staff(OUTER) == ["alice", "bob"]


def test_a_pool_that_both_have_is_the_innermosts(outer: CognitoGroups, inner: CognitoGroups) -> None:
    inner.add_pool(OUTER).load("users: {dave: [staff]}")
    assert staff(OUTER) == ["dave"]
    assert (len(inner.calls), len(outer.calls)) == (1, 0)


def test_the_outer_pool_shows_again_when_the_inner_fake_ends(outer: CognitoGroups) -> None:
    with CognitoGroups.from_yaml(seed(OUTER, "dave")):
        assert staff(OUTER) == ["dave"]
    assert staff(OUTER) == ["alice", "bob"]


def test_who_answers_records_the_call(outer: CognitoGroups, inner: CognitoGroups) -> None:
    staff(OUTER)
    staff(INNER)
    assert outer.calls == [("list_users_in_group", {"UserPoolId": OUTER, "GroupName": "staff"})]
    assert inner.calls == [("list_users_in_group", {"UserPoolId": INNER, "GroupName": "staff"})]


def test_an_unknown_pool_is_the_innermosts(outer: CognitoGroups, inner: CognitoGroups) -> None:
    assert is_unknown(UNKNOWN)
    assert [call.error for call in inner.calls] == ["ResourceNotFoundException"]
    assert outer.calls == []


def test_who_answers_applies_its_faults(outer: CognitoGroups, inner: CognitoGroups) -> None:
    outer.add_fault("list_users_in_group", "NotAuthorizedException")
    assert staff(INNER) == ["carol"]
    with pytest.raises(client.exceptions.NotAuthorizedException):
        staff(OUTER)


def test_a_fault_of_the_innermost_does_not_meet_the_outer_pools(outer: CognitoGroups, inner: CognitoGroups) -> None:
    inner.add_fault("list_users_in_group", "NotAuthorizedException")
    assert staff(OUTER) == ["alice", "bob"]
    with pytest.raises(client.exceptions.NotAuthorizedException):
        staff(INNER)


def test_a_fault_of_the_innermost_meets_an_unknown_pool(outer: CognitoGroups, inner: CognitoGroups) -> None:
    inner.add_fault("list_users_in_group", "NotAuthorizedException")
    with pytest.raises(client.exceptions.NotAuthorizedException):
        staff(UNKNOWN)


def test_the_options_are_those_of_who_answers() -> None:
    with (
        CognitoGroups.from_yaml(seed(OUTER, "alice", "bob"), page_size=1, assert_all_pages_read=False) as outer,
        CognitoGroups.from_yaml(seed(INNER, "carol", "dave")),
    ):
        assert staff(OUTER) == ["alice"]
        assert staff(INNER) == ["carol", "dave"]
        assert outer.calls.last.next_token is not None


def test_a_token_of_the_outer_fakes_pool_goes_on_there() -> None:
    with (
        CognitoGroups.from_yaml(seed(OUTER, "alice", "bob"), page_size=1),
        CognitoGroups.from_yaml(seed(INNER, "carol")),
    ):
        pages = client.get_paginator("list_users_in_group").paginate(UserPoolId=OUTER, GroupName="staff")
        assert list(pages.search("Users[].Username")) == ["alice", "bob"]


def test_pages_left_unread_fail_the_fake_that_gave_them() -> None:
    with (
        pytest.raises(AssertionError, match="Pages were left unread"),
        CognitoGroups.from_yaml(seed(OUTER, "alice", "bob"), page_size=1),
        CognitoGroups.from_yaml(seed(INNER, "carol")),
    ):
        staff(OUTER)


@pytest.mark.parametrize("allows", ["outer", "inner"])
def test_another_operation_passes_if_one_fake_allows_it(allows: str) -> None:
    nobody_listens = "http://127.0.0.1:1"
    asked = boto3.client(
        "cognito-idp", endpoint_url=nobody_listens, region_name="eu-west-1", config=ONE_ATTEMPT, **KEYS
    )
    allowed = {fake: "list_resource_servers" if fake == allows else None for fake in ("outer", "inner")}
    with (
        CognitoGroups(allow_operations=allowed["outer"]),
        CognitoGroups(allow_operations=allowed["inner"]),
        pytest.raises(EndpointConnectionError),
    ):
        asked.list_resource_servers(UserPoolId=OUTER)


def test_an_operation_that_none_allows_is_refused_by_the_innermost() -> None:
    with (
        CognitoGroups(allow_operations="describe_user_pool"),
        pytest.raises(AssertionError, match="list_resource_servers was called"),
        CognitoGroups(allow_operations="list_identity_providers"),
        pytest.raises(pytest.fail.Exception, match="list_resource_servers was called"),
    ):
        client.list_resource_servers(UserPoolId=OUTER)


# In whatever order they end


def fakes(*nows: str | None) -> list[CognitoGroups]:
    return [
        CognitoGroups.from_yaml(seed(f"eu-west-1_Pool{number}", f"user-{number}", now=now))
        for number, now in enumerate(nows)
    ]


ORDERS: Final = pytest.mark.parametrize(
    "order", list(permutations(range(3))), ids=lambda order: "".join(map(str, order))
)


@ORDERS
def test_those_that_are_left_go_on_answering(order: tuple[int, ...]) -> None:
    several = fakes(None, None, None)
    for fake in several:
        fake.__enter__()
    left = set(range(3))
    for number in order:
        several[number].__exit__(None, None, None)
        left.remove(number)
        for other in left:
            assert staff(f"eu-west-1_Pool{other}") == [f"user-{other}"]
        if left:
            assert is_unknown(f"eu-west-1_Pool{number}")


@ORDERS
def test_the_time_is_that_of_the_innermost_left(order: tuple[int, ...]) -> None:
    several = fakes("2001-01-01", "2002-01-01", "2003-01-01")
    for fake in several:
        fake.__enter__()
    left = set(range(3))
    for number in order:
        several[number].__exit__(None, None, None)
        left.remove(number)
        if left:
            assert datetime.datetime.now(datetime.UTC).year == 2001 + max(left)


@ORDERS
def test_modules_that_froze_are_thawed(order: tuple[int, ...]) -> None:
    several = fakes("2001-01-01", "2002-01-01", "2003-01-01")
    for fake in several:
        fake.__enter__()
    assert DatetimeOfThisModule.now(datetime.UTC).year == 2003
    for number in order:
        several[number].__exit__(None, None, None)
    assert DatetimeOfThisModule.now(datetime.UTC).year > 2003


@ORDERS
def test_the_retry_quota_of_a_client_is_as_it_was(order: tuple[int, ...]) -> None:
    asked = boto3.client("cognito-idp", region_name="eu-west-1", config=RETRYING, **KEYS)
    with CognitoGroups.from_yaml(seed(OUTER, "alice")) as fake:  # so that botocore makes its quota
        retry(asked, fake)
    quota(asked)._available_capacity = 3  # too little for one retry
    several = fakes(None, None, None)
    for fake in several:
        fake.__enter__()
        retry(asked, fake)
    for number in order:
        several[number].__exit__(None, None, None)
    assert quota(asked)._available_capacity == 3


def retry(asked: Any, fake: CognitoGroups) -> None:
    fake.throttle()
    staff(fake.pool.id, asked)
    assert fake.calls.last.attempts == 2


def quota(asked: Any) -> Any:
    """The retry quota of a client in standard mode."""
    handlers = asked.meta.events._emitter._handlers.prefix_search(
        "needs-retry.cognito-identity-provider.ListUsersInGroup"
    )
    return next(handler.__self__._retry_quota._quota for handler in handlers if hasattr(handler, "__self__"))


def test_the_look_up_of_an_instance_stays_off_until_the_last_one_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(METADATA, "false")
    first, second = fakes(None, None)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert os.environ[METADATA] == "true"
    second.__exit__(None, None, None)
    assert os.environ[METADATA] == "false"


# What a fake leaves behind


@pytest.mark.parametrize("before", [None, "false", "true"])
@pytest.mark.parametrize("change", [None, "false", "deleted"])
def test_the_look_up_of_an_instance_is_as_it_was(
    before: str | None, change: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as environment:
        if before is None:
            environment.delenv(METADATA, raising=False)
        else:
            environment.setenv(METADATA, before)
        with CognitoGroups():
            assert os.environ[METADATA] == "true"
            if change == "deleted":
                del os.environ[METADATA]
            elif change is not None:
                os.environ[METADATA] = change
        assert os.environ.get(METADATA) == before


class MistakeError(Exception):
    pass


@pytest.mark.parametrize("error", [MistakeError, KeyboardInterrupt, GeneratorExit])
def test_an_exception_inside_leaves_nothing_behind(error: type[BaseException]) -> None:
    """As the fixture of this module shows; and the exception is the one that leaves."""
    with (  # noqa: PT012
        pytest.raises(error, match="inside"),
        CognitoGroups.from_yaml(seed(OUTER, "alice", now="2001-01-01"), assert_all_faults_raised=True) as outer,
        CognitoGroups.from_yaml(seed(INNER, "bob", now="2002-01-01")) as inner,
    ):
        outer.throttle(times=5)
        inner.throttle(times=1)
        asked = boto3.client("cognito-idp", region_name="eu-west-1", config=RETRYING)
        assert staff(INNER, asked) == ["bob"]
        assert inner.calls.last.attempts == 2
        raise error("inside")


def test_an_exception_during_a_call_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    with CognitoGroups.from_yaml(seed(OUTER, "alice")) as fake:
        with monkeypatch.context() as patch:
            patch.setattr(fake._service, "respond", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                staff(OUTER)
        assert staff(OUTER) == ["alice"]


def test_a_fake_that_ended_may_begin_again() -> None:
    fake = CognitoGroups.from_yaml(seed(OUTER, "alice", now="2001-01-01"))
    for _ in range(2):
        with fake:
            assert fake.clock is not None
            assert staff(OUTER) == ["alice"]
    assert fake.clock is None
    assert len(fake.calls) == 2


def test_a_fake_cannot_begin_twice_at_once() -> None:
    with CognitoGroups() as fake, pytest.raises(RuntimeError, match="already active"):
        fake.__enter__()


def test_a_fake_of_a_freeze_cannot_begin_twice_at_once() -> None:
    with (
        CognitoGroups.from_yaml(seed(OUTER, "alice", now="2001-01-01")) as fake,
        pytest.raises(RuntimeError, match="already active"),
    ):
        fake.__enter__()


# Scopes


def test_fakes_of_other_scopes_are_the_outer_ones(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3
        import pytest
        from pytest_cognito_groups import CognitoGroups

        client = boto3.client("cognito-idp", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s")

        def users(pool):
            answer = client.list_users_in_group(UserPoolId=f"us-east-1_{pool}", GroupName="staff")
            return [user["Username"] for user in answer["Users"]]

        def fake(pool, user):
            return CognitoGroups.from_yaml(f"{{pool: us-east-1_{pool}, users: {{{user}: [staff]}}}}")

        @pytest.fixture(scope="session")
        def of_the_session():
            with fake("Session", "alice") as active:
                yield active

        @pytest.fixture(scope="class")
        def of_the_class():
            with fake("Class", "bob") as active:
                yield active

        @pytest.mark.usefixtures("of_the_class", "of_the_session")
        class TestBoth:
            @pytest.mark.cognito_groups("{pool: us-east-1_Function, users: {carol: [staff]}}")
            def test_with_the_mark(self):
                assert [users("Session"), users("Class"), users("Function")] == [["alice"], ["bob"], ["carol"]]

            def test_without(self):
                assert [users("Session"), users("Class")] == [["alice"], ["bob"]]
                with pytest.raises(client.exceptions.ResourceNotFoundException):
                    users("Function")

        def test_the_session_alone(of_the_session):
            assert len(of_the_session.calls) == 2
            assert users("Session") == ["alice"]
            with pytest.raises(client.exceptions.ResourceNotFoundException):
                users("Class")
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=3)


# Threads


def test_fakes_of_several_threads_answer_for_their_pools() -> None:
    start = threading.Barrier(8)

    def work(number: int) -> None:
        pool = f"eu-west-1_Thread{number}"
        start.wait(timeout=30)
        for time_round in range(20):
            with CognitoGroups.from_yaml(seed(pool, f"user-{time_round}")) as fake:
                assert staff(pool) == [f"user-{time_round}"]
                assert len(fake.calls) == 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))


def test_a_fake_answers_the_threads_that_were_there_before() -> None:
    ready, go, answers = threading.Event(), threading.Event(), []

    def work() -> None:
        ready.set()
        go.wait(timeout=30)
        answers.append(staff(OUTER))

    thread = threading.Thread(target=work)
    thread.start()
    ready.wait(timeout=30)
    with CognitoGroups.from_yaml(seed(OUTER, "alice")):
        go.set()
        thread.join()
    assert answers == [["alice"]]


@contextmanager
def entered(make: Callable[[], CognitoGroups]) -> Iterator[CognitoGroups]:
    with make() as fake:
        yield fake


def test_fakes_may_be_held_by_an_exit_stack() -> None:
    with ExitStack() as stack:
        for number in range(5):
            pool = f"eu-west-1_Stack{number}"
            stack.enter_context(entered(lambda pool=pool: CognitoGroups.from_yaml(seed(pool, "alice"))))
        assert [staff(f"eu-west-1_Stack{number}") for number in range(5)] == [["alice"]] * 5
