"""The operations, a row of a table each: a request to a pool becomes an answer or an error, and for a write the pool
that follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, cast

from pytest_cognito_groups.service.answers import groups_text, user_text, users_text
from pytest_cognito_groups.service.errors import ServiceError
from pytest_cognito_groups.service.filters import NO_ATTRIBUTE, NO_ATTRIBUTES, parsed, search
from pytest_cognito_groups.service.model import UNREADABLE, Model
from pytest_cognito_groups.service.pages import BEGINNING, TOKEN_LIFE, Cursor, Page, Paging, Subject, Tokens
from pytest_cognito_groups.service.pools import GROUPS_PER_POOL, GROUPS_PER_USER, Pool
from pytest_cognito_groups.service.records import GroupRecord, Milliseconds, UserRecord

NOT_READABLE: Final = ServiceError(UNREADABLE, "The request body is not a JSON object.")  # WIRE-9
NO_USER: Final = ServiceError("UserNotFoundException", "User does not exist.")  # LOOK-3
NO_GROUP: Final = ServiceError("ResourceNotFoundException", "Group not found.")  # LOOK-4, GROUP-3
GROUP_EXISTS: Final = ServiceError("GroupExistsException", "A group with the name already exists.")  # GROUP-5
TOO_MANY_GROUPS: Final = ServiceError(  # GROUP-6
    "LimitExceededException", f"Exceeded the limit of {GROUPS_PER_POOL} groups in a user pool."
)
TOO_MANY_MEMBERSHIPS: Final = ServiceError(  # MEMB-5
    "LimitExceededException", f"Exceeded the limit of {GROUPS_PER_USER} groups for a user."
)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request: the operation's wire name, its parameters as they left the client, the signing region where it
    is known, and the id that its answer will carry.

    botocore may not have checked the parameters (WIRE-9); there are none where the body is not `readable`.
    """

    operation: str
    params: Mapping[str, object]
    region: str | None
    id: str
    readable: bool = True

    @property
    def pool_id(self) -> str:
        """Empty where the request names no pool."""
        return self.text("UserPoolId") or ""

    @property
    def asked_region(self) -> str:
        """The client's, else the pool's."""
        return self.region or self.pool_id.rpartition("_")[0]

    @property
    def token(self) -> str | None:
        """The token with which a listing is to go on."""
        operation = OPERATIONS.get(self.operation)
        return None if operation is None else self.text(operation.token)

    def text(self, name: str) -> str | None:
        """The parameter's value; `None` if it is missing or isn't text."""
        value = self.params.get(name)
        return value if isinstance(value, str) else None


class Listed(NamedTuple):
    """The listing that a request asks for. `error`: what else is wrong with the request. `attributes`: those that are
    asked for, where not all are.
    """

    subject: Subject
    error: ServiceError | None = None
    attributes: Sequence[str] | None = None


class Done(NamedTuple):
    """A read or a write that went well: the body, the names that it returns, the pool that follows a write."""

    body: str = ""
    items: tuple[str, ...] = ()
    pool: Pool | None = None


class Outcome(NamedTuple):
    """What a request comes to: the body or the error, the names that it returns, the pool that follows a write. Of a
    listing, whatever the outcome, which one it is, and where the request goes on (`None`: its token is none of the
    listing's); and the page, where there is one.
    """

    reply: str | ServiceError
    items: tuple[str, ...] = ()
    pool: Pool | None = None
    subject: Subject | None = None
    cursor: Cursor | None = None
    page: Page | None = None
    next_token: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """A row of the table: an operation that the model answers.

    `answer` gets the pool, a request that the service model allows, and the time. Of a listing, it may get any request:
    it gives the listing that is meant. `items`: what is listed, as its key in the answer. `token`: the member that goes
    on. `free`: what else may change from page to page. `default_limit`: the page size without `Limit`. `always`: the
    operation is one of the two that this package is for, and cannot be let through.
    """

    name: str
    kind: Literal["listing", "read", "write"]
    answer: Callable[[Pool, Request, Milliseconds], Listed | Done | ServiceError]
    items: Literal["Groups", "Users", ""] = ""
    token: str = ""
    free: tuple[str, ...] = ("Limit",)
    default_limit: int = 0
    always: bool = False

    def counted(self, number: int) -> str:
        """How much was returned, in words."""
        return f"{number:,} {self.items.lower().removesuffix('s') if number == 1 else self.items.lower()}"


# Looking up. The first error counts, in the order of REQ-7 and MEMB-2.


