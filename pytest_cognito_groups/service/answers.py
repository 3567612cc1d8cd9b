"""Answers as the service writes them: JSON text, joined from pieces that are made once for each group and user (WIRE-1
to WIRE-3).

Pools share groups and users. So a piece says nothing that is the pool's own: no date that was not seeded, and of a
group, which may be in any pool, not which pool it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from json.encoder import encode_basestring_ascii as quoted

from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import GroupRecord, Milliseconds, UserRecord

_USER_CREATED, _USER_MODIFIED = '"UserCreateDate"', '"UserLastModifiedDate"'


def groups_text(pool: Pool, groups: Iterable[GroupRecord], birth: Milliseconds) -> str:
    """The groups as items of a list."""
    created, modified = f'"UserPoolId":"{pool.config.id}","CreationDate"', '"LastModifiedDate"'
    usual = _dates(created, modified, birth, birth)
    return ",".join(
        [
            (group.json or _group(group))
            + (
                usual
                if group.created is None and group.modified is None
                else _own_dates(created, modified, group, birth)
            )
            for group in groups
        ]
    )


def users_text(
    pool: Pool, users: Iterable[UserRecord], birth: Milliseconds, attributes: Collection[str] | None = None
) -> str:
    """The users as items of a list, with only these attributes if some were asked for (USER-9)."""
    usual = _dates(_USER_CREATED, _USER_MODIFIED, birth, birth)
    head: Callable[[UserRecord], str]
    if attributes is None:
        head = lambda user: user.json or _kept(pool, user)  # noqa: E731
    else:
        head = lambda user: _user(pool, user, "Attributes", attributes)  # noqa: E731
    return ",".join(
        [
            head(user)
            + (
                usual
                if user.created is None and user.modified is None
                else _own_dates(_USER_CREATED, _USER_MODIFIED, user, birth)
            )
            for user in users
        ]
    )


def user_text(pool: Pool, user: UserRecord, birth: Milliseconds) -> str:
    """The user as AdminGetUser has them (USER-1)."""
    return _user(pool, user, "UserAttributes") + _own_dates(_USER_CREATED, _USER_MODIFIED, user, birth)


def _dates(created: str, modified: str, first: Milliseconds, last: Milliseconds) -> str:
    return f",{created}:{first / 1000:.3f},{modified}:{last / 1000:.3f}}}"


def _own_dates(created: str, modified: str, record: GroupRecord | UserRecord, birth: Milliseconds) -> str:
    first = birth if record.created is None else record.created
    return _dates(created, modified, first, first if record.modified is None else record.modified)


def _group(group: GroupRecord) -> str:
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


def _kept(pool: Pool, user: UserRecord) -> str:
    user.json = _user(pool, user, "Attributes")
    return user.json


def _user(pool: Pool, user: UserRecord, member: str, asked: Collection[str] | None = None) -> str:
    """The user up to their dates, with their attributes under this name; `sub` comes first (WIRE-2)."""
    attributes = ",".join(
        [
            f'{{"Name":{quoted(name)},"Value":{quoted(value)}}}'
            for name, value in (("sub", pool.sub(user)), *user.attributes)
            if asked is None or name in asked
        ]
    )
    options = ",".join(
        [f'{{"DeliveryMedium":{quoted(medium)},"AttributeName":{quoted(name)}}}' for medium, name in user.mfa_options]
    )
    return (
        f'{{"Username":{quoted(pool.answered_name(user))},"{member}":[{attributes}],'
        f'"Enabled":{"true" if user.enabled else "false"},"UserStatus":"{user.status}"'
        + (f',"MFAOptions":[{options}]' if options else "")
    )
