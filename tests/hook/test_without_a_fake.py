"""Without an active fake the plugin changes nothing: calls go where they would have gone, signed, and are retried."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import boto3
import botocore.endpoint
import pytest
from botocore.config import Config
from botocore.exceptions import NoCredentialsError
from botocore.stub import Stubber

from pytest_cognito_groups import CognitoGroups

POOL: Final = "us-east-1_TestPool1"
ELSEWHERE: Final = {"Groups": [{"GroupName": "of-the-server", "UserPoolId": POOL}]}


class Server(ThreadingHTTPServer):
    """Answers each request with the next of `answers`, the last one for good."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.answers: list[tuple[int, dict[str, Any]]] = [(200, ELSEWHERE)]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def operations(self) -> list[str]:
        return [headers["x-amz-target"].rpartition(".")[2] for headers, _ in self.requests]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(({name.lower(): value for name, value in self.headers.items()}, json.loads(body)))
        status, answer = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name of the one it replaces
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client(server: Server) -> Iterator[Any]:
    client = boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(retries={"mode": "standard"}),
    )
    yield client
    client.close()


def groups(client: Any) -> list[str]:
    answer = client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")
    return [group["GroupName"] for group in answer["Groups"]]


def faked(client: Any) -> list[str]:
    with CognitoGroups() as fake:
        fake.add_group("of-the-fake")
        fake.add_user("alice", groups=["of-the-fake"])
        return groups(client)


def test_a_call_goes_to_the_server(client: Any, server: Server) -> None:
    assert groups(client) == ["of-the-server"]
    assert server.requests[0][1] == {"UserPoolId": POOL, "Username": "alice"}


def test_a_call_is_signed(client: Any, server: Server) -> None:
    groups(client)
    assert server.requests[0][0]["authorization"].startswith("AWS4-HMAC-SHA256 Credential=key/")


def test_a_call_goes_to_the_server_before_and_after_a_fake(client: Any, server: Server) -> None:
    assert [groups(client), faked(client), groups(client)] == [["of-the-server"], ["of-the-fake"], ["of-the-server"]]
    assert len(server.requests) == 2
    assert all("authorization" in headers for headers, _ in server.requests)


def test_a_client_made_under_a_fake_goes_to_the_server_afterwards(server: Server) -> None:
    with CognitoGroups():
        client = boto3.client(
            "cognito-idp",
            region_name="us-east-1",
            endpoint_url=server.url,
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )
    assert groups(client) == ["of-the-server"]
    client.close()


def test_credentials_are_missed_again_after_a_fake(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    session = boto3.Session()  # the default one may have found credentials in another test
    client = session.client("cognito-idp", region_name="us-east-1", endpoint_url=server.url)
    assert faked(client) == ["of-the-fake"]
    with pytest.raises(NoCredentialsError):
        groups(client)
    assert server.requests == []


def test_another_operation_goes_to_the_server(client: Any, server: Server) -> None:
    server.answers = [(200, {"Users": []})]
    assert client.list_users(UserPoolId=POOL)["Users"] == []
    assert server.operations == ["ListUsers"]


def test_an_allowed_operation_goes_to_the_server_signed(client: Any, server: Server) -> None:
    server.answers = [(200, {"Users": []})]
    with CognitoGroups(allow_operations="list_users"):
        assert client.list_users(UserPoolId=POOL)["Users"] == []
    assert server.operations == ["ListUsers"]
    assert "authorization" in server.requests[0][0]


def test_a_retry_waits_before_and_after_a_fake(client: Any, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    for number in (1, 2):
        server.answers = [(500, {"__type": "InternalErrorException"}), (200, ELSEWHERE)]
        assert groups(client) == ["of-the-server"]
        assert len(waits) == number
        with CognitoGroups() as fake:
            fake.add_user("alice")
            fake.throttle()
            assert groups(client) == []
            assert fake.calls.last.attempts == 2
            assert len(waits) == number
    assert botocore.endpoint.time is time


def test_the_waiting_of_others_goes_on_under_a_fake(
    client: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    server.answers = [(500, {"__type": "InternalErrorException"}), (200, {"Users": []})]
    with CognitoGroups(allow_operations="list_users") as fake:
        fake.add_user("alice")
        fake.throttle()
        groups(client)
        assert waits == []
        client.list_users(UserPoolId=POOL)
        assert len(waits) == 1


def test_a_stub_is_its_own_matter(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_response("admin_list_groups_for_user", {"Groups": [{"GroupName": "of-the-stub"}]})
        assert groups(client) == ["of-the-stub"]


def test_a_call_of_aiobotocores_goes_where_it_would_have_gone(server: Server) -> None:
    session = pytest.importorskip("aiobotocore.session").get_session()
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}

    async def ask() -> Any:
        async with session.create_client("cognito-idp", "us-east-1", endpoint_url=server.url, **keys) as client:
            return await client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")

    assert asyncio.run(ask())["Groups"] == ELSEWHERE["Groups"]
    assert server.operations == ["AdminListGroupsForUser"]


def test_a_call_that_began_before_the_fake_is_answered() -> None:
    client = boto3.client("cognito-idp", "us-east-1", aws_access_key_id="key", aws_secret_access_key="secret")
    fake = CognitoGroups.from_yaml("pool: us-east-1_Later0001\nusers: {bob: [readers]}")

    def enter(**_: object) -> None:
        fake.__enter__()

    client.meta.events.register_last("before-call", enter)
    try:
        answer = client.admin_list_groups_for_user(UserPoolId=fake.pool.id, Username="bob")
    finally:
        fake.__exit__(None, None, None)
    assert [group["GroupName"] for group in answer["Groups"]] == ["readers"]
    assert len(fake.calls) == 1
