"""Hints: what the model knows about a failed call and the service doesn't say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from pytest_cognito_groups.calls.record import Call
from pytest_cognito_groups.service.errors import ServiceError
from pytest_cognito_groups.service.filters import NO_ATTRIBUTES, NO_FILTER, SEARCHABLE, parsed, search
from pytest_cognito_groups.service.names import claimed
from pytest_cognito_groups.service.operations import OPERATIONS
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import DEFAULT_POOL, UserRecord
from pytest_cognito_groups.text import did_you_mean

Elsewhere: TypeAlias = Callable[[Pool, str | None], bool]

_CREATING: Final = ("AdminCreateUser", "SignUp")

SEARCHED: Final = 1000
"""How many names a likely one is looked for among; with more it takes a while."""

SHOWN: Final = 5
"""How many names are shown where none is likely."""


def hint(call: Call, calls: Sequence[Call], pools: Mapping[str, Pool], is_elsewhere: Elsewhere) -> str | None:
    """Why the call may have failed, or why the code saw no failure; `None` if nothing more is known. `is_elsewhere`:
    whether a client of the region doesn't reach the pool.
    """
    if call.error is None and call.attempts > 1:
        return "botocore retried it, so the code never saw the error; a fault with times=None outlasts all retries"
    if call.error is None or call.error not in {
        "GroupExistsException",
        "InvalidParameterException",
        "ResourceNotFoundException",
        "UserNotFoundException",
    }:
        return None
    return next(_guesses(call, calls, pools, is_elsewhere), None)


def _guesses(call: Call, calls: Sequence[Call], pools: Mapping[str, Pool], is_elsewhere: Elsewhere) -> Iterator[str]:
    pool_id, username, group = (_text(call, name) for name in ("UserPoolId", "Username", "GroupName"))
    pool = pools.get(pool_id)
    if pool is None:
        if pool_id:
            if [*pools] == [DEFAULT_POOL]:
                yield f"the only pool is {DEFAULT_POOL}, the default; write pool: {pool_id} in the mark's seed"
            yield from _likely(pool_id, pools, "the seed has no such pool")
    elif is_elsewhere(pool, call.region):
        yield f"the pool is in {pool.config.region}, the client asks {call.region}"
    elif call.error == "InvalidParameterException":
        yield from _token(call, calls)
        yield from _search(call, pool)
    elif call.error == "GroupExistsException":
        yield from _differing(group, pool, "CreateGroup ignores case, although look-ups don't")
    elif not pool.users and not pool.groups:
        yield f"pool {pool.config.id} is empty: is the test marked with a seed that has users or groups?"
    elif call.error == "UserNotFoundException":
        if username:
            yield from _user(username, pool, pools, calls)
    elif group:
        yield from _group(group, pool, pools)


def _text(call: Call, name: str) -> str:
    """The parameter, which botocore may not have checked: empty if it is missing or isn't text."""
    value = call.params.get(name)
    return value if isinstance(value, str) else ""


def _token(call: Call, calls: Sequence[Call]) -> Iterator[str]:
    row = OPERATIONS.get(call.operation)
    token = "" if row is None else _text(call, row.token)
    giver = next((other for other in calls if other.next_token == token), None) if token else None
    if giver is not None and giver.error is None:
        differing = [
            name
            for name in ("UserPoolId", "Username", "GroupName", "Filter")
            if giver.params.get(name) != call.params.get(name)
        ]
        if giver.operation != call.operation:
            yield f"the token is one of {giver.method}: a token continues the operation that returned it"
        elif differing:
            name = differing[0]
            yield f"the token was returned for {name}={giver.params.get(name)!r}: a token goes with the same parameters"
        else:
            yield "the token is older than an hour"


