"""botocore's own retries decide what the code under test sees, as they would against a server, and nothing waits."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import permutations
from types import SimpleNamespace
from typing import Any, Final, cast
from uuid import uuid4

import botocore.endpoint
import botocore.exceptions
import botocore.retries.bucket
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.loaders import Loader
from botocore.session import Session

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.hook import retries, wire
from pytest_cognito_groups.hook.invocation import Invocation
from pytest_cognito_groups.service.errors import TransportError
from pytest_cognito_groups.service.operations import Request

POOL: Final = "eu-west-1_Retries1"
SEED: Final = f"""
pool: {POOL}
users:
  alice: [readers]
  member-[01:16]: ["team-[01:16]"]
"""
MODES: Final = ("legacy", "standard", "adaptive")
SERVICE: Final = "cognito-identity-provider"
LOADER: Final = Loader()


# A service on loopback, which plays the same seed and the same faults


class Loopback(ThreadingHTTPServer):
    """Answers over HTTP what the fake would answer, the fake not being active."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.fake = CognitoGroups.from_yaml(SEED)
        self.status = 0
        """When set, the status of all answers, which are then without a body."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Exchange(BaseHTTPRequestHandler):
    wbufsize = -1
    """Head and body go in one packet: the second would else wait for the first one's delayed acknowledgement."""

    def do_POST(self) -> None:
        server = cast("Loopback", self.server)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if server.status:
            self.send_response_only(server.status)
            self.end_headers()
            return
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        request = Request(operation, json.loads(body), "eu-west-1", str(uuid4()))
        reply = server.fake._service.respond(request, Invocation("", "eu-west-1"))
        if reply == TransportError("ConnectionClosedError"):
            return
        answer = wire.response(reply, request, server.url)
        self.send_response_only(answer.status_code)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *arguments: object) -> None:
        """Keep silent."""


@pytest.fixture(scope="module")
def running() -> Iterator[Loopback]:
    with Loopback() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def loopback(running: Loopback) -> Loopback:
    """The service on loopback, with a seed of its own for each test."""
    running.fake = CognitoGroups.from_yaml(SEED)
    running.status = 0
    return running


@pytest.fixture
def refusing() -> str:
    """A URL at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def silent() -> Iterator[str]:
    """A URL at which somebody listens who never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def make_client(url: str | None = None, service: str = "cognito-idp", *, patience: float = 60, **retry: object) -> Any:
    session = Session()
    session.register_component("data_loader", LOADER)
    return session.create_client(
        service,
        region_name="eu-west-1",
        endpoint_url=url,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries=retry, read_timeout=patience),
    )


