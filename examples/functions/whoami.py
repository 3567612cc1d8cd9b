"""GET /whoami behind API Gateway: the caller's groups, as the user pool has them now and not as the token says."""

import json

from accounts.authorization import groups_of
from accounts.pool import client


def handler(event: dict, context: object) -> dict:
    username = event["requestContext"]["authorizer"]["claims"]["cognito:username"]
    try:
        groups = sorted(groups_of(username))
    except client.exceptions.UserNotFoundException:
        return _answer(404, {"error": f"there is no user {username}"})
    except client.exceptions.TooManyRequestsException:
        return _answer(503, {"error": "try again in a moment"}, {"Retry-After": "1"})
    return _answer(200, {"username": username, "groups": groups})


def _answer(status: int, body: dict, headers: dict | None = None) -> dict:
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", **(headers or {})},
        "body": json.dumps(body),
    }
