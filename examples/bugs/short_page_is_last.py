"""Stops at a page with fewer users than it asked for. The service may give fewer at any time; only the token tells."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")


def members(group):
    users, request = [], {"UserPoolId": POOL, "GroupName": group, "Limit": 60}
    while True:
        response = client.list_users_in_group(**request)
        users += response["Users"]
        if len(response["Users"]) < 60:
            return [user["Username"] for user in users]
        request["NextToken"] = response["NextToken"]


def members_mended(group):
    users, request = [], {"UserPoolId": POOL, "GroupName": group, "Limit": 60}
    while True:
        response = client.list_users_in_group(**request)
        users += response["Users"]
        if "NextToken" not in response:
            return [user["Username"] for user in users]
        request["NextToken"] = response["NextToken"]


@pytest.mark.cognito_groups("users: {alice: [readers], bob: [readers], carol: [readers]}", page_size=2)
@pytest.mark.parametrize("members", [members, members_mended], ids=["bug", "mended"])
def test_a_reader_is_listed(members):
    assert "alice" in members("readers")
