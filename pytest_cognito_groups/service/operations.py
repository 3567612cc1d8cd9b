"""The two operations: a request to a pool becomes an answer or an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from pytest_cognito_groups.service.constraints import UNREADABLE, Model
from pytest_cognito_groups.service.errors import ServiceError
from pytest_cognito_groups.service.pages import BEGINNING, TOKEN_LIFE, Cursor, Page, Paging, Subject, Tokens
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import GroupRecord, Milliseconds, UserRecord

GROUPS_OF_USER: Final = "AdminListGroupsForUser"
USERS_IN_GROUP: Final = "ListUsersInGroup"
NOT_READABLE: Final = ServiceError(UNREADABLE, "The request body is not a JSON object.")  # WIRE-9
NO_USER: Final = ServiceError("UserNotFoundException", "User does not exist.")  # LOOK-3
NO_GROUP: Final = ServiceError("ResourceNotFoundException", "Group not found.")  # LOOK-4


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
        return self.text("NextToken")

    def text(self, name: str) -> str | None:
        """The parameter's value; `None` where it is missing or no text."""
        value = self.params.get(name)
        return value if isinstance(value, str) else None


class Answer(NamedTuple):
    """A page of records, and what is needed to render them: the pool and, settled, when it was born."""

    pool: Pool
    records: Sequence[GroupRecord] | Sequence[UserRecord]
    names: tuple[str, ...]
    page: Page
    next_token: str | None
    birth: Milliseconds


def subject(pool: Pool, request: Request) -> Subject | None:
    """The listing that the request asks for; `None` when the pool does not have it."""
    if request.operation == GROUPS_OF_USER:
        name = request.text("Username")
        user = None if name is None else pool.find_user(name)
        return None if user is None else Subject(pool, "groups", user.username, pool.groups_of(user.username))
    group = request.text("GroupName") or ""
    return Subject(pool, "users", group, pool.members_of(group)) if group in pool.groups else None


def no_pool(request: Request) -> ServiceError:
    """LOOK-1 and LOOK-2."""
    return ServiceError("ResourceNotFoundException", f"User pool {request.pool_id} does not exist.")


@dataclass(frozen=True, slots=True)
class Service:
    """The service with its settings: the model, the way of paging, the maker of tokens, what is a region."""

    model: Model
    paging: Paging
    tokens: Tokens
    is_region: Callable[[str], bool]

    def is_elsewhere(self, pool: Pool, region: str | None) -> bool:
        """Whether a client of the region doesn't reach the pool (LOOK-2); one whose id begins with no region is
        reached from everywhere.
        """
        own = pool.config.region
        return region not in (None, own) and self.is_region(own)

    def cursor(self, request: Request, found: Subject | None) -> Cursor | None:
        """Where the request goes on; `None` when its token is not one of the listing."""
        if request.token is None:
            return BEGINNING
        return None if found is None else self.tokens.open(request.token, found)

    def answer(
        self, pool: Pool | None, request: Request, found: Subject | None, cursor: Cursor | None, now: Milliseconds
    ) -> Answer | ServiceError:
        """The answer, or the first error in the order of REQ-7."""
        if not request.readable:
            return NOT_READABLE
        broken = self.model.check(request.operation, request.params)
        if broken is not None:
            return broken
        if pool is None or self.is_elsewhere(pool, request.region):
            return no_pool(request)
        if found is None:
            return NO_USER if request.operation == GROUPS_OF_USER else NO_GROUP
        if cursor is None or (request.token is not None and now - cursor.issued > TOKEN_LIFE):
            text = f"Paging marker {request.token} is invalid for request {request.id}"  # PAGE-7
            return ServiceError("InvalidParameterException", text)
        page = self.paging.cut(found, cursor, cast("int | None", request.params.get("Limit")))
        return self._answer(pool, found, page, now)

    def _answer(self, pool: Pool, found: Subject, page: Page, now: Milliseconds) -> Answer:
        token = None if page.following is None else self.tokens.make(page.following, found, now)
        birth = now if pool.born is None else pool.born
        if found.kind == "groups":
            groups = [pool.groups[name] for name in page.names]
            return Answer(pool, groups, tuple(page.names), page, token, birth)
        users = [pool.users[name] for name in page.names]
        names = tuple(map(pool.answered_name, users)) if pool.config.username_attributes else tuple(page.names)
        return Answer(pool, users, names, page, token, birth)
