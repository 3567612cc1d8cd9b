"""Takes every error for "no". While the service is busy, nobody is an administrator, and nobody is told why."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")
pages = client.get_paginator("admin_list_groups_for_user")


def is_admin(username):
    try:
        groups = pages.paginate(UserPoolId=POOL, Username=username).search("Groups[].GroupName")
        return "admins" in groups
    except Exception:
        return False


def is_admin_mended(username):
    try:
        groups = pages.paginate(UserPoolId=POOL, Username=username).search("Groups[].GroupName")
        return "admins" in groups
    except client.exceptions.UserNotFoundException:
        return False


@pytest.mark.cognito_groups("users: {alice: [admins]}")
@pytest.mark.parametrize("is_admin", [is_admin, is_admin_mended], ids=["bug", "mended"])
def test_a_busy_service_is_no_answer(is_admin, cognito_groups):
    cognito_groups.throttle(times=None)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        is_admin("alice")
