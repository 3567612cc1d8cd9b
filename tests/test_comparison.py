"""What docs/comparison.md says of moto, the Stubber and MagicMock, where docs/migrating.md does not show it."""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock

import boto3
import pytest
from botocore.exceptions import NoCredentialsError, UnStubbedResponseError
from botocore.stub import Stubber
from moto import mock_aws

POOL = "eu-west-1_Demo12345"


@pytest.fixture
def client() -> Any:
    return boto3.Session().client("cognito-idp", region_name="eu-west-1")  # the default one may have found credentials


def endless(client: Any) -> int:
    """How many requests the loop gets answered that never sends its token, 2,000 at most."""
    for number in range(2000):
        try:
            if "NextToken" not in client.list_users_in_group(UserPoolId=POOL, GroupName="readers"):
                return number
        except UnStubbedResponseError:
            return number
    return 2000


def test_moto_leaves_a_client_made_without_credentials_without_them(client: Any) -> None:
    with mock_aws(), pytest.raises(NoCredentialsError):
        client.list_users_in_group(UserPoolId=POOL, GroupName="readers")


def test_moto_fills_every_page_and_lets_a_loop_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.Session().client("cognito-idp", region_name="eu-west-1")
        pool = client.create_user_pool(PoolName="demo")["UserPool"]["Id"]
        client.create_group(UserPoolId=pool, GroupName="readers")
        for number in range(5):
            client.admin_create_user(UserPoolId=pool, Username=f"member-{number}")
            client.admin_add_user_to_group(UserPoolId=pool, Username=f"member-{number}", GroupName="readers")
        request = {"UserPoolId": pool, "GroupName": "readers", "PaginationConfig": {"PageSize": 2}}
        pages = list(client.get_paginator("list_users_in_group").paginate(**request))
        assert [len(page["Users"]) for page in pages] == [2, 2, 1]
        for _ in range(1100):
            assert "NextToken" in client.list_users_in_group(UserPoolId=pool, GroupName="readers", Limit=2)


def test_a_loop_ends_with_the_stubbers_answers(client: Any) -> None:
    with Stubber(client) as stubber:
        for _ in range(3):
            stubber.add_response("list_users_in_group", {"Users": [], "NextToken": "more"})
        assert endless(client) == 3


def test_a_stubber_notices_an_unread_page_that_was_written(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_response("list_users_in_group", {"Users": [], "NextToken": "more"})
        client.list_users_in_group(UserPoolId=POOL, GroupName="readers")
        stubber.assert_no_pending_responses()
        stubber.add_response("list_users_in_group", {"Users": []})
        with pytest.raises(AssertionError):
            stubber.assert_no_pending_responses()


def test_a_mock_lets_a_loop_run() -> None:
    client = MagicMock()
    client.list_users_in_group.return_value = {"Users": [], "NextToken": "more"}
    assert endless(client) == 2000
