"""Reads the first page and takes it for the whole group."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")


def members(group):
    response = client.list_users_in_group(UserPoolId=POOL, GroupName=group)
    return [user["Username"] for user in response["Users"]]


def members_mended(group):
    pages = client.get_paginator("list_users_in_group").paginate(UserPoolId=POOL, GroupName=group)
    return [user["Username"] for page in pages for user in page["Users"]]


@pytest.mark.cognito_groups("users: {'member-[001:150]': [readers]}")
@pytest.mark.parametrize("members", [members, members_mended], ids=["bug", "mended"])
def test_a_reader_is_listed(members):
    assert "member-007" in members("readers")
