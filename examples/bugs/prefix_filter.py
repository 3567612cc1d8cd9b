"""Looks a user up by `^=`, which finds every value that begins so, and takes the first."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")
pages = client.get_paginator("list_users")


def username(email):
    users = pages.paginate(UserPoolId=POOL, Filter=f'email ^= "{email}"').search("Users[]")
    return next(users)["Username"]


def username_mended(email):
    users = pages.paginate(UserPoolId=POOL, Filter=f'email = "{email}"').search("Users[]")
    return next(users)["Username"]


@pytest.mark.cognito_groups(
    """
    users:
      ann:     {attributes: {email: ann@example.com}}
      ann-au:  {attributes: {email: ann@example.com.au}}
    """,
    paging="ragged",
)
@pytest.mark.parametrize("username", [username, username_mended], ids=["bug", "mended"])
def test_the_user_with_this_address(username):
    assert username("ann@example.com") == "ann"
