"""Looks for NextToken, which ListUsersInGroup has; ListUsers calls it PaginationToken."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")


def usernames():
    names, request = [], {"UserPoolId": POOL}
    while True:
        response = client.list_users(**request)
        names += [user["Username"] for user in response["Users"]]
        if "NextToken" not in response:
            return names
        request["NextToken"] = response["NextToken"]


def usernames_mended():
    names, request = [], {"UserPoolId": POOL}
    while True:
        response = client.list_users(**request)
        names += [user["Username"] for user in response["Users"]]
        if "PaginationToken" not in response:
            return names
        request["PaginationToken"] = response["PaginationToken"]


@pytest.mark.cognito_groups("users: {alice: , bob: , carol: }", page_size=2)
@pytest.mark.parametrize("usernames", [usernames, usernames_mended], ids=["bug", "mended"])
def test_a_user_is_listed(usernames):
    assert "bob" in usernames()
