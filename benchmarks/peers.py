"""The floor and the peers: clients that answer the same request with the same page, each in its own way."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

import botocore.session
from botocore import UNSIGNED, xform_name
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.stub import Stubber

from benchmarks.rounds import Contestant

POOL = "eu-west-1_Bench0001"
REGION = "eu-west-1"
ALICE = {
    "Username": "alice",
    "UserAttributes": [
        {"Name": "sub", "Value": "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"},
        {"Name": "email", "Value": "alice@example.com"},
        {"Name": "email_verified", "Value": "true"},
    ],
    "UserCreateDate": 1_769_860_800.0,
    "UserLastModifiedDate": 1_769_860_800.0,
    "Enabled": True,
    "UserStatus": "CONFIRMED",
}

Calls = Sequence[tuple[str, Mapping[str, object]]]
"""Operations, each with its parameters but for the pool, one after the other."""


def new_client(**options: object) -> Any:
    session = botocore.session.Session()
    session.set_credentials("testing", "testing")
    return session.create_client("cognito-idp", region_name=REGION, **options)


class Floor:
    """botocore itself: a handler on `before-send` that returns ready-made bytes, unsigned."""

    def __init__(self) -> None:
        self.client = new_client(config=Config(signature_version=UNSIGNED))
        self.client.meta.events.register("before-send.cognito-identity-provider", self._answer)
        self.bodies: dict[str, bytes] = {}

    def _answer(self, request: Any, event_name: str, **_: object) -> AWSResponse:
        response = AWSResponse(request.url, 200, {"Content-Type": "application/x-amz-json-1.1"}, None)
        response._content = self.bodies[event_name]
        return response


class Least:
    """What any answer takes: four handlers, the request parsed, a look-up, the answer encoded with the headers that the
    service sends, and a record of it. No rule of the service, one fake, one pool, no faults.
    """

    def __init__(self, answers: Mapping[str, Mapping[str, object]]) -> None:
        self.client = new_client()
        self._answers = answers
        self._lock = RLock()
        self._calls: list[tuple[object, ...]] = []
        events = self.client.meta.events
        for event, handler in (
            ("before-call", self._begun),
            ("choose-signer", self._signer),
            ("before-send", self._answer),
        ):
            events.register_first(f"{event}.cognito-identity-provider", handler)
        events.register_last("after-call.cognito-identity-provider", lambda **_: None)

    def _begun(self, params: Any, context: dict[str, object], request_signer: object, **_: object) -> None:
        context["least"] = request_signer, params["url"]

    def _signer(self, context: Mapping[str, object], **_: object) -> object:
        return UNSIGNED if "least" in context else None

    def _answer(self, request: Any, event_name: str, **_: object) -> AWSResponse:
        params = json.loads(request.body)
        with self._lock:
            body = json.dumps(self._answers[params["Username"]]).encode()
            attempt = request.headers.get("amz-sdk-invocation-id")
            self._calls.append((event_name, params, attempt, datetime.datetime.now(datetime.UTC)))
        headers = {
            "Date": "Sat, 31 Jan 2026 12:00:00 GMT",
            "Content-Type": "application/x-amz-json-1.1",
            "x-amzn-requestid": "00000000-0000-4000-8000-000000000000",
            "Content-Length": str(len(body)),
        }
        response = AWSResponse(request.url, 200, headers, None)
        response._content = body
        return response


class Peers:
    """A client for each. What a package changes in botocore shows in the clients made after its import: so the floor's
    and the Stubber's are made before moto and the plugin are imported, and moto's before the plugin.
    """

    def __init__(self) -> None:
        self.floor = Floor()
        self.least = Least({"alice": ALICE})
        self.stubbed = new_client()
        from moto import mock_aws

        self._mock = mock_aws()
        with self.mocked():
            self.moto = new_client()
        import pytest_cognito_groups  # noqa: F401

        self.client = new_client()

    @contextmanager
    def mocked(self) -> Iterator[None]:
        """With moto's mock, which keeps what it knows. Off it costs nothing; on, it answers all clients' requests."""
        self._mock.start(reset=False)
        try:
            yield
        finally:
            self._mock.stop(remove_data=False)

    def contestants(self, calls: Calls, moto_pool: str, fake: Any) -> dict[str, Contestant]:
        """The calls, answered by each. The floor and the Stubber answer what the plugin does."""
        answers = []
        bodies: dict[str, bytes] = {}

        def keep(http_response: Any, event_name: str, **_: object) -> None:
            bodies[event_name.replace("after-call", "before-send")] = bytes(http_response.content)

        self.client.meta.events.register("after-call.cognito-identity-provider", keep)
        with fake:
            for operation, params in calls:
                answer = getattr(self.client, xform_name(operation))(UserPoolId=POOL, **params)
                del answer["ResponseMetadata"]
                answers.append(answer)
        self.client.meta.events.unregister("after-call.cognito-identity-provider", keep)
        stubber = Stubber(self.stubbed)
        bound = [(getattr(self.stubbed, xform_name(name)), {"UserPoolId": POOL, **params}) for name, params in calls]

        def stubbed() -> None:
            for (method, params), answer in zip(bound, answers, strict=True):
                stubber.add_response(method.__name__, answer, params)
                method(**params)

        @contextmanager
        def ready() -> Iterator[None]:
            self.floor.bodies = bodies
            yield

        @contextmanager
        def entered() -> Iterator[None]:
            with fake:
                yield
            fake.reset_calls()

        def calling(client: Any, pool: str = POOL) -> Callable[[], object]:
            bound = [(getattr(client, xform_name(name)), {"UserPoolId": pool, **params}) for name, params in calls]
            return lambda: [method(**params) for method, params in bound]

        return {
            "floor": Contestant(calling(self.floor.client), ready),
            "plugin": Contestant(calling(self.client), entered),
            "stubber": Contestant(stubbed, lambda: stubber),
            "moto": Contestant(calling(self.moto, moto_pool), self.mocked),
        }
