"""The user pool, and the one client that the process keeps for it."""

import os

import boto3

POOL_ID = os.environ.get("USER_POOL_ID", "eu-west-1_Accounts1")

client = boto3.client("cognito-idp", region_name=POOL_ID.partition("_")[0])
