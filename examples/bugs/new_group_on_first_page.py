"""Creates a group and reads it back from the first page of ListGroups, which may not reach that far."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")


def teams_with(name):
    client.create_group(UserPoolId=POOL, GroupName=name)
    response = client.list_groups(UserPoolId=POOL)
    return [group["GroupName"] for group in response["Groups"]]


def teams_with_mended(name):
    client.create_group(UserPoolId=POOL, GroupName=name)
    pages = client.get_paginator("list_groups").paginate(UserPoolId=POOL)
    return [group["GroupName"] for page in pages for group in page["Groups"]]


@pytest.mark.cognito_groups("groups: ['team-[01:25]']")
@pytest.mark.parametrize("teams_with", [teams_with, teams_with_mended], ids=["bug", "mended"])
def test_a_new_team_is_shown(teams_with):
    assert "auditors" in teams_with("auditors")
