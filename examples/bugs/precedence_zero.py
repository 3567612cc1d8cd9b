"""Takes precedence 0, the highest there is, for a precedence that is not set."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")


def groups_of(username):
    pages = client.get_paginator("admin_list_groups_for_user").paginate(UserPoolId=POOL, Username=username)
    return [group for page in pages for group in page["Groups"]]


def role(username):
    return min(groups_of(username), key=lambda group: group.get("Precedence") or 1000)["GroupName"]


def role_mended(username):
    return min(groups_of(username), key=lambda group: group.get("Precedence", float("inf")))["GroupName"]


@pytest.mark.cognito_groups("""
groups: {admins: {precedence: 0}, readers: {precedence: 10}, guests: }
users: {alice: [guests, readers, admins]}
""")
@pytest.mark.parametrize("role", [role, role_mended], ids=["bug", "mended"])
def test_precedence_0_goes_first(role):
    assert role("alice") == "admins"