def _search(call: Call, pool: Pool) -> Iterator[str]:
    """What is wrong with a filter, or with the attributes that are asked for (USER-4 to USER-9)."""
    condition, attributes = parsed(_text(call, "Filter")), call.params.get("AttributesToGet")
    if condition == NO_FILTER:
        yield (
            'a filter is name = "value", or name ^= "value" for a prefix: one condition, with \\" for a quote and '
            r"\\ for a backslash in the value"
        )
    elif isinstance(condition, ServiceError):
        yield f"users can be searched by: {', '.join(SEARCHABLE)}"
    elif isinstance(attributes, list):
        for attribute in map(str, attributes):  # botocore may not have checked them
            lacking = search(pool.names).lacking(attribute, condition)
            if attribute in NO_ATTRIBUTES:
                yield f"{attribute!r} isn't an attribute; every answer has it anyway"
            elif lacking is not None:
                yield f"user {lacking!r} has no attribute {attribute!r}"


def _group(name: str, pool: Pool, pools: Mapping[str, Pool]) -> Iterator[str]:
    if name in pool.groups:
        return  # it has come since
    yield from _differing(name, pool, "group names are case-sensitive")
    yield from _elsewhere("group", [other.config.id for other in pools.values() if name in other.groups])
    yield from _likely(
        name,
        pool.groups,
        f"pool {pool.config.id} has no such group",
        "; if it should be there, add it to the seed's groups",
    )


def _differing(name: str, pool: Pool, why: str) -> Iterator[str]:
    """The group whose name differs only in case."""
    for other in pool.groups:
        if other != name and other.casefold() == name.casefold():
            yield f"group {other!r} differs in case: {why}"


def _user(name: str, pool: Pool, pools: Mapping[str, Pool], calls: Sequence[Call]) -> Iterator[str]:
    if pool.find_user(name) is not None:
        return  # they have come since
    for other in calls:
        if other.operation in _CREATING and other.error is None and _text(other, "Username") == name:
            how = "call cognito_groups.add_user in the answer"
            yield f"{other.method} was answered for {name!r} without adding the user: {how}"
    for user in pool.users.values():
        for attribute, value in user.attributes:
            if value == name:
                yield _unusable(user, attribute, pool)
        if pool.sub(user) == name:
            yield f"user {user.username!r} has this sub but is federated: only the username finds them"
    if name in pool.users:
        own = " or ".join(f"{kind} {value!r}" for kind, value in claimed(pool.config, pool.users[name]))
        yield f"user {name!r} is found by {own}: the pool has username_attributes, so the seed's key isn't a Username"
    for user in pool.users.values():
        for kind, value in claimed(pool.config, user):
            if value.casefold() == name.casefold() and (kind == "username" or not user.federated):
                which = f"user {value!r}" if kind == "username" else f"{kind} {value!r} of user {user.username!r}"
                yield f"{which} differs in case: the pool is case_sensitive"
    yield from _elsewhere("user", [other.config.id for other in pools.values() if other.find_user(name) is not None])
    yield from _likely(name, pool.users, f"pool {pool.config.id} has no such user")


def _unusable(user: UserRecord, attribute: str, pool: Pool) -> str:
    """Why the value of the user's attribute does not find them."""
    has = f"user {user.username!r} has this {attribute}"
    if user.federated:
        return f"{has} but is federated: only the username finds them"
    if attribute in pool.config.alias_attributes:
        verified = dict(user.attributes).get(f"{attribute}_verified")
        instead = "" if verified is None else f", not {verified}"
        return f"{has}, but it is not verified: seed {attribute}_verified: true{instead}"
    names = "username_attributes" if pool.config.username_attributes else "alias_attributes"
    return f"{has}, but {attribute} is not among the pool's {names}"


def _elsewhere(kind: str, pools: Sequence[str]) -> Iterator[str]:
    if pools:
        yield f"the {kind} is in pool {', '.join(pools)}"


def _likely(name: str, known: Iterable[str], fact: str, way: str = "") -> Iterator[str]:
    """The name that was probably meant; otherwise a few of those that exist, and the way out."""
    names = list(known)
    likely = did_you_mean(name, names) if len(names) <= SEARCHED else ""
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    yield fact + (likely or f"; it has: {', '.join(names[:SHOWN]) or 'none'}{more}{way}")
