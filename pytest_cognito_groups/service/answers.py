"""Answers as the service writes them: JSON text, joined from pieces that are made once for each group and user (WIRE-1
to WIRE-3).

Pools share groups and users. So a piece says nothing that is the pool's own: no date that was not seeded, and of a
group, which may be in any pool, not which pool it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, cast

from pytest_cognito_groups.service.operations import GROUPS_OF_USER, Answer
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import GroupRecord, Milliseconds, UserRecord


def text_of(answer: Answer, operation: str) -> str:
    """The body of an answer without an error."""
    pool, birth = answer.pool, answer.birth
    head: Callable[[Pool, Any], str]
    if operation == GROUPS_OF_USER:
        key, head = "Groups", _group
        created, modified = f'"UserPoolId":"{pool.config.id}","CreationDate"', '"LastModifiedDate"'
    else:
        key, head = "Users", _user
        created, modified = '"UserCreateDate"', '"UserLastModifiedDate"'
    usual = _dates(created, modified, birth, birth)
    records: Sequence[GroupRecord | UserRecord] = answer.records
    items = [
        (record.json or head(pool, cast("Any", record)))
        + (
            usual
            if record.created is None and record.modified is None
            else _own_dates(created, modified, record, birth)
        )
        for record in records
    ]
    token = "" if answer.next_token is None else f',"NextToken":"{answer.next_token}"'
    return f'{{"{key}":[{",".join(items)}]{token}}}'


def _dates(created: str, modified: str, first: Milliseconds, last: Milliseconds) -> str:
    return f",{created}:{first / 1000:.3f},{modified}:{last / 1000:.3f}}}"


def _own_dates(created: str, modified: str, record: GroupRecord | UserRecord, birth: Milliseconds) -> str:
    first = birth if record.created is None else record.created
    return _dates(created, modified, first, first if record.modified is None else record.modified)


def _group(_: Pool, group: GroupRecord) -> str:
    """The group up to its pool; what is not set is absent (PREC-2)."""
    fields = [f'{{"GroupName":{quoted(group.name)}']
    if group.description is not None:
        fields.append(f'"Description":{quoted(group.description)}')
    if group.role_arn is not None:
        fields.append(f'"RoleArn":{quoted(group.role_arn)}')
    if group.precedence is not None:
        fields.append(f'"Precedence":{group.precedence}')
    group.json = ",".join(fields)
    return group.json


def _user(pool: Pool, user: UserRecord) -> str:
    """The user up to their dates; `sub` comes first (WIRE-2)."""
    attributes = "".join([f',{{"Name":{quoted(name)},"Value":{quoted(value)}}}' for name, value in user.attributes])
    options = ",".join(
        [f'{{"DeliveryMedium":{quoted(medium)},"AttributeName":{quoted(name)}}}' for medium, name in user.mfa_options]
    )
    user.json = (
        f'{{"Username":{quoted(pool.answered_name(user))},'
        f'"Attributes":[{{"Name":"sub","Value":"{pool.sub(user)}"}}{attributes}],'
        f'"Enabled":{"true" if user.enabled else "false"},"UserStatus":"{user.status}"'
        + (f',"MFAOptions":[{options}]' if options else "")
    )
    return user.json
