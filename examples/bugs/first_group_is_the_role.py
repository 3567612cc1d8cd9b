"""Takes the first group for the user's role. No order is promised: neither of age nor of precedence."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")


def role(username):
    response = client.admin_list_groups_for_user(UserPoolId=POOL, Username=username)
    return response["Groups"][0]["GroupName"]


def role_mended(username):
    pages = client.get_paginator("admin_list_groups_for_user").paginate(UserPoolId=POOL, Username=username)
    groups = [group for page in pages for group in page["Groups"]]
    return min(groups, key=lambda group: group.get("Precedence", float("inf")))["GroupName"]


@pytest.mark.cognito_groups(
    """
    groups: {admins: {precedence: 0}, readers: {precedence: 10}}
    users: {alice: [admins, readers]}
    """,
    paging="ragged",
)
@pytest.mark.parametrize("role", [role, role_mended], ids=["bug", "mended"])
def test_an_administrator_who_reads(role):
    assert role("alice") == "admins"
