"""The floor and the peers: clients that answer the same request with the same page, each in its own way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.stub import Stubber

from benchmarks.rounds import Contestant

POOL = "eu-west-1_Bench0001"
REGION = "eu-west-1"
METHODS = {
    "AdminListGroupsForUser": "admin_list_groups_for_user",
    "ListUsersInGroup": "list_users_in_group",
}


def new_client(**options: object) -> Any:
    session = botocore.session.Session()
    session.set_credentials("testing", "testing")
    return session.create_client("cognito-idp", region_name=REGION, **options)


class Floor:
    """botocore itself: a handler on `before-send` that returns ready-made bytes, unsigned."""

    def __init__(self) -> None:
        self.client = new_client(config=Config(signature_version=UNSIGNED))
        self.client.meta.events.register("before-send.cognito-identity-provider", self._answer)
        self.body = b""

    def _answer(self, request: Any, **_: object) -> AWSResponse:
        response = AWSResponse(request.url, 200, {"Content-Type": "application/x-amz-json-1.1"}, None)
        response._content = self.body
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

    def contestants(
        self, operation: str, params: Mapping[str, object], moto: Mapping[str, object], fake: Any
    ) -> dict[str, Contestant]:
        """The request, answered by each. The floor and the Stubber answer what the plugin does."""
        method = METHODS[operation]
        bodies: list[bytes] = []

        def keep(http_response: Any, **_: object) -> None:
            bodies.append(bytes(http_response.content))

        event = f"after-call.cognito-identity-provider.{operation}"
        self.client.meta.events.register(event, keep)
        with fake:
            answer = getattr(self.client, method)(**params)
        self.client.meta.events.unregister(event, keep)
        self.floor.body = bodies[0]
        del answer["ResponseMetadata"]
        stubber = Stubber(self.stubbed)

        def stubbed() -> None:
            stubber.add_response(method, answer, params)
            getattr(self.stubbed, method)(**params)

        @contextmanager
        def entered() -> Iterator[None]:
            with fake:
                yield
            fake.reset_calls()

        def calling(client: Any, given: Mapping[str, object]) -> Callable[[], object]:
            bound = getattr(client, method)
            return lambda: bound(**given)

        return {
            "floor": Contestant(calling(self.floor.client, params)),
            "plugin": Contestant(calling(self.client, params), entered),
            "stubber": Contestant(stubbed, lambda: stubber),
            "moto": Contestant(calling(self.moto, moto), self.mocked),
        }
