"""What belongs to one call: its attempts, its region, and nothing of the call before it."""

from __future__ import annotations

from typing import Any, Final, NoReturn

import boto3
import pytest
from botocore.config import Config
from botocore.handlers import disable_signing

from pytest_cognito_groups import CognitoGroups

POOL: Final = "us-east-1_TestPool1"
KEYS: Final = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
AFTER_ALL_OTHERS: Final = "before-send"

pytestmark = pytest.mark.cognito_groups("users: {alice: [staff]}")


def made(region: str = "us-east-1", **config: Any) -> Any:
    return boto3.client("cognito-idp", region_name=region, config=Config(**config), **KEYS)


def groups(client: Any) -> list[str]:
    answer = client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")
    return [group["GroupName"] for group in answer["Groups"]]


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_the_attempts_of_a_call_are_one_call(mode: str, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault("admin_list_groups_for_user", "InternalErrorException", times=2)
    assert groups(made(retries={"mode": mode})) == ["staff"]
    assert [call.attempts for call in cognito_groups.calls] == [3]


def test_two_calls_are_two(cognito_groups: CognitoGroups) -> None:
    client = made()
    assert groups(client) == groups(client)
    assert [call.attempts for call in cognito_groups.calls] == [1, 1]


def test_a_call_after_one_that_was_interrupted_is_another(cognito_groups: CognitoGroups) -> None:
    """botocore emits no end of a call that ends with, say, Ctrl-C."""

    def interrupt(**_: object) -> NoReturn:
        raise KeyboardInterrupt

    first, second = made(), made("eu-west-1")
    first.meta.events.register_last(AFTER_ALL_OTHERS, interrupt)
    with pytest.raises(KeyboardInterrupt):
        groups(first)
    cognito_groups.add_pool("eu-west-1_Other0001").add_user("bob")
    second.admin_list_groups_for_user(UserPoolId="eu-west-1_Other0001", Username="bob")
    assert [(call.params["Username"], call.region, call.attempts) for call in cognito_groups.calls] == [
        ("alice", "us-east-1", 1),
        ("bob", "eu-west-1", 1),
    ]


def test_a_call_made_within_another_is_another(cognito_groups: CognitoGroups) -> None:
    """By a handler of the client's events, say one that writes a log."""
    inner, outer = made(), made()
    outer.meta.events.register("before-parameter-build.cognito-identity-provider", lambda **_: groups(inner))
    assert groups(outer) == ["staff"]
    assert [call.attempts for call in cognito_groups.calls] == [1, 1]


# A client that chooses its signer by a handler of its own, which keeps others from being asked


@pytest.fixture(params=["choose-signer.cognito-identity-provider.*", "choose-signer.*.*"])
def choosing(request: pytest.FixtureRequest, cognito_groups: CognitoGroups) -> Any:
    client = made()
    client.meta.events.register_first(request.param, disable_signing)
    return client


def test_a_client_that_chooses_its_signer_is_answered(choosing: Any, cognito_groups: CognitoGroups) -> None:
    assert groups(choosing) == ["staff"]
    assert len(cognito_groups.calls) == 1


def test_other_operations_of_a_client_that_chooses_its_signer_are_refused(choosing: Any) -> None:
    with (
        pytest.raises(AssertionError, match="cognito-idp list_resource_servers was called"),
        CognitoGroups(),
        pytest.raises(pytest.fail.Exception, match="cognito-idp list_resource_servers was called"),
    ):
        choosing.list_resource_servers(UserPoolId=POOL)