@contextmanager
def impatient() -> Iterator[list[float]]:
    """Back-off on the way to the service takes no time; what it would have taken."""
    slept: list[float] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=slept.append))
        patch.setattr(botocore.retries.bucket.TokenBucket, "acquire", lambda *_, **__: True)
        yield slept


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What sleeps or waits for the rate limiter, anywhere in the process, comes back at once and is told here."""
    waited: list[object] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    monkeypatch.setattr(botocore.retries.bucket.TokenBucket, "acquire", lambda *_, **__: waited.append("limiter"))
    return waited


@dataclass
class Seen:
    """What the code under test sees of one call."""

    attempts: int = 0
    kind: str = ""
    text: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    users: tuple[str, ...] = ()


def see(client: Any) -> Seen:
    """Call, and tell what came of it but for the time and the id of the request."""
    seen = Seen()

    def count(**_: object) -> None:
        seen.attempts += 1

    client.meta.events.register(f"request-created.{SERVICE}.ListUsersInGroup", count)
    try:
        response = client.list_users_in_group(UserPoolId=POOL, GroupName="readers")
        seen.users = tuple(user["Username"] for user in response["Users"])
    except (ClientError, BotoCoreError) as error:
        seen.kind, seen.text, response = type(error).__name__, str(error), getattr(error, "response", None) or {}
    finally:
        client.meta.events.unregister(f"request-created.{SERVICE}.ListUsersInGroup", count)
    seen.metadata = dict(response.get("ResponseMetadata", {}))
    seen.metadata.pop("RequestId", None)
    seen.metadata["HTTPHeaders"] = {
        name: value
        for name, value in seen.metadata.get("HTTPHeaders", {}).items()
        if name not in ("date", "x-amzn-requestid")
    }
    return seen


def fail(client: Any, times: int = 1) -> list[int]:
    """The attempts of so many calls, each of which fails."""
    return [see(client).attempts for _ in range(times)]


# As against a server

ERRORS: Final = (
    "InvalidParameterException",
    "ResourceNotFoundException",
    "NotAuthorizedException",
    "InternalErrorException",
    "TooManyRequestsException",
    "AccessDeniedException",
    "ThrottlingException",
    "ServiceUnavailable",
    "ConnectionClosedError",
)
SETTINGS: Final[dict[str, tuple[dict[str, object], dict[str, str]]]] = {
    "defaults": ({}, {}),
    **{mode: ({"mode": mode}, {}) for mode in MODES},
    **{f"{mode}, no retry": ({"mode": mode, "max_attempts": 0}, {}) for mode in MODES},
    **{f"{mode}, max_attempts 1": ({"mode": mode, "max_attempts": 1}, {}) for mode in MODES},
    **{f"{mode}, total_max_attempts 4": ({"mode": mode, "total_max_attempts": 4}, {}) for mode in MODES},
    **{f"AWS_RETRY_MODE {mode}": ({}, {"AWS_RETRY_MODE": mode}) for mode in MODES},
    **{
        f"AWS_RETRY_MODE {mode}, AWS_MAX_ATTEMPTS 2": ({}, {"AWS_RETRY_MODE": mode, "AWS_MAX_ATTEMPTS": "2"})
        for mode in MODES
    },
    "adaptive before AWS_RETRY_MODE legacy": ({"mode": "adaptive"}, {"AWS_RETRY_MODE": "legacy"}),
}


def error_of(name: str) -> Any:
    """As `add_fault` takes it."""
    return getattr(botocore.exceptions, name, name)


@pytest.fixture(params=SETTINGS.values(), ids=SETTINGS)
def retry(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The client's settings; those of the environment are made."""
    settings, environment = request.param
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return cast("dict[str, object]", settings)


def see_each_error(fake: CognitoGroups, client: Any) -> dict[str, Seen]:
    """What is seen of one call for each error that each attempt meets."""
    seen = {}
    for error in ERRORS:
        fake._service.faults.clear()
        fake.add_fault("list_users_in_group", error_of(error), times=None)
        seen[error] = see(client)
    return seen


def test_each_error_is_seen_as_from_a_server(retry: dict[str, object], loopback: Loopback) -> None:
    client = make_client(loopback.url, **retry)
    with impatient():
        expected = see_each_error(loopback.fake, client)
    with CognitoGroups.from_yaml(SEED) as fake:
        assert see_each_error(fake, client) == expected

    assert [call.attempts for call in fake.calls] == [seen.attempts for seen in expected.values()]
    assert all(seen.kind == error or f"({error})" in seen.text for error, seen in expected.items())


def test_a_refused_connection_is_seen_as_without_a_server(retry: dict[str, object], refusing: str) -> None:
    client = make_client(refusing, **retry)
    with impatient():
        expected = see(client)
    with CognitoGroups.from_yaml(SEED) as fake:
        fake.add_fault("list_users_in_group", EndpointConnectionError, times=None)
        assert see(client) == expected
    assert expected.kind == "EndpointConnectionError"


