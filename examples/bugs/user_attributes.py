"""Reads Attributes of AdminGetUser's answer. They are called so in the listings; here, they are UserAttributes."""

import boto3
import pytest

POOL = "us-east-1_TestPool1"
client = boto3.client("cognito-idp", region_name="us-east-1")


def attributes(username):
    user = client.admin_get_user(UserPoolId=POOL, Username=username)
    return {attribute["Name"]: attribute["Value"] for attribute in user["Attributes"]}


def attributes_mended(username):
    user = client.admin_get_user(UserPoolId=POOL, Username=username)
    return {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}


@pytest.mark.cognito_groups("users: {alice: {attributes: {email: alice@example.com}}}")
@pytest.mark.parametrize("attributes", [attributes, attributes_mended], ids=["bug", "mended"])
def test_an_address(attributes):
    assert attributes("alice")["email"] == "alice@example.com"
