"""The operations as tests see them: one row each. A new one needs its row here, and tests of what is its alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

STANDARD: Final[dict[str, Any]] = {"users": {"alice": ["readers", "writers"], "bob": ["readers", "writers"]}}
"""The world in which every operation's own parameters make sense."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A method of the client. `params` go with `UserPoolId` and fit the standard world."""

    method: str
    params: Mapping[str, str]

    def __call__(self, client: Any, pool: str, **params: object) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(client, self.method)(UserPoolId=pool, **{**self.params, **params})
        return answer


@dataclass(frozen=True, kw_only=True)
class Listing(Operation):
    """`items`: the member that has them; `name`: the member of an item that names it; `token`: the member that leads to
    the next page; `holding`: a world in which the listing has that many items, named by `names`; `other`: parameters of
    another listing of the same operation and pool.
    """

    items: str
    name: str
    holding: Callable[[int], dict[str, Any]]
    token: str = "NextToken"
    other: Mapping[str, str] | None = None

    def page(self, client: Any, pool: str, token: str | None = None, **params: object) -> tuple[list[str], str | None]:
        """The names on a page, and the token that it ends with."""
        answer = self(client, pool, **params, **({} if token is None else {self.token: token}))
        return [item[self.name] for item in answer[self.items]], answer.get(self.token)

    def pages(self, client: Any, pool: str, **params: object) -> Iterator[list[str]]:
        """The names on each page of a walk."""
        names, token = self.page(client, pool, **params)
        yield names
        while token is not None:
            names, token = self.page(client, pool, token, **params)
            yield names

    def walk(self, client: Any, pool: str, **params: object) -> list[str]:
        """The names on all pages."""
        return [name for page in self.pages(client, pool, **params) for name in page]


def names(count: int) -> list[str]:
    """The names of so many items, not in the order of the alphabet."""
    return [f"name-{number * 7 % 101:03}" for number in range(count)]


def many_groups(count: int) -> dict[str, Any]:
    return {"groups": names(count), "users": {"alice": names(count), "bob": names(count)}}


def many_users(count: int) -> dict[str, Any]:
    return {"groups": ["readers", "writers"], "users": {name: ["readers", "writers"] for name in names(count)}}


USER: Final = {"Username": "alice"}
GROUP: Final = {"GroupName": "readers"}

GROUPS_OF_USER: Final = Listing(
    method="admin_list_groups_for_user",
    params=USER,
    items="Groups",
    name="GroupName",
    holding=many_groups,
    other={"Username": "bob"},
)
USERS_IN_GROUP: Final = Listing(
    method="list_users_in_group",
    params=GROUP,
    items="Users",
    name="Username",
    holding=many_users,
    other={"GroupName": "writers"},
)
GROUPS: Final = Listing(method="list_groups", params={}, items="Groups", name="GroupName", holding=many_groups)
USERS: Final = Listing(
    method="list_users",
    params={},
    items="Users",
    name="Username",
    token="PaginationToken",
    holding=many_users,
    other={"Filter": 'username ^= "name"'},
)
GET_USER: Final = Operation(method="admin_get_user", params=USER)
GET_GROUP: Final = Operation(method="get_group", params=GROUP)
ADD_TO_GROUP: Final = Operation(method="admin_add_user_to_group", params=USER | GROUP)
REMOVE_FROM_GROUP: Final = Operation(method="admin_remove_user_from_group", params=USER | GROUP)
CREATE_GROUP: Final = Operation(method="create_group", params={"GroupName": "editors"})
UPDATE_GROUP: Final = Operation(method="update_group", params=GROUP | {"Description": "Reads"})
DELETE_GROUP: Final = Operation(method="delete_group", params=GROUP)

LISTINGS: Final = (GROUPS_OF_USER, USERS_IN_GROUP, GROUPS, USERS)
OF_A_USER: Final = (GROUPS_OF_USER, GET_USER, ADD_TO_GROUP, REMOVE_FROM_GROUP)
OF_A_GROUP: Final = (USERS_IN_GROUP, GET_GROUP, ADD_TO_GROUP, REMOVE_FROM_GROUP, UPDATE_GROUP, DELETE_GROUP)
CHANGES: Final = (ADD_TO_GROUP, REMOVE_FROM_GROUP, CREATE_GROUP, UPDATE_GROUP, DELETE_GROUP)
OPERATIONS: Final = (*LISTINGS, GET_USER, GET_GROUP, *CHANGES)
WRITES: Final = frozenset(one.method for one in CHANGES)


def each(operations: Iterable[Operation], argument: str = "operation") -> pytest.MarkDecorator:
    """Runs a test once for each of these operations."""
    return pytest.mark.parametrize(
        argument,
        [pytest.param(one, marks=pytest.mark.uses(one.method), id=one.method) for one in operations],
    )


def uses(*operations: Operation) -> pytest.MarkDecorator:
    """Says which operations a test calls by itself."""
    return pytest.mark.uses(*(one.method for one in operations))


@dataclass(frozen=True)
class Refusal:
    """How a service refused a call."""

    code: str
    text: str
    status: int = 400


def refusal(operation: Operation, client: Any, pool: str, **params: object) -> Refusal:
    """What the service says to a call that it has to refuse."""
    with pytest.raises(ClientError) as raised:
        operation(client, pool, **params)
    response = raised.value.response
    error = response["Error"]
    return Refusal(error["Code"], error["Message"], response["ResponseMetadata"]["HTTPStatusCode"])


def invalid(*violations: str) -> Refusal:
    """The refusal of a request that breaks constraints."""
    errors = "error" if len(violations) == 1 else "errors"
    return Refusal(
        "InvalidParameterException", f"{len(violations)} validation {errors} detected: {'; '.join(violations)}"
    )