def test_a_timeout_is_seen_as_of_a_server_that_is_silent(retry: dict[str, object], silent: str) -> None:
    client = make_client(silent, patience=0.01, **retry)
    with impatient():
        expected = see(client)
    with CognitoGroups.from_yaml(SEED) as fake:
        fake.add_fault("list_users_in_group", ReadTimeoutError, times=None)
        assert see(client) == expected
    assert expected.kind == "ReadTimeoutError"


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("error", ["InternalErrorException", "ThrottlingException", "ConnectionClosedError"])
@pytest.mark.parametrize("mode", MODES)
def test_a_call_that_recovers_goes_as_against_a_server(mode: str, error: str, times: int, loopback: Loopback) -> None:
    client = make_client(loopback.url, mode=mode)
    loopback.fake.add_fault("list_users_in_group", error_of(error), times=times)
    with impatient():
        expected = see(client)

    with CognitoGroups.from_yaml(SEED) as fake:
        fake.add_fault("list_users_in_group", error_of(error), times=times)
        assert see(client) == expected

    assert (expected.users, expected.attempts) == (("alice",), times + 1)
    assert expected.metadata["RetryAttempts"] == times


@pytest.mark.parametrize("mode", ["standard", "adaptive"])
def test_the_retry_quota_is_used_and_filled_as_against_a_server(mode: str, loopback: Loopback) -> None:
    client = make_client(loopback.url, mode=mode)

    def attempts(fake: CognitoGroups) -> list[int]:
        fake.add_fault(None, "InternalErrorException", times=160)
        first = [see(client).attempts for _ in range(150)]
        fake.add_fault(None, "InternalErrorException")
        return [*first, see(client).attempts]

    with impatient():
        expected = attempts(loopback.fake)
    with CognitoGroups.from_yaml(SEED) as fake:
        assert attempts(fake) == expected
    assert (expected[0], expected[50:60], expected[-1]) == (3, [1] * 10, 2)


# Without waiting


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("error", ["ThrottlingException", "ServiceUnavailable", "ReadTimeoutError"])
def test_no_attempt_sleeps(mode: str, error: str, patience: list[object]) -> None:
    client = make_client(mode=mode)
    with CognitoGroups.from_yaml(SEED) as fake:
        fake.add_fault(None, error_of(error), times=None)
        fail(client, times=5)
    assert all(call.attempts > 1 for call in fake.calls)
    assert patience == []


@pytest.mark.parametrize("mode", MODES)
def test_the_sleep_that_was_spared_is_recorded(mode: str, caplog: pytest.LogCaptureFixture) -> None:
    client = make_client(mode=mode)
    with CognitoGroups.from_yaml(SEED) as fake, caplog.at_level(logging.DEBUG, "botocore.endpoint"):
        fake.add_fault(None, "ThrottlingException", times=None)
        fail(client)
    arguments = [cast("tuple[object, ...]", record.args) for record in caplog.records]
    pauses = [given[0] for given in arguments if len(given) == 1 and isinstance(given[0], float | int)]
    assert len(pauses) == fake.calls.last.attempts - 1
    assert fake.calls.last.backoff == pytest.approx(sum(pauses))
    assert fake.calls.last.backoff > 0


def test_a_call_without_a_retry_has_no_backoff() -> None:
    with CognitoGroups.from_yaml(SEED) as fake:
        see(make_client())
    assert (fake.calls.last.attempts, fake.calls.last.backoff) == (1, 0.0)


def test_what_the_code_under_test_sleeps_is_slept(patience: list[object]) -> None:
    client = make_client(mode="standard")
    with CognitoGroups.from_yaml(SEED) as fake:
        fake.throttle(times=2)
        see(client)
        time.sleep(1.5)
    assert patience == [1.5]


@pytest.mark.parametrize("mode", ["legacy", "standard"])
def test_the_client_of_another_service_sleeps(mode: str, loopback: Loopback, patience: list[object]) -> None:
    ours, other = make_client(mode=mode), make_client(loopback.url, "sts", mode=mode)
    loopback.status = 500
    with CognitoGroups.from_yaml(SEED) as fake:
        fake.add_fault(None, "InternalErrorException", times=None)
        attempts = fail(ours)[0]
        with pytest.raises(ClientError):
            other.get_caller_identity()
    assert attempts > 1
    assert len(patience) == attempts - 1


def test_an_operation_that_passes_sleeps(loopback: Loopback, patience: list[object]) -> None:
    client = make_client(loopback.url, mode="standard")
    loopback.status = 500
    with CognitoGroups.from_yaml(SEED, allow_operations="list_groups") as fake:
        fake.add_fault(None, "InternalErrorException", times=None)
        fail(client)
        with pytest.raises(ClientError):
            client.list_groups(UserPoolId=POOL)
    assert len(patience) == 2


