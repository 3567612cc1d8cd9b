"""GET /profile behind API Gateway: the caller and their groups, and for administrators the members of these groups."""

import json

from accounts.authorization import groups_of
from accounts.members import members_of
from accounts.pool import POOL_ID, client


def handler(event: dict, context: object) -> dict:
    username = event["requestContext"]["authorizer"]["claims"]["cognito:username"]
    try:
        user = client.admin_get_user(UserPoolId=POOL_ID, Username=username)
    except client.exceptions.UserNotFoundException:
        return _answer(404, {"error": f"there is no user {username}"})
    if not user["Enabled"]:
        return _answer(403, {"error": f"{username} may not sign in"})
    attributes = {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}
    groups = sorted(groups_of(username))
    profile = {"username": user["Username"], "email": attributes.get("email"), "groups": groups}
    if "admins" in groups:
        profile["members"] = {group: sorted(member.username for member in members_of(group)) for group in groups}
    return _answer(200, profile)


def _answer(status: int, body: dict) -> dict:
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}
