"""botocore's Stubber and unittest.mock on the client that a fake answers too."""

from __future__ import annotations

import os
from typing import Any, Final
from unittest import mock

import boto3
import botocore.client
import pytest
from botocore.exceptions import StubResponseError, UnStubbedResponseError
from botocore.stub import ANY, Stubber

from pytest_cognito_groups import CognitoGroups

POOL: Final = "us-east-1_TestPool1"
SEED: Final = "users: {alice: [staff]}"
STUBBED: Final = {"Groups": [{"GroupName": "of-the-stub", "UserPoolId": POOL}]}


@pytest.fixture(scope="module")
def client() -> Any:
    return boto3.client("cognito-idp", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s")


def groups(client: Any) -> list[str]:
    answer = client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")
    return [group["GroupName"] for group in answer["Groups"]]


# Stubber


def test_a_stub_before_and_after_the_fake(client: Any) -> None:
    for _ in range(2):
        with Stubber(client) as stubber:
            stubber.add_response("admin_list_groups_for_user", STUBBED, {"UserPoolId": POOL, "Username": ANY})
            assert groups(client) == ["of-the-stub"]
            stubber.assert_no_pending_responses()
        with CognitoGroups.from_yaml(SEED):
            assert groups(client) == ["staff"]


def test_an_active_stub_is_the_stubs_for_the_two_operations(client: Any) -> None:
    with CognitoGroups.from_yaml(SEED) as fake:
        with Stubber(client) as stubber:
            stubber.add_response("admin_list_groups_for_user", STUBBED)
            assert groups(client) == ["of-the-stub"]
        assert fake.calls == []
        assert groups(client) == ["staff"]


def test_an_active_stub_is_the_stubs_for_other_operations(client: Any) -> None:
    with CognitoGroups.from_yaml(SEED), Stubber(client) as stubber:
        stubber.add_response("list_users", {"Users": []})
        assert client.list_users(UserPoolId=POOL)["Users"] == []


def test_a_fake_that_begins_under_a_stub_leaves_it_alone(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_response("admin_list_groups_for_user", STUBBED)
        with CognitoGroups.from_yaml(SEED):
            assert groups(client) == ["of-the-stub"]


def test_a_stubbed_error_is_raised(client: Any) -> None:
    with CognitoGroups.from_yaml(SEED) as fake, Stubber(client) as stubber:
        stubber.add_client_error("admin_list_groups_for_user", "UserNotFoundException")
        with pytest.raises(client.exceptions.UserNotFoundException):
            groups(client)
        assert fake.calls == []


def test_a_stub_that_has_nothing_left_says_so_itself(client: Any) -> None:
    with CognitoGroups.from_yaml(SEED), Stubber(client), pytest.raises(UnStubbedResponseError):
        groups(client)


def test_a_stub_checks_its_own_order(client: Any) -> None:
    with CognitoGroups.from_yaml(SEED), Stubber(client) as stubber:
        stubber.add_response("list_users_in_group", {"Users": []})
        with pytest.raises(StubResponseError):
            groups(client)


def test_another_client_is_answered_beside_the_stub(client: Any) -> None:
    with CognitoGroups.from_yaml(SEED) as fake, Stubber(client):
        assert groups(fake.client) == ["staff"]


def test_other_operations_are_refused_when_the_stub_has_ended(client: Any) -> None:
    with (  # noqa: PT012
        pytest.raises(AssertionError, match="cognito-idp list_resource_servers was called"),
        CognitoGroups.from_yaml(SEED),
    ):
        with Stubber(client) as stubber:
            stubber.add_response("list_resource_servers", {"ResourceServers": []})
            client.list_resource_servers(UserPoolId=POOL)
        with pytest.raises(pytest.fail.Exception):
            client.list_resource_servers(UserPoolId=POOL)


# unittest.mock


def test_a_patched_method_is_the_patchs(client: Any) -> None:
    with CognitoGroups.from_yaml(SEED) as fake:
        with mock.patch.object(client, "admin_list_groups_for_user", return_value=STUBBED) as patched:
            assert groups(client) == ["of-the-stub"]
        patched.assert_called_once_with(UserPoolId=POOL, Username="alice")
        assert fake.calls == []
        assert groups(client) == ["staff"]


def test_a_wrapped_method_is_seen_and_answered(client: Any) -> None:
    with (
        CognitoGroups.from_yaml(SEED) as fake,
        mock.patch.object(client, "list_users_in_group", wraps=client.list_users_in_group) as patched,
    ):
        answer = client.list_users_in_group(UserPoolId=POOL, GroupName="staff")
        assert [user["Username"] for user in answer["Users"]] == ["alice"]
        patched.assert_called_once()
        fake.assert_called_once_with("list_users_in_group", UserPoolId=POOL, GroupName="staff")


def test_a_patched_make_api_call_may_hand_on(client: Any) -> None:
    """The way of botocore's many mocking recipes."""
    original = botocore.client.BaseClient._make_api_call

    def make_api_call(self: Any, operation: str, params: dict[str, Any]) -> Any:
        return {"Users": []} if operation == "ListUsers" else original(self, operation, params)

    with (
        CognitoGroups.from_yaml(SEED),
        mock.patch("botocore.client.BaseClient._make_api_call", new=make_api_call),
    ):
        assert client.list_users(UserPoolId=POOL)["Users"] == []
        assert groups(client) == ["staff"]


def test_patched_environment_is_kept(client: Any) -> None:
    with (
        mock.patch.dict(os.environ, {"AWS_EC2_METADATA_DISABLED": "false"}),
        CognitoGroups.from_yaml(SEED),
        mock.patch.dict(os.environ, {"AWS_REGION": "eu-west-1"}, clear=True),
    ):
        assert groups(client) == ["staff"]
