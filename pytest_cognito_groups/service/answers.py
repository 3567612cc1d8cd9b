"""Answers as the service writes them: JSON text, joined from pieces that are made once for each group and user (WIRE-1
to WIRE-3).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from pytest_cognito_groups.service.operations import Answer
from pytest_cognito_groups.service.pools import GroupRecord, Milliseconds, Pool, UserRecord


def text_of(answer: Answer, operation: str) -> str:
    """The body of an answer without an error."""
    records: Sequence[GroupRecord | UserRecord] = answer.records
    if operation == "AdminListGroupsForUser":
        key, created, modified = "Groups", "CreationDate", "LastModifiedDate"
        heads = [_group(answer.pool, cast("GroupRecord", record)) for record in records]
    else:
        key, created, modified = "Users", "UserCreateDate", "UserLastModifiedDate"
        heads = [_user(answer.pool, cast("UserRecord", record)) for record in records]
    usual = _dates(created, modified, answer.birth, answer.birth)
    items = [
        head
        + (
            usual
            if record.created is None and record.modified is None
            else _own_dates(created, modified, record, answer.birth)
        )
        for head, record in zip(heads, records, strict=True)
    ]
    token = "" if answer.next_token is None else f',"NextToken":"{answer.next_token}"'
    return f'{{"{key}":[{",".join(items)}]{token}}}'


def _dates(created: str, modified: str, first: Milliseconds, last: Milliseconds) -> str:
    return f',"{created}":{first / 1000:.3f},"{modified}":{last / 1000:.3f}}}'


def _own_dates(created: str, modified: str, record: GroupRecord | UserRecord, birth: Milliseconds) -> str:
    first = birth if record.created is None else record.created
    return _dates(created, modified, first, first if record.modified is None else record.modified)


def _group(pool: Pool, group: GroupRecord) -> str:
    """The group up to its dates."""
    if group.json is None:
        fields = {
            "GroupName": group.name,
            "UserPoolId": pool.config.id,
            "Description": group.description,
            "RoleArn": group.role_arn,
            "Precedence": group.precedence,
        }
        group.json = json.dumps({name: value for name, value in fields.items() if value is not None})[:-1]  # PREC-2
    return group.json


def _user(pool: Pool, user: UserRecord) -> str:
    """The user up to their dates."""
    if user.json is None:
        attributes = [("sub", pool.sub(user)), *user.attributes]  # WIRE-2
        fields: dict[str, object] = {
            "Username": pool.answered_name(user),
            "Attributes": [{"Name": name, "Value": value} for name, value in attributes],
            "Enabled": user.enabled,
            "UserStatus": user.status,
        }
        if user.mfa_options:
            fields["MFAOptions"] = [
                {"DeliveryMedium": medium, "AttributeName": name} for medium, name in user.mfa_options
            ]
        user.json = json.dumps(fields)[:-1]
    return user.json
