"""Amazon itself, in an account of the developer's: temporary pools, all deleted at the end.

All pools of a run bear one name, which no other run has: what an interrupted request left behind is found by it.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final, NoReturn, TypeAlias
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config

from conformance.operations import WRITES
from conformance.targets import Service
from conformance.worlds import World

AtAmazon: TypeAlias = Callable[[], AbstractContextManager[None]]

SETTLING: Final = 1.0
"""Seconds that Amazon gets after a change, until its listings show it. An emulator needs none."""

STOPPING: Final = (signal.SIGINT, signal.SIGTERM)


@dataclass
class Effort:
    """How much a run asks of Amazon."""

    pools: int = 0
    users: int = 0
    requests: int = 0

    def __str__(self) -> str:
        return f"{self.pools:,} pools, {self.users:,} users, {self.requests:,} requests"


EXPECTED: Final = Effort(pools=120, users=400, requests=2_500)
"""What a whole run stays below. Each run ends with what it came to."""


def notice(region: str, pool_name: str) -> str:
    """What a run costs and takes, for the terminal, before the first request."""
    minutes = round((EXPECTED.requests * 0.1 + EXPECTED.pools * 2 * SETTLING) / 60)
    low, high = (round(EXPECTED.users * price, 1) for price in (0.0055, 0.015))
    return (
        f"Conformance against Amazon Cognito in {region}: at most {EXPECTED}, about {minutes} minutes.\n"
        f"Cost: each user counts as active once in this month. 10,000 a month are free in most accounts; beyond that, "
        f"{low} to {high} USD in all. No message is sent to anyone.\n"
        f"The pools are called {pool_name} and are deleted at the end, after an interrupt (Ctrl-C) too."
    )


def ignore_interrupts() -> None:
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)


def interrupt_once(number: int, frame: FrameType | None) -> NoReturn:
    """Stop the run as Ctrl-C does, and let it end in peace."""
    ignore_interrupts()
    raise KeyboardInterrupt


class Amazon(Service):
    """`at_amazon` opens the network and gives the developer's settings back while it is entered."""

    def __init__(self, at_amazon: AtAmazon) -> None:
        with at_amazon():
            self._session = boto3.Session()
            if self._session.region_name is None or self._session.get_credentials() is None:
                pytest.exit(
                    "COGNITO_CONFORMANCE=aws needs credentials and a region: set AWS_PROFILE, or AWS_ACCESS_KEY_ID, "
                    "AWS_SECRET_ACCESS_KEY and AWS_DEFAULT_REGION.",
                    returncode=pytest.ExitCode.USAGE_ERROR,
                )
            self._clients: dict[tuple[str, bool, bool], Any] = {}
            super().__init__(self._session.region_name, f"pytest-cognito-groups-conformance-{uuid4().hex[:12]}")
        self._at_amazon = at_amazon
        self.effort = Effort()

    def notice(self) -> str:
        return notice(self.region, self.pool_name)

    def client(self, region: str, *, validated: bool = True) -> Any:
        return self._client(region, validated=validated, patient=True)

    def maker(self) -> Any:
        return self._client(self.region, validated=True, patient=False)

    def _client(self, region: str, *, validated: bool, patient: bool) -> Any:
        key = region, validated, patient
        if key not in self._clients:
            config = Config(parameter_validation=validated, retries={"mode": "standard", "max_attempts": 10})
            client = self._session.client("cognito-idp", region_name=region, config=config)
            client.meta.events.register("before-send.cognito-identity-provider", self._count)
            for method in WRITES if patient else ():
                operation = client.meta.method_to_api_mapping[method]
                client.meta.events.register(f"after-call.cognito-identity-provider.{operation}", self._settle)
            self._clients[key] = client
        return self._clients[key]

    def _count(self, **_: object) -> None:
        self.effort.requests += 1

    def _settle(self, **_: object) -> None:
        if ".amazonaws." in self.maker().meta.endpoint_url:
            time.sleep(SETTLING)

    def _make_pool(self, world: World) -> str:
        self.effort.pools += 1
        self.effort.users += len(world.users)
        pool = super()._make_pool(world)
        self._settle()
        return pool

    @contextmanager
    def entered(self) -> Iterator[Amazon]:
        """Amazon is in reach."""
        with self._at_amazon():
            yield self

    @contextmanager
    def one_run(self) -> Iterator[Amazon]:
        """Whatever ends the run, its pools are deleted first. One interrupt is enough: no other may cut that short."""
        before = {number: signal.signal(number, interrupt_once) for number in STOPPING}
        try:
            yield self
        finally:
            ignore_interrupts()
            try:
                with self._at_amazon():
                    self.delete_pools()
            finally:
                for number, handler in before.items():
                    signal.signal(number, handler)

    def delete_pools(self) -> None:
        """Delete every pool of this run: they are found by their name, so that none is missed whose id never came."""
        client = self.maker()
        pages = client.get_paginator("list_user_pools").paginate(MaxResults=60)
        for pool in [pool["Id"] for page in pages for pool in page["UserPools"] if pool["Name"] == self.pool_name]:
            client.delete_user_pool(UserPoolId=pool)
