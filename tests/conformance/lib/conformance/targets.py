"""Who is asked: the fake, moto, or (in `amazon.py`) Amazon. Each makes pools and gives clients."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, Protocol
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from conformance.worlds import User, World
from pytest_cognito_groups import CognitoGroups

REGION: Final = "us-east-1"


class Target(Protocol):
    @property
    def region(self) -> str:
        """The region of the pools."""

    def client(self, region: str, *, validated: bool = True) -> Any:
        """A client for a region; one that is not `validated` sends whatever it is given."""

    def make_pool(self, world: World, *, shared: str | None) -> str:
        """The id of a pool with all that the world says. It may be one that was made for the same `shared` before."""

    def claims(self, pool: str, username: str) -> Mapping[str, Any]:
        """What the user's ID token says."""


@cache
def session() -> boto3.Session:
    """A session that moto knows, with credentials of its own, which are nobody's."""
    return boto3.Session(aws_access_key_id="key", aws_secret_access_key="secret")


@cache
def shared_client(region: str, *, validated: bool) -> Any:
    # Without retries: what moto answers to a mistake of its own would be tried again and again.
    config = Config(parameter_validation=validated, retries={"total_max_attempts": 1, "mode": "standard"})
    return session().client("cognito-idp", region_name=region, config=config)


class Fake:
    """The fake, through its public interface."""

    region: Final = REGION

    def __init__(self, fake: CognitoGroups) -> None:
        self._fake = fake
        self._numbers = itertools.count(1)

    @classmethod
    @contextmanager
    def entered(cls, paging: str) -> Iterator[Fake]:
        options: dict[str, Any] = {"paging": paging, "assert_all_pages_read": False}
        with CognitoGroups.from_yaml("", **options) as fake:
            yield cls(fake)

    @staticmethod
    def answers(method: str) -> bool:
        """Whether the installed package answers an operation: it knows calls of those alone."""
        try:
            CognitoGroups().calls.filter(method)
        except ValueError:
            return False
        return True

    def client(self, region: str, *, validated: bool = True) -> Any:
        return shared_client(region, validated=validated)

    def make_pool(self, world: World, *, shared: str | None) -> str:
        pool = self._fake.add_pool(
            f"{self.region}_Conforms{next(self._numbers)}",
            alias_attributes=world.alias_attributes,
            username_attributes=world.username_attributes,
            case_sensitive=world.case_sensitive,
        )
        for name, group in world.all_groups().items():
            pool.add_group(name, precedence=group.precedence, role_arn=group.role_arn, description=group.description)
        for name, user in world.all_users().items():
            pool.add_user(
                name,
                groups=user.groups,
                attributes=user.attributes,
                enabled=user.enabled,
                status="CONFIRMED" if user.confirmed else "FORCE_CHANGE_PASSWORD",
            )
        return pool.id

    def claims(self, pool: str, username: str) -> Mapping[str, Any]:
        return self._fake.pools[pool].claims(username)


class Service:
    """A service that has all of Cognito's operations: the world is made and read through them.

    That takes its time, so tests share pools where they can.
    """

    def __init__(self, region: str = REGION, pool_name: str = "conformance") -> None:
        self.region = region
        self.pool_name = pool_name
        self._shared: dict[tuple[str, str], str] = {}

    def client(self, region: str, *, validated: bool = True) -> Any:
        return shared_client(region, validated=validated)

    def maker(self) -> Any:
        """The client that makes the world."""
        return self.client(self.region)

    def make_pool(self, world: World, *, shared: str | None) -> str:
        if shared is None:
            return self._make_pool(world)
        key = shared, repr(world)
        if key not in self._shared or not self._has(self._shared[key]):
            self._shared[key] = self._make_pool(world)
        return self._shared[key]

    def _has(self, pool: str) -> bool:
        return True

    def _make_pool(self, world: World) -> str:
        client = self.maker()
        settings: dict[str, Any] = {"UsernameConfiguration": {"CaseSensitive": world.case_sensitive}}
        if world.alias_attributes:
            settings["AliasAttributes"] = list(world.alias_attributes)
        if world.username_attributes:
            settings["UsernameAttributes"] = list(world.username_attributes)
        pool: str = client.create_user_pool(PoolName=self.pool_name, **settings)["UserPool"]["Id"]
        for name, group in world.all_groups().items():
            members = {"Precedence": group.precedence, "RoleArn": group.role_arn, "Description": group.description}
            given = {member: value for member, value in members.items() if value is not None}
            client.create_group(UserPoolId=pool, GroupName=name, **given)
        for name, user in world.all_users().items():
            self._make_user(client, {"UserPoolId": pool, "Username": name}, user)
        return pool

    def _make_user(self, client: Any, who: dict[str, str], user: User) -> None:
        # The service takes a preferred user name from confirmed users alone.
        later = {name: value for name, value in user.attributes.items() if name == "preferred_username"}
        first = {name: value for name, value in user.attributes.items() if name not in later}
        client.admin_create_user(**who, UserAttributes=pairs(first), MessageAction="SUPPRESS")
        if user.confirmed or later:
            self._set_password(client, who)
        if later:
            client.admin_update_user_attributes(**who, UserAttributes=pairs(later))
        for group in user.groups:
            client.admin_add_user_to_group(**who, GroupName=group)
        if not user.enabled:
            client.admin_disable_user(**who)

    def _set_password(self, client: Any, who: dict[str, str]) -> str:
        password = f"Aa1!{uuid4()}"
        client.admin_set_user_password(**who, Password=password, Permanent=True)
        return password

    def claims(self, pool: str, username: str) -> Mapping[str, Any]:
        """What the service's own ID token says of the user."""
        client = self.maker()
        flow = "ADMIN_USER_PASSWORD_AUTH"
        app = client.create_user_pool_client(
            UserPoolId=pool, ClientName="conformance", ExplicitAuthFlows=[f"ALLOW_{flow}", "ALLOW_REFRESH_TOKEN_AUTH"]
        )["UserPoolClient"]["ClientId"]
        password = self._set_password(client, {"UserPoolId": pool, "Username": username})
        token = client.admin_initiate_auth(
            UserPoolId=pool, ClientId=app, AuthFlow=flow, AuthParameters={"USERNAME": username, "PASSWORD": password}
        )["AuthenticationResult"]["IdToken"]
        payload = token.split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims


class Moto(Service):
    """moto's mock, whose pools outlive each test unless another test of the suite has moto forget them."""

    def __init__(self) -> None:
        super().__init__()
        self._mock = mock_aws()

    @contextmanager
    def entered(self) -> Iterator[Moto]:
        self._mock.start(reset=False)
        try:
            yield self
        finally:
            self._mock.stop(remove_data=False)

    def _has(self, pool: str) -> bool:
        try:
            self.maker().describe_user_pool(UserPoolId=pool)
        except ClientError:
            return False
        return True


def pairs(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in attributes.items()]
