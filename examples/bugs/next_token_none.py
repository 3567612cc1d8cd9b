"""Sends NextToken=None with the first request. A parameter that is not wanted has to be left out."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")


def members(group):
    users, token = [], None
    while True:
        response = client.list_users_in_group(UserPoolId=POOL, GroupName=group, NextToken=token)
        users += [user["Username"] for user in response["Users"]]
        token = response.get("NextToken")
        if token is None:
            return users


def members_mended(group):
    users, request = [], {"UserPoolId": POOL, "GroupName": group}
    while True:
        response = client.list_users_in_group(**request)
        users += [user["Username"] for user in response["Users"]]
        if "NextToken" not in response:
            return users
        request["NextToken"] = response["NextToken"]


@pytest.mark.cognito_groups("users: {alice: [readers]}")
@pytest.mark.parametrize("members", [members, members_mended], ids=["bug", "mended"])
def test_a_reader_is_listed(members):
    assert members("readers") == ["alice"]
