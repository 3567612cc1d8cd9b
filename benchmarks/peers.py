"""The floor and the peers: clients that answer the same request with the same page, each in its own way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore import UNSIGNED, xform_name
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.stub import Stubber

from benchmarks.rounds import Contestant

POOL = "eu-west-1_Bench0001"
REGION = "eu-west-1"

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


class Peers:
    """A client for each. What a package changes in botocore shows in the clients made after its import: so the floor's
    and the Stubber's are made before moto and the plugin are imported, and moto's before the plugin.
    """

    def __init__(self) -> None:
        self.floor = Floor()
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