def asked_user(pool: Pool, request: Request) -> UserRecord | None:
    """The user whom the request names; `None` if it names none, or one that is not there."""
    name = request.text("Username")
    return None if name is None else pool.find_user(name)


def _group(pool: Pool, request: Request) -> GroupRecord | None:
    return pool.groups.get(request.text("GroupName") or "")


# Listings


def _groups_of_user(pool: Pool, request: Request, _: Milliseconds) -> Listed | ServiceError:
    user = asked_user(pool, request)
    if user is None:
        return NO_USER
    return Listed(Subject(pool, "groups", user.username, pool.groups_of(user.username)))


def _users_in_group(pool: Pool, request: Request, _: Milliseconds) -> Listed | ServiceError:
    group = _group(pool, request)
    return NO_GROUP if group is None else Listed(Subject(pool, "users", group.name, pool.members_of(group.name)))


def _groups(pool: Pool, _request: Request, _: Milliseconds) -> Listed:
    return Listed(Subject(pool, "all groups", "", pool.groups.listing))


def _users(pool: Pool, request: Request, _: Milliseconds) -> Listed | ServiceError:
    """USER-10: the filter comes before the attributes, and these before the token."""
    text = request.text("Filter") or ""
    condition = parsed(text)
    if isinstance(condition, ServiceError):
        return condition
    if condition is None:
        subject = Subject(pool, "all users", "", pool.users.listing)
    else:
        subject = Subject(pool, "all users", text, *search(pool.names).found(condition))
    attributes = request.params.get("AttributesToGet")
    if not isinstance(attributes, list):
        return Listed(subject)
    complete = all(
        name not in NO_ATTRIBUTES and search(pool.names).lacking(name, condition) is None for name in attributes
    )
    return Listed(subject, None if complete else NO_ATTRIBUTE, attributes)


# Reads


def _get_user(pool: Pool, request: Request, now: Milliseconds) -> Done | ServiceError:
    user = asked_user(pool, request)
    return NO_USER if user is None else Done(user_text(pool, user, pool.birth(now)), (pool.answered_name(user),))


def _get_group(pool: Pool, request: Request, now: Milliseconds) -> Done | ServiceError:
    group = _group(pool, request)
    return NO_GROUP if group is None else Done(_group_text(pool, group, now), (group.name,))


def _group_text(pool: Pool, group: GroupRecord, now: Milliseconds) -> str:
    return f'{{"Group":{groups_text(pool, (group,), pool.birth(now))}}}'


# Writes


def _add_to_group(pool: Pool, request: Request, _: Milliseconds) -> Done | ServiceError:
    user, group = asked_user(pool, request), _group(pool, request)
    if user is None:
        return NO_USER
    if group is None:
        return NO_GROUP
    joined = pool.groups_of(user.username).names
    if len(joined) >= GROUPS_PER_USER and group.name not in joined:
        return TOO_MANY_MEMBERSHIPS
    return Done(pool=pool.joined(user.username, group.name))


def _remove_from_group(pool: Pool, request: Request, _: Milliseconds) -> Done | ServiceError:
    user, group = asked_user(pool, request), _group(pool, request)
    if user is None:
        return NO_USER
    return NO_GROUP if group is None else Done(pool=pool.left(user.username, group.name))


def _create_group(pool: Pool, request: Request, now: Milliseconds) -> Done | ServiceError:
    name = request.text("GroupName") or ""
    if name in pool.groups or name.casefold() in map(str.casefold, pool.groups):
        return GROUP_EXISTS
    if len(pool.groups) >= GROUPS_PER_POOL:
        return TOO_MANY_GROUPS
    return _with_group(pool, GroupRecord(name, created=now), request, now)


def _update_group(pool: Pool, request: Request, now: Milliseconds) -> Done | ServiceError:
    group = _group(pool, request)
    return NO_GROUP if group is None else _with_group(pool, group, request, now)


