"""Puts a value into a filter as it is. A quote ends it, and a backslash escapes what follows."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")
pages = client.get_paginator("list_users")


def named(name):
    users = pages.paginate(UserPoolId=POOL, Filter=f'name = "{name}"').search("Users[]")
    return [user["Username"] for user in users]


def named_mended(name):
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    users = pages.paginate(UserPoolId=POOL, Filter=f'name = "{escaped}"').search("Users[]")
    return [user["Username"] for user in users]


@pytest.mark.cognito_groups("""
users:
  bill: {attributes: {name: 'William "Bill" Doe'}}
""")
@pytest.mark.parametrize("named", [named, named_mended], ids=["bug", "mended"])
def test_a_name_with_a_nickname(named):
    assert named('William "Bill" Doe') == ["bill"]