@pytest.mark.parametrize("now", ["", "now: 2026-01-31T12:00:00Z"], ids=["clock goes on", "clock stands still"])
def test_the_rate_limiter_does_not_wait(now: str, patience: list[object]) -> None:
    client = make_client(mode="adaptive")
    with CognitoGroups.from_yaml(f"{SEED}\n{now}") as fake:
        fake.throttle(times=2)
        attempts = [see(client).attempts for _ in range(20)]
    assert attempts == [3] + [1] * 19
    assert patience == []


def test_a_rate_limiter_that_was_on_before_the_fake_does_not_wait(loopback: Loopback, patience: list[object]) -> None:
    client = make_client(loopback.url, mode="adaptive")
    loopback.fake.throttle()
    see(client)
    assert "limiter" in patience
    patience.clear()
    with CognitoGroups.from_yaml(SEED):
        see(client)
    assert patience == []
    see(client)
    assert patience == ["limiter"]


def test_a_fakes_throttling_does_not_slow_what_passes(loopback: Loopback, patience: list[object]) -> None:
    client = make_client(loopback.url, mode="adaptive", total_max_attempts=1)
    loopback.status = 400
    with CognitoGroups.from_yaml(SEED, allow_operations="list_groups") as fake:
        fake.throttle()
        fail(client)
        with pytest.raises(ClientError):
            client.list_groups(UserPoolId=POOL)
    assert patience == []


def test_a_service_that_throttles_what_passes_slows_it(loopback: Loopback, patience: list[object]) -> None:
    client = make_client(loopback.url, mode="adaptive", total_max_attempts=1)
    loopback.fake.throttle()
    with CognitoGroups.from_yaml(SEED, allow_operations="list_groups"):
        with pytest.raises(ClientError):
            client.list_groups(UserPoolId=POOL)
        client.list_groups(UserPoolId=POOL)
    assert patience == ["limiter"]


# No test feels another


