"""Takes it for granted that a group has a description. What is not set is absent from the answer."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")


def groups_of(username):
    pages = client.get_paginator("admin_list_groups_for_user").paginate(UserPoolId=POOL, Username=username)
    return [group for page in pages for group in page["Groups"]]


def labels(username):
    return [f"{group['GroupName']}: {group['Description']}" for group in groups_of(username)]


def labels_mended(username):
    return [f"{group['GroupName']}: {group.get('Description', '-')}" for group in groups_of(username)]


@pytest.mark.cognito_groups("""
groups: {admins: {description: may do everything}, guests: }
users: {alice: [admins, guests]}
""")
@pytest.mark.parametrize("labels", [labels, labels_mended], ids=["bug", "mended"])
def test_labels(labels):
    assert set(labels("alice")) == {"admins: may do everything", "guests: -"}
