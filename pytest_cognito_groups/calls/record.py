"""Calls: what the code under test asked, what it got, and how calls are compared."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final, Literal, TypeAlias, final

from pytest_cognito_groups.service.model import method_name

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it

OperationName: TypeAlias = Literal[
    "admin_list_groups_for_user",
    "AdminListGroupsForUser",
    "list_users_in_group",
    "ListUsersInGroup",
    "list_groups",
    "ListGroups",
    "list_users",
    "ListUsers",
    "admin_get_user",
    "AdminGetUser",
    "get_group",
    "GetGroup",
    "admin_add_user_to_group",
    "AdminAddUserToGroup",
    "admin_remove_user_from_group",
    "AdminRemoveUserFromGroup",
    "create_group",
    "CreateGroup",
    "update_group",
    "UpdateGroup",
    "delete_group",
    "DeleteGroup",
]
"""The operations that are answered, in either spelling."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One call of a client method by the code under test, retries included.

    A call equals another by all its fields, and a tuple `(operation, params)` by these two, the operation in either
    spelling.
    """

    operation: str
    """As on the wire: `"ListUsersInGroup"`."""
    params: Mapping[str, object]
    """The parameters as they left the client; empty where the request's body wasn't a JSON object."""
    items: tuple[str, ...]
    """The names that a listing or a read returned, of groups or users; empty for a write and for what `answer` gave."""
    page: int
    """1 for a request without a token; the pages that follow count up, on an error too."""
    next_token: str | None
    """The `NextToken` (for `ListUsers`, the `PaginationToken`) that was returned."""
    error: str | None
    """The error's code, or the name of the exception that the transport raised."""
    attempts: int
    """HTTP requests: 1 without a retry."""
    backoff: float
    """Seconds that botocore would have slept between the attempts; they are not slept."""
    region: str | None
    """The client's region."""
    time: datetime.datetime
    """When the first attempt was made, by the test's clock: an aware datetime in UTC."""

    @property
    def method(self) -> str:
        """The client's method: `"list_users_in_group"`."""
        return method_name(self.operation)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Call):
            return all(getattr(self, each.name) == getattr(other, each.name) for each in fields(self))
        if isinstance(other, tuple):
            return len(other) == 2 and other[0] in (self.method, self.operation) and bool(other[1] == self.params)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # the parameters are a dict

    def __repr__(self) -> str:
        return f"({self.method!r}, {self.params!r})"


Check: TypeAlias = Callable[[str | None, Mapping[str, object]], str | None]
"""Gives the wire name of an operation, and raises `ValueError` for an operation or a parameter that cannot be."""


def matches(call: Call, operation: str | None, params: Mapping[str, object]) -> bool:
    """Whether the call is of the operation (its wire name; `None`: of any) and has these parameters among its own.

    Values are compared as `expected == actual`, so matchers work.
    """
    if operation is not None and operation != call.operation:
        return False
    given = call.params
    for name, expected in params.items():  # noqa: SIM110  # a test may ask for one call among 100,000
        if name not in given or not expected == given[name]:  # noqa: SIM201  # a matcher's own comparison
            return False
    return True


@final
class CallList(list[Call]):
    """The calls of a test in the order in which they were made: a list, which later calls don't change."""

    def __init__(self, calls: Iterable[Call] = (), *, check: Check | None = None) -> None:
        super().__init__(calls)
        self._check = check

    def filter(self, operation: OperationName | str | None = None, **params: object) -> CallList:
        """The calls of the operation (`None`: of any) that have these parameters among their own. `ValueError` for an
        operation or a parameter that doesn't exist.
        """
        name = operation if self._check is None else self._check(operation, params)
        return CallList((call for call in self if matches(call, name, params)), check=self._check)

    @property
    def last(self) -> Call:
        """The newest call; `IndexError` when there is none."""
        if not self:
            raise IndexError("no call was made")
        return self[-1]
