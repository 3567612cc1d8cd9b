"""Takes every error for "is a member already". The service has no such error: it accepts a membership twice."""

import boto3
import pytest
from botocore.exceptions import ClientError

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")


def enrol(username, group):
    try:
        client.admin_add_user_to_group(UserPoolId=POOL, Username=username, GroupName=group)
    except ClientError:
        pass  # is a member already


def enrol_mended(username, group):
    client.admin_add_user_to_group(UserPoolId=POOL, Username=username, GroupName=group)


@pytest.mark.cognito_groups("users: {alice: [readers]}")
@pytest.mark.parametrize("enrol", [enrol, enrol_mended], ids=["bug", "mended"])
def test_a_group_that_is_not_there(enrol):
    enrol("alice", "readers")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        enrol("alice", "Readers")