def test_300_tests_in_a_row_see_the_same_attempts_of_a_client(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import botocore.session
        import pytest
        from botocore.config import Config
        from botocore.exceptions import ClientError

        session = botocore.session.get_session()
        CLIENTS = {
            mode: session.create_client("cognito-idp", "us-east-1", config=Config(retries={"mode": mode}))
            for mode in ("legacy", "standard", "adaptive")
        }

        @pytest.mark.parametrize("number", range(300))
        @pytest.mark.cognito_groups(
            "faults: [{operation: list_users_in_group, error: ThrottlingException, times: null}]"
        )
        def test_attempts(cognito_groups, number):
            for client in CLIENTS.values():
                with pytest.raises(ClientError):
                    client.list_users_in_group(UserPoolId="us-east-1_TestPool1", GroupName="readers")
            assert [call.attempts for call in cognito_groups.calls] == [5, 3, 3]
        """
    )
    pytester.runpytest_inprocess("-q").assert_outcomes(passed=300)


def keepers(client: Any) -> dict[str, Any]:
    """What the client keeps of its retries from call to call."""
    kept: dict[str, Any] = {}
    for handler in client.meta.events._emitter._handlers.prefix_search(f"needs-retry.{SERVICE}"):
        owner = getattr(handler, "__self__", None)
        if hasattr(owner, "_retry_quota"):
            kept["quota"] = owner._retry_quota
        if hasattr(owner, "_token_bucket"):
            kept["limiter"] = owner
    return kept


def remembered(client: Any) -> object:
    """All of it, to compare."""
    kept = keepers(client)
    return [
        (type(kept["quota"]), vars(kept["quota"]), kept["quota"]._quota.available_capacity),
        (type(kept["limiter"]), dict(vars(kept["limiter"])), kept["limiter"]._enabled),
        dict(vars(kept["limiter"]._rate_clocker)),
        dict(vars(kept["limiter"]._rate_adjustor)),
        dict(vars(kept["limiter"]._token_bucket)),
    ]


@pytest.fixture
def tired(loopback: Loopback) -> Any:
    """An adaptive client that a service has throttled and failed."""
    client = make_client(loopback.url, mode="adaptive")
    loopback.fake.throttle(times=3)
    loopback.fake.add_fault(None, "InternalErrorException", times=3)
    with impatient():
        fail(client, times=2)
    assert keepers(client)["quota"]._quota.available_capacity < 500
    assert keepers(client)["limiter"]._enabled
    return client


def test_what_a_client_keeps_is_put_back_when_a_fake_ends_and_another(tired: Any) -> None:
    before = remembered(tired)
    for _ in range(2):
        with CognitoGroups.from_yaml(SEED) as fake:
            fake.throttle(times=6)
            fail(tired, times=10)
        assert remembered(tired) == before


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_what_a_client_keeps_is_as_it_was_in_whatever_order_fakes_end(order: tuple[int, ...], tired: Any) -> None:
    before = remembered(tired)
    fakes = [ExitStack() for _ in range(3)]
    for stack in fakes:
        fake = stack.enter_context(CognitoGroups.from_yaml(SEED))
        fake.throttle(times=3)
        fail(tired, times=2)
    for number in order:
        fakes[number].close()
    assert remembered(tired) == before


def test_each_of_nested_fakes_has_a_full_quota() -> None:
    client = make_client(mode="standard")
    with CognitoGroups.from_yaml(SEED) as outer:
        outer.add_fault(None, "InternalErrorException", times=None)
        alone = fail(client, times=60)
        with CognitoGroups.from_yaml(SEED) as inner:
            inner.add_fault(None, "InternalErrorException", times=None)
            assert fail(client, times=60) == alone
        assert fail(client) == [1]


def test_a_fake_that_begins_again_has_a_full_quota() -> None:
    client = make_client(mode="standard")
    fake = CognitoGroups.from_yaml(SEED)
    fake.add_fault(None, "InternalErrorException", times=None)
    with fake:
        first = fail(client, times=60)
    with fake:
        assert fail(client, times=60) == first


def test_what_passes_is_charged_to_the_clients_own_quota(tired: Any, loopback: Loopback) -> None:
    before = keepers(tired)["quota"]._quota.available_capacity
    loopback.status = 500
    with CognitoGroups.from_yaml(SEED, allow_operations="list_groups") as fake, impatient():
        fake.throttle(times=3)
        fail(tired)
        with pytest.raises(ClientError):
            tired.list_groups(UserPoolId=POOL)
    assert keepers(tired)["quota"]._quota.available_capacity < before


def test_a_call_whose_fake_ends_on_the_way_goes_on_without_it(loopback: Loopback, patience: list[object]) -> None:
    client = make_client(loopback.url, mode="standard")
    stack = ExitStack()
    fake = stack.enter_context(CognitoGroups.from_yaml(SEED))
    fake.add_fault(None, "InternalErrorException", times=1)
    loopback.fake.add_fault(None, "InternalErrorException", times=1)
    client.meta.events.register("response-received", lambda **_: stack.close())
    assert see(client).users == ("alice",)
    assert [call.attempts for call in fake.calls] == [1]
    assert len(patience) == 2


def test_a_call_that_outlives_its_fake_is_not_another_fakes(patience: list[object]) -> None:
    client = make_client(mode="standard")
    stack = ExitStack()
    with CognitoGroups.from_yaml(SEED) as outer:
        inner = stack.enter_context(CognitoGroups.from_yaml(SEED))
        inner.add_fault(None, "InternalErrorException", times=None)
        client.meta.events.register("needs-retry", lambda **_: stack.close())
        assert see(client).users == ("alice",)
    assert [call.attempts for call in inner.calls] == [1]
    assert [call.attempts for call in outer.calls] == [1]
    assert patience == []


def test_what_others_put_in_botocores_place_meanwhile_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    client = make_client()
    with CognitoGroups.from_yaml(SEED):
        see(client)
        other = SimpleNamespace()
        monkeypatch.setattr(botocore.endpoint, "time", other)
    assert cast("object", botocore.endpoint.time) is other


def test_botocore_is_as_it_was_when_the_last_fake_ends() -> None:
    client = make_client(mode="adaptive")
    kinds = {name: type(keeper) for name, keeper in keepers(client).items()}
    with CognitoGroups.from_yaml(SEED):
        see(client)
        assert botocore.endpoint.time is not time
        assert botocore.endpoint.time.monotonic is time.monotonic
    assert botocore.endpoint.time is time
    assert {name: type(keeper) for name, keeper in keepers(client).items()} == kinds


# Calls side by side


@pytest.mark.parametrize("mode", MODES)
def test_calls_of_threads_keep_their_attempts_to_themselves(mode: str) -> None:
    client = make_client(mode=mode)
    groups = [f"team-{number:02}" for number in range(1, 17)]
    barrier = threading.Barrier(len(groups))

    def ask(group: str) -> list[str]:
        barrier.wait(30)
        users = client.list_users_in_group(UserPoolId=POOL, GroupName=group, Limit=60)["Users"]
        return [user["Username"] for user in users]

    with CognitoGroups.from_yaml(SEED) as fake, ThreadPoolExecutor(len(groups)) as threads:
        for number, group in enumerate(groups):
            for _ in range(number % 3):
                fake.add_fault("list_users_in_group", "InternalErrorException", GroupName=group)
        answers = list(threads.map(ask, groups))

    assert all(len(answer) == 16 for answer in answers)
    assert len(fake.calls) == len(groups)
    attempts = {call.params["GroupName"]: call.attempts for call in fake.calls}
    assert attempts == {group: 1 + number % 3 for number, group in enumerate(groups)}
    assert all((call.backoff > 0) == (call.attempts > 1) for call in fake.calls)


class Turnstile:
    """A lock that two threads find free, and set about taking together."""

    def __init__(self, lock: AbstractContextManager[object]) -> None:
        self._lock = lock
        self._both = threading.Barrier(2)
        self._passed = threading.local()

    def __enter__(self) -> None:
        if not vars(self._passed):
            self._passed.once = True
            self._both.wait(30)
        self._lock.__enter__()

    def __exit__(self, *_: object) -> None:
        self._lock.__exit__(None, None, None)


def test_a_client_first_called_by_two_threads_is_put_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = make_client(mode="adaptive")
    kinds = {name: type(keeper) for name, keeper in keepers(client).items()}

    def ask(_: int) -> int:
        return len(client.list_users_in_group(UserPoolId=POOL, GroupName="readers")["Users"])

    with CognitoGroups.from_yaml(SEED), ThreadPoolExecutor(2) as threads, monkeypatch.context() as patched:
        patched.setattr(retries, "_lock", Turnstile(retries._lock))
        assert list(threads.map(ask, range(2))) == [1, 1]
    assert {name: type(keeper) for name, keeper in keepers(client).items()} == kinds


def test_a_sleep_is_spared_while_another_thread_stops_the_sleeping(monkeypatch: pytest.MonkeyPatch) -> None:
    client = make_client(mode="legacy")
    begun, go_on = threading.Event(), threading.Event()
    replace = retries._replace

    def held_up(*arguments: Any) -> None:
        if not begun.is_set():
            begun.set()
            assert go_on.wait(30)
        replace(*arguments)

    monkeypatch.setattr(retries, "_replace", held_up)
    with CognitoGroups.from_yaml(SEED) as fake, ThreadPoolExecutor(1) as threads:
        fake.add_fault("list_users_in_group", "InternalErrorException")
        first = threads.submit(see, client)
        assert begun.wait(30)
        threading.Timer(0.2, go_on.set).start()
        second = see(client)
        assert {first.result(30).users, second.users} == {("alice",)}
    assert sorted((call.attempts, call.backoff > 0) for call in fake.calls) == [(1, False), (2, True)]


@pytest.mark.parametrize("mode", ["standard", "adaptive"])
def test_a_call_that_passes_goes_on_when_the_last_fake_ends_under_it(
    mode: str, refusing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client(refusing, mode=mode)
    looks, go_on = threading.Event(), threading.Event()
    own = retries._own

    def held_up(keeper: object) -> dict[str, object] | None:
        found = own(keeper)
        if threading.current_thread() is not threading.main_thread() and not looks.is_set():
            looks.set()
            assert go_on.wait(30)
        return found

    monkeypatch.setattr(retries, "_own", held_up)
    with ThreadPoolExecutor(1) as threads:
        with CognitoGroups.from_yaml(SEED, allow_operations="list_users"):
            see(client)
            passing = threads.submit(client.list_users, UserPoolId=POOL)
            assert looks.wait(30)
        go_on.set()
        with pytest.raises(EndpointConnectionError):
            passing.result(30)


def test_a_page_that_is_retried_is_one_call() -> None:
    client = make_client(mode="standard")
    with CognitoGroups.from_yaml(SEED, page_size=4) as fake:
        fake.throttle("list_users_in_group", after=2, times=2)
        pages = client.get_paginator("list_users_in_group").paginate(UserPoolId=POOL, GroupName="team-01")
        assert [len(page["Users"]) for page in pages] == [4, 4, 4, 4]
    assert [(call.page, call.attempts) for call in fake.calls] == [(1, 1), (2, 1), (3, 3), (4, 1)]


def test_a_call_that_fails_for_good_tells_its_last_error() -> None:
    client = make_client(mode="standard")
    with CognitoGroups.from_yaml(SEED) as fake:
        fake.throttle()
        fake.add_fault(None, ReadTimeoutError, times=2)
        with pytest.raises(ReadTimeoutError):
            client.list_users_in_group(UserPoolId=POOL, GroupName="readers")
    assert [(call.attempts, call.error, call.items) for call in fake.calls] == [(3, "ReadTimeoutError", ())]


# aiobotocore, played here so that neither its presence nor its version matters; test_aiobotocore.py has the real one


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def endpoint(slept: list[float], monkeypatch: pytest.MonkeyPatch) -> Any:
    """What aiobotocore's module of this name sleeps through: asyncio, and anyio in a newer one."""

    class AnyioEndpoint:
        async def _sleep(self, seconds: float) -> None:
            slept.append(seconds)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    module = SimpleNamespace(asyncio=SimpleNamespace(sleep=sleep), AnyioEndpoint=AnyioEndpoint)
    monkeypatch.setitem(sys.modules, "aiobotocore.endpoint", cast("Any", module))
    return module


def pause(endpoint: Any) -> None:
    asyncio.run(endpoint.asyncio.sleep(1.5))
    asyncio.run(endpoint.AnyioEndpoint()._sleep(2.5))


def test_aiobotocores_sleep_is_spared_during_a_fakes_call(endpoint: Any, slept: list[float]) -> None:
    client = make_client()
    client.meta.events.register("needs-retry", lambda **_: pause(endpoint))
    with CognitoGroups.from_yaml(SEED) as fake:
        see(client)
    assert slept == []
    assert fake.calls.last.backoff == 4.0


def test_aiobotocores_sleep_is_left_alone_elsewhere(endpoint: Any, slept: list[float]) -> None:
    with CognitoGroups.from_yaml(SEED):
        see(make_client())
        pause(endpoint)
    assert slept == [1.5, 2.5]


def test_aiobotocore_is_as_it_was_when_the_last_fake_ends(endpoint: Any) -> None:
    before = endpoint.asyncio, endpoint.AnyioEndpoint._sleep
    with CognitoGroups.from_yaml(SEED):
        see(make_client())
        assert endpoint.asyncio is not before[0]
        assert endpoint.AnyioEndpoint._sleep is not before[1]
    assert (endpoint.asyncio, endpoint.AnyioEndpoint._sleep) == before


def test_an_aiobotocore_without_anyio_will_do(endpoint: Any) -> None:
    del endpoint.AnyioEndpoint
    before = endpoint.asyncio
    with CognitoGroups.from_yaml(SEED):
        see(make_client())
        assert endpoint.asyncio is not before
    assert endpoint.asyncio is before
