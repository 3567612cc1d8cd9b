"""Removes the members that the first page shows until it shows none. A page may be empty and not be the last."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")
pages = client.get_paginator("list_users_in_group")


def remove(username, group):
    client.admin_remove_user_from_group(UserPoolId=POOL, Username=username, GroupName=group)


def remove_all(group):
    while users := client.list_users_in_group(UserPoolId=POOL, GroupName=group)["Users"]:
        for user in users:
            remove(user["Username"], group)


def remove_all_mended(group):
    users = list(pages.paginate(UserPoolId=POOL, GroupName=group).search("Users[]"))
    for user in users:
        remove(user["Username"], group)


@pytest.mark.cognito_groups("users: {'member-[1:4]': [readers]}", paging="ragged")
@pytest.mark.parametrize("remove_all", [remove_all, remove_all_mended], ids=["bug", "mended"])
def test_nobody_is_left(remove_all, cognito_groups):
    remove_all("readers")
    assert [user.username for user in cognito_groups.members_of("readers")] == []
