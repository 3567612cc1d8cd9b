"""Accepts an invitation: each code makes one user a member of one group, once."""

import boto3

from accounts import members
from accounts.pool import POOL_ID, client


class InvitationError(Exception):
    """The invitation can't be accepted."""


def table():
    return boto3.resource("dynamodb", region_name=POOL_ID.partition("_")[0]).Table("invitations")


def accept(code: str, username: str) -> str:
    """Make the user a member, and return the group. The code is used up unless that fails."""
    invitation = table().get_item(Key={"code": code}).get("Item")
    if invitation is None:
        raise InvitationError(f"there is no invitation {code}")
    try:
        members.add(username, invitation["group"])
    except client.exceptions.ResourceNotFoundException:
        raise InvitationError(f"there is no group {invitation['group']} any more") from None
    table().delete_item(Key={"code": code})
    return invitation["group"]
