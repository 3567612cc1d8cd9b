"""Looks for PaginationToken, which ListUsers has; ListUsersInGroup calls it NextToken."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")


def members(group):
    users, request = [], {"UserPoolId": POOL, "GroupName": group}
    while True:
        response = client.list_users_in_group(**request)
        users += [user["Username"] for user in response["Users"]]
        if "PaginationToken" not in response:
            return users
        request["PaginationToken"] = response["PaginationToken"]


def members_mended(group):
    users, request = [], {"UserPoolId": POOL, "GroupName": group}
    while True:
        response = client.list_users_in_group(**request)
        users += [user["Username"] for user in response["Users"]]
        if "NextToken" not in response:
            return users
        request["NextToken"] = response["NextToken"]


@pytest.mark.cognito_groups("users: {alice: [readers], bob: [readers], carol: [readers]}", page_size=2)
@pytest.mark.parametrize("members", [members, members_mended], ids=["bug", "mended"])
def test_a_reader_is_listed(members):
    assert "bob" in members("readers")
