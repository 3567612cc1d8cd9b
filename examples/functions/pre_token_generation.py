"""The user pool's PreTokenGeneration trigger: tokens carry all of the user's groups but those for internal use, and the
one role that goes first.
"""

from accounts.authorization import groups_of, roles_of

INTERNAL = "internal-"


def handler(event: dict, context: object) -> dict:
    roles = roles_of(event["userName"])
    override: dict = {
        "groupsToOverride": [group for group in groups_of(event["userName"]) if not group.startswith(INTERNAL)],
        "iamRolesToOverride": sorted({role.arn for role in roles}),
    }
    if roles:
        override["preferredRole"] = roles[0].arn
    event["response"]["claimsOverrideDetails"] = {"groupOverrideDetails": override}
    return event
