"""Stops at a page without users. An empty page may carry a token; there is more behind it."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")


def members(group):
    request = {"UserPoolId": POOL, "GroupName": group}
    while True:
        response = client.list_users_in_group(**request)
        if not response["Users"]:
            return
        yield from (user["Username"] for user in response["Users"])
        if "NextToken" not in response:
            return
        request["NextToken"] = response["NextToken"]


def members_mended(group):
    request = {"UserPoolId": POOL, "GroupName": group}
    while True:
        response = client.list_users_in_group(**request)
        yield from (user["Username"] for user in response["Users"])
        if "NextToken" not in response:
            return
        request["NextToken"] = response["NextToken"]


@pytest.mark.cognito_groups("users: {'member-[001:150]': [readers]}", paging="ragged")
@pytest.mark.parametrize("members", [members, members_mended], ids=["bug", "mended"])
def test_all_readers_are_listed(members):
    assert len(list(members("readers"))) == 150
