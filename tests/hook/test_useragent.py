"""The User-Agent header: put together faster while a fake is active, and the same."""

from __future__ import annotations

from typing import Any, Final

import boto3
import pytest
from botocore import useragent
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from pytest_cognito_groups import CognitoGroups

POOL: Final = "us-east-1_TestPool1"
CLEANING: Final = "sanitize_user_agent_string_component"

pytestmark = pytest.mark.skipif(not hasattr(useragent, CLEANING), reason="this botocore has no such function")


@pytest.fixture
def client() -> Any:
    return boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(user_agent_extra="a tool's (own) part/1.0", retries={"total_max_attempts": 1}),
    )


def test_the_header_is_the_same_with_and_without_a_fake(client: Any) -> None:
    headers: list[str] = []
    client.meta.events.register_first("before-send", lambda request, **_: headers.append(request.headers["User-Agent"]))
    with pytest.raises(EndpointConnectionError):
        client.list_users_in_group(UserPoolId=POOL, GroupName="staff")
    with CognitoGroups() as fake:
        fake.add_group("staff")
        for _ in range(2):
            client.list_users_in_group(UserPoolId=POOL, GroupName="staff")
    assert len(headers) == 3
    assert len(set(headers)) == 1


def test_botocore_is_as_it_was_afterwards() -> None:
    before = getattr(useragent, CLEANING)
    with CognitoGroups(), CognitoGroups():
        pass
    assert getattr(useragent, CLEANING) is before


def test_a_botocore_without_the_function_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.delattr(useragent, CLEANING)
        with CognitoGroups():
            assert not hasattr(useragent, CLEANING)
