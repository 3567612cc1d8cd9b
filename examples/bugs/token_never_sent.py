"""Asks for the first page again and again: the token that it was given is never sent back."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")


def groups(username):
    names = []
    while True:
        response = client.admin_list_groups_for_user(UserPoolId=POOL, Username=username)
        names += [group["GroupName"] for group in response["Groups"]]
        if not response.get("NextToken"):
            return names


def groups_mended(username):
    names, token = [], {}
    while True:
        response = client.admin_list_groups_for_user(UserPoolId=POOL, Username=username, **token)
        names += [group["GroupName"] for group in response["Groups"]]
        if not response.get("NextToken"):
            return names
        token = {"NextToken": response["NextToken"]}


@pytest.mark.cognito_groups("users: {alice: [admins, readers, writers]}", page_size=2)
@pytest.mark.parametrize("groups", [groups, groups_mended], ids=["bug", "mended"])
def test_all_groups_are_listed(groups):
    assert set(groups("alice")) == {"admins", "readers", "writers"}
