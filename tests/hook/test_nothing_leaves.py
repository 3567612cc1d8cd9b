"""Clients of many kinds try to reach Amazon, for what is answered and for what is refused: none does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any, Final

import boto3
import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_cognito_groups import CognitoGroups

POOL: Final = "eu-west-1_Leaves001"
REGION: Final = "eu-west-1"
SEED: Final = f"""
pool: {POOL}
users: {{alice: [readers], bob: [readers]}}
"""
pytestmark = pytest.mark.usefixtures("no_network")
SESSION: Final = boto3.Session()
WITH_KEYS: Final = boto3.Session("key", "secret")
BARE: Final = botocore.session.get_session()
ENDPOINTS: Final[dict[str, dict[str, Any]]] = {
    "plain": {},
    "FIPS": {"use_fips_endpoint": True},
    "dual stack": {"use_dualstack_endpoint": True},
    "URL": {"endpoint_url": "http://cognito.invalid:9229/path"},
    "proxy": {"proxies": {"https": "http://proxy.invalid:3128"}},
}
CALLS: Final[dict[str, dict[str, Any]]] = {
    "legacy": {"retries": {"mode": "legacy"}},
    "standard": {"retries": {"mode": "standard"}},
    "adaptive": {"retries": {"mode": "adaptive", "total_max_attempts": 3}},
    "unsigned": {"signature_version": UNSIGNED},
}
ANSWERED: Final[dict[str, dict[str, object]]] = {
    "admin_list_groups_for_user": {"Username": "alice"},
    "list_users_in_group": {"GroupName": "readers"},
    "list_groups": {},
    "list_users": {},
    "admin_get_user": {"Username": "alice"},
    "get_group": {"GroupName": "readers"},
    "create_group": {"GroupName": "writers"},
    "update_group": {"GroupName": "writers", "Precedence": 1},
    "admin_add_user_to_group": {"Username": "bob", "GroupName": "writers"},
    "admin_remove_user_from_group": {"Username": "bob", "GroupName": "writers"},
    "delete_group": {"GroupName": "writers"},
}
REFUSED: Final[dict[str, dict[str, object]]] = {
    "describe_user_pool": {"UserPoolId": POOL},
    "sign_up": {"ClientId": "client", "Username": "alice", "Password": "secret"},  # needs no credentials
}


def create(session: Any, region: str = REGION, **given: Any) -> Any:
    given = dict(given)
    url = {"endpoint_url": given.pop("endpoint_url")} if "endpoint_url" in given else {}
    make = session.client if hasattr(session, "client") else session.create_client
    return make("cognito-idp", region_name=region, config=Config(**given), **url)


def with_handler(event: str, handler: Callable[..., object], register: str) -> Any:
    client = create(WITH_KEYS)
    getattr(client.meta.events, register)(event, handler)
    return client


def send_elsewhere(params: dict[str, Any], **_: object) -> None:
    params["url"] = "https://elsewhere.invalid/"


def add_a_header(request: Any, **_: object) -> None:
    request.headers["X-Trace"] = "1"


HANDLERS: Final[dict[str, tuple[str, Callable[..., object]]]] = {
    "before-call": ("before-call.*", send_elsewhere),
    "request-created": ("request-created.*", add_a_header),
    "before-sign": ("before-sign.*", add_a_header),
    "before-send": ("before-send.*", add_a_header),
    "choose-signer": ("choose-signer.*", lambda **_: "v4"),
}
KINDS: Final[dict[str, Callable[[], Any]]] = {
    **{
        f"{library}, {endpoint}, {calls}": lambda session=session, endpoint=endpoint, calls=calls: create(
            session, **ENDPOINTS[endpoint], **CALLS[calls]
        )
        for (library, session), endpoint, calls in product(
            {"boto3": SESSION, "botocore": BARE}.items(), ENDPOINTS, CALLS
        )
    },
    **{
        f"{name}, {register}": lambda name=name, register=register: with_handler(*HANDLERS[name], register)
        for name, register in product(HANDLERS, ("register_first", "register_last"))
    },
}


@contextmanager
def told_of_refusals() -> Iterator[None]:
    """The fake inside ends with both refusals."""
    with pytest.raises(AssertionError, match=r"describe_user_pool was called[\s\S]*sign_up was called"):
        yield


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_no_call_of_any_kind_of_client_leaves(kind: Callable[[], Any]) -> None:
    with told_of_refusals(), CognitoGroups.from_yaml(SEED) as fake:
        client = kind()
        for method, params in ANSWERED.items():
            assert getattr(client, method)(UserPoolId=POOL, **params)["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert [call.method for call in fake.calls] == list(ANSWERED)
        for method, params in REFUSED.items():
            with pytest.raises(pytest.fail.Exception):
                getattr(client, method)(**params)


@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1", "cn-north-1"])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_no_call_leaves_from_another_region(region: str, endpoint: str) -> None:
    with CognitoGroups.from_yaml(SEED) as fake:
        client = create(SESSION, region, **ENDPOINTS[endpoint])
        for method in ("list_users_in_group", "admin_get_user"):
            with pytest.raises(ClientError, match="does not exist"):
                getattr(client, method)(UserPoolId=POOL, **ANSWERED[method])
        assert {call.region for call in fake.calls} == {region}


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_no_retry_leaves(mode: str) -> None:
    with CognitoGroups.from_yaml(SEED) as fake:
        fake.add_fault("list_groups", "InternalErrorException", times=2)
        client = create(SESSION, retries={"mode": mode})
        assert client.list_groups(UserPoolId=POOL)["Groups"]
        assert fake.calls.last.attempts == 3