def _with_group(pool: Pool, group: GroupRecord, request: Request, now: Milliseconds) -> Done:
    """The group as the request has it; what the request does not set, or sets to nothing, stays (GROUP-4, GROUP-7)."""
    given = {
        "description": request.text("Description") or None,
        "role_arn": request.text("RoleArn"),
        "precedence": cast("int | None", request.params.get("Precedence")),
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if changes or group.name not in pool.groups:
        group = replace(group, **changes, modified=now, json=None)  # type: ignore[arg-type]  # by their names
        pool = pool.with_group(group)
    return Done(_group_text(pool, group, now), pool=pool)


def _delete_group(pool: Pool, request: Request, _: Milliseconds) -> Done | ServiceError:
    group = _group(pool, request)
    return NO_GROUP if group is None else Done(pool=pool.without_group(group.name))


_TABLE: Final = (
    Operation("AdminListGroupsForUser", "listing", _groups_of_user, "Groups", "NextToken", ("Limit",), 25, always=True),
    Operation("ListUsersInGroup", "listing", _users_in_group, "Users", "NextToken", ("Limit",), 25, always=True),
    Operation("ListGroups", "listing", _groups, "Groups", "NextToken", ("Limit",), 25),
    Operation("ListUsers", "listing", _users, "Users", "PaginationToken", ("Limit", "AttributesToGet"), 60),
    Operation("AdminGetUser", "read", _get_user, "Users"),
    Operation("GetGroup", "read", _get_group, "Groups"),
    Operation("AdminAddUserToGroup", "write", _add_to_group),
    Operation("AdminRemoveUserFromGroup", "write", _remove_from_group),
    Operation("CreateGroup", "write", _create_group),
    Operation("UpdateGroup", "write", _update_group),
    Operation("DeleteGroup", "write", _delete_group),
)

OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType({row.name: row for row in _TABLE})
"""What the model answers, by the name on the wire."""


def no_pool(request: Request) -> ServiceError:
    """LOOK-1 and LOOK-2."""
    return ServiceError("ResourceNotFoundException", f"User pool {request.pool_id} does not exist.")


@dataclass(frozen=True, slots=True)
class Service:
    """The service with its settings: the model, the way of paging, the page size without `Limit` (`None`: the
    operation's own), the maker of tokens, what is a region.
    """

    model: Model
    paging: Paging
    default_limit: int | None
    tokens: Tokens
    is_region: Callable[[str], bool]

    def is_elsewhere(self, pool: Pool, region: str | None) -> bool:
        """Whether a client of the region doesn't reach the pool (LOOK-2); one whose id begins with no region is
        reached from everywhere.
        """
        own = pool.config.region
        return region not in (None, own) and self.is_region(own)

    def answer(self, pool: Pool | None, request: Request, now: Milliseconds) -> Outcome:
        """The answer, or the first error in the order of REQ-7. Nothing is changed: the pool that follows a write is
        part of the outcome.
        """
        operation, token = OPERATIONS[request.operation], request.token
        broken = self.refusal(pool, request)
        if pool is None or (broken is not None and token is None):
            return Outcome(broken or no_pool(request))
        found = operation.answer(pool, request, now)
        if isinstance(found, Done):
            return Outcome(*found)
        if isinstance(found, ServiceError):
            return Outcome(broken or found)
        subject, error, attributes = found
        cursor = BEGINNING if token is None else self.tokens.open(token, subject)
        error = broken or error
        if error is None and (cursor is None or (token is not None and now - cursor.issued > TOKEN_LIFE)):
            text = f"Paging marker {token} is invalid for request {request.id}"  # PAGE-7
            error = ServiceError("InvalidParameterException", text)
        if error is not None or cursor is None:
            return Outcome(cast("ServiceError", error), subject=subject, cursor=cursor)
        limit = cast("int | None", request.params.get("Limit")) or self.default_limit or operation.default_limit
        page = self.paging.cut(subject, cursor, limit)
        next_token = None if page.following is None else self.tokens.make(page.following, subject, now)
        text, names = _page_text(operation, pool, page, attributes, pool.birth(now))
        shown = "" if next_token is None else f',"{operation.token}":"{next_token}"'
        body = f'{{"{operation.items}":[{text}]{shown}}}'
        return Outcome(body, names, None, subject, cursor, page, next_token)

    def refusal(self, pool: Pool | None, request: Request) -> ServiceError | None:
        """What is wrong with the request before anything is looked up."""
        if not request.readable:
            return NOT_READABLE
        broken = self.model.check(request.operation, request.params)
        if broken is None and pool is not None and self.is_elsewhere(pool, request.region):
            return no_pool(request)
        return broken


def _page_text(
    operation: Operation, pool: Pool, page: Page, attributes: Sequence[str] | None, birth: Milliseconds
) -> tuple[str, tuple[str, ...]]:
    """The page's items as text, and their names."""
    if operation.items == "Groups":
        return groups_text(pool, [pool.groups[name] for name in page.names], birth), tuple(page.names)
    users = [pool.users[name] for name in page.names]
    names = tuple(map(pool.answered_name, users)) if pool.config.username_attributes else tuple(page.names)
    return users_text(pool, users, birth, attributes), names
