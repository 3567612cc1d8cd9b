"""The answers that a place of the code under test may meet, which of them it was shown, and what shows it the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from pytest_cognito_groups.calls.walks import is_probe
from pytest_cognito_groups.options import NAME
from pytest_cognito_groups.seed.dump import Value, Verbatim, flow
from pytest_cognito_groups.service.filters import Filter, parsed
from pytest_cognito_groups.service.model import method_name
from pytest_cognito_groups.service.operations import OPERATIONS, Outcome, Request, asked_user
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import DEFAULT_POOL, EXTERNAL, GroupRecord, UserRecord

if TYPE_CHECKING:
    from pytest_cognito_groups.fake_service import FakeService
    from pytest_cognito_groups.hook.invocation import Reply


# Places


class Place:
    """A line of the code under test that calls an operation, and what the tests have shown it.

    `traits`: what is true of at least one of its requests. `shown`: the gaps that are closed. `attributes`: the names
    of the attributes on the users it got, a tuple for each kind of user. `longest`: the longest listing. `names`: the
    names that a seed for it needs.
    """

    def __init__(self) -> None:
        self.tests: set[str] = set()
        self.traits: set[str] = set()
        self.shown: set[str] = set()
        self.attributes: set[tuple[str, ...]] = set()
        self.longest = 0
        self.names: dict[str, str] = {}

    def add(self, other: Place) -> None:
        self.tests |= other.tests
        self.traits |= other.traits
        self.shown |= other.shown
        self.attributes |= other.attributes
        self.longest = max(self.longest, other.longest)
        self.names |= other.names

    def show(self, **found: bool) -> None:
        """Close the gaps that were found shown; their ids with underscores."""
        self.shown.update(gap.replace("_", "-") for gap, is_shown in found.items() if is_shown)

    def packed(self) -> dict[str, Any]:
        """As what one process can send to another."""
        return {name: sorted(value) if isinstance(value, set) else value for name, value in vars(self).items()}

    @classmethod
    def unpacked(cls, fields: Mapping[str, Any]) -> Place:
        place = cls()
        for name, value in fields.items():
            setattr(place, name, set(value) if isinstance(value, list) else value)
        return place

    @property
    def pool(self) -> str:
        return self.names.get("UserPoolId", DEFAULT_POOL)

    def gaps(self, operation: str) -> list[Gap]:
        """What it could meet and has not."""
        return [gap for gap in GAPS if gap.id not in self.shown and gap.concerns(operation, self)]


# What a request shows


_ERRORS: Final = {
    "UserNotFoundException": "unknown-user",
    "ResourceNotFoundException": "unknown-group",
    "GroupExistsException": "existing-group",
    "TooManyRequestsException": "throttled",
    "ThrottlingException": "throttled",
    "AccessDeniedException": "denied",
    "NotAuthorizedException": "denied",
}
"""The gaps that errors close."""


def note(
    place: Place, service: FakeService, request: Request, reply: Reply, outcome: Outcome, pool: Pool | None
) -> None:
    """Note at the place what the request shows it. `pool` is the one that was asked, as it was then."""
    place.traits.update(_traits(request))
    place.names.update(_names(request, pool))
    if not isinstance(reply, str):
        place.shown.update({_ERRORS[reply.code]} if reply.code in _ERRORS else ())
    elif outcome.subject is not None and outcome.page is not None and pool is not None:
        operation, page = OPERATIONS[request.operation], outcome.page
        asked = cast("int | None", request.params.get("Limit"))
        limit = asked or service.options.default_limit or operation.default_limit
        number, more = len(page.names), page.following is not None
        several = more or request.token is not None
        place.show(
            second_page=several,
            short_page=more and 0 < number < limit,
            empty_page=several and not number,
            no_items=not several and not number,
            another_order=service.ragged and page.total > 1,
        )
        place.longest = page.total
        if operation.items == "Groups":
            _note_groups(place, [pool.groups[name] for name in outcome.subject.listing.names])
        else:
            _note_users(place, [pool.users[name] for name in page.names])
    elif outcome.items and pool is not None:  # a read; what `answer` has given names no items
        user = asked_user(pool, request)
        if user is not None:
            _note_users(place, [user])
        else:
            _note_groups(place, [pool.groups[name] for name in outcome.items])


def _traits(request: Request) -> Iterator[str]:
    """What is true of the request and bears on what may be answered."""
    condition = _condition(request.text("Filter"))
    if request.token is None:
        yield "begins"
    if not is_probe(request):
        yield "reads on"
    if "AttributesToGet" not in request.params:
        yield "all attributes"
    if condition is None or condition.prefix or condition.name not in ("username", "sub"):
        yield "several"
    if condition is None or condition.name != "status":
        yield "disabled"
    if condition is None or condition.name != "cognito:user_status":
        yield "federated"


def _condition(text: str | None) -> Filter | None:
    """What a filter asks for; `None` if there is none, or no valid one."""
    condition = parsed(text or "")
    return condition if isinstance(condition, Filter) else None


def _names(request: Request, pool: Pool | None) -> Iterator[tuple[str, str]]:
    for member in ("UserPoolId", "GroupName", "Filter", "Username"):
        value = request.text(member)
        if value is not None:
            yield member, value
    if pool is not None:
        user, sign_in = asked_user(pool, request), pool.config.username_attributes
        if user is not None:
            yield "Username", user.username  # the seed's key
        if sign_in:
            yield "sign in", min(sign_in)


def _note_groups(place: Place, groups: Sequence[GroupRecord]) -> None:
    ranks = [group.precedence for group in groups if group.precedence is not None]
    place.show(
        no_precedence=len(ranks) < len(groups),
        no_role=any(group.role_arn is None for group in groups),
        one_precedence=len(set(ranks)) < len(ranks),
    )


def _note_users(place: Place, users: Sequence[UserRecord]) -> None:
    place.show(
        disabled_user=any(not user.enabled for user in users),
        federated_user=any(user.federated for user in users),
    )
    if "all attributes" in place.traits:
        place.attributes.update(tuple(sorted(dict(user.template))) for user in users)


# Gaps


class Way(NamedTuple):
    """What shows a gap to a place: a seed, options of the mark, or both."""

    seed: Mapping[str, Value] = {}
    options: Mapping[str, object] = {}

    def yaml(self, pool: str) -> str:
        """The seed, for the place's pool."""
        seed = self.seed if pool == DEFAULT_POOL or not self.seed else {"pool": pool, **self.seed}
        text = flow(seed)
        return text.removeprefix("{").removesuffix("}") if len(seed) < 2 else text

    def mark(self, pool: str) -> str:
        """The mark, to be written as it stands."""
        yaml = self.yaml(pool)
        quoted = [repr(yaml) if '"' in yaml else f'"{yaml}"'] if yaml else []
        options = [
            f"{name}={json.dumps(value) if type(value) is str else value}" for name, value in self.options.items()
        ]
        return f"@pytest.mark.{NAME}({', '.join([*quoted, *options])})"


class Gap(NamedTuple):
    """An answer that a place may meet: `concerns` tells whether this place may, given its operation; `way` gives the
    seed and the options that produce it.
    """

    id: str
    text: str
    concerns: Callable[[str, Place], bool]
    way: Callable[[str, Place], Way]


def _lists(*traits: str, items: str = "") -> Callable[[str, Place], bool]:
    """The place asks for a listing, of these items, with requests of these traits."""

    def concerns(operation: str, place: Place) -> bool:
        row = OPERATIONS[operation]
        return row.kind == "listing" and row.items.startswith(items) and place.traits.issuperset(traits)

    return concerns


def _gets(items: str, *traits: str) -> Callable[[str, Place], bool]:
    """The place gets these items, with requests of these traits."""
    return lambda operation, place: OPERATIONS[operation].items == items and place.traits.issuperset(traits)


def _one_of(*operations: str) -> Callable[[str, Place], bool]:
    return lambda operation, _: operation in operations


def _always(_operation: str, _place: Place) -> bool:
    return True


def _lacking(operation: str, place: Place) -> bool:
    """The users whom the place got have attributes that they could lack, and all have the same."""
    if OPERATIONS[operation].items != "Users" or len(place.attributes) != 1:
        return False
    (all_have,) = place.attributes
    condition = _condition(place.names.get("Filter"))
    needed = {place.names.get("sign in"), condition and condition.name}
    return not needed.issuperset(all_have)


def _paged(**options: object) -> Callable[[str, Place], Way]:
    """The options, with two items if the place never had that many, and three if it only gets later pages."""

    def way(operation: str, place: Place) -> Way:
        if not _begins(place):
            return Way(_items(operation, place, 3), options)
        return Way({} if place.longest > 1 else _items(operation, place), options)

    return way


def _items(operation: str, place: Place, most: int = 2) -> Mapping[str, Value]:
    """A seed of items that the place lists, as many as this, or one where it can't find more."""
    names = [f"group-{number}" for number in range(1, most + 1)]
    if operation == "ListGroups":
        return {"groups": names}
    if operation == "AdminListGroupsForUser":
        return {"groups": names, "users": {_user(place): names}}
    numbers = range(1, most + 1) if "several" in place.traits else (1,)
    return {"users": dict(_entry(operation, place, number) for number in numbers)}


def _empty_page(operation: str, place: Place) -> Way:
    """The first ragged page is empty if there is only one item; which later one is depends on the draw."""
    if not _begins(place):
        return Way(_items(operation, place), {"paging": "ragged"})
    return Way(_alone(place, _items(operation, place, 1)), {"inherit": False, "paging": "ragged"})


def _alone(place: Place, seed: Mapping[str, Value]) -> Mapping[str, Value]:
    """The seed for a pool that has nothing else."""
    sign_in = place.names.get("sign in")
    return seed if sign_in is None else {"username_attributes": [sign_in], **seed}


def _fault(error: str, *, always: bool = False) -> Callable[[str, Place], Way]:
    """The error, for as long as it is asked for where it must outlast retries; for a place that gets later pages alone,
    after the first one.
    """

    def way(operation: str, place: Place) -> Way:
        fault: dict[str, Value] = {"operation": method_name(operation), "error": error}
        if always:
            fault["times"] = Verbatim("null")
        if _begins(place):
            return Way({"faults": [fault]})
        faults = [{**fault, "after": Verbatim("1")}]
        return Way({**_items(operation, place), "faults": faults}, {"paging": "ragged"})

    return way


def _begins(place: Place) -> bool:
    """Whether the place gets first pages."""
    return "begins" in place.traits


def _nothing(operation: str, place: Place) -> Way:
    if operation == "AdminListGroupsForUser":
        return Way({"users": {_user(place): []}})
    groups: Mapping[str, Value] = {_group(place): {}} if operation == "ListUsersInGroup" else {}
    return Way(_alone(place, {"groups": groups}), {"inherit": False})


def _with_user(fields: Mapping[str, Value]) -> Callable[[str, Place], Way]:
    """A user of this kind among those that the place gets; what a seed adds comes on the last pages."""

    def way(operation: str, place: Place) -> Way:
        if _begins(place):
            return Way({"users": dict([_entry(operation, place, 1, fields)])})
        numbers, paging = ((1, 2), {"page_size": 1}) if "several" in place.traits else ((1,), {"paging": "ragged"})
        return Way({"users": dict(_entry(operation, place, number, fields) for number in numbers)}, paging)

    return way


def _with_groups(*groups: Mapping[str, Value]) -> Callable[[str, Place], Way]:
    """Groups of this kind among those that the place gets."""

    def way(operation: str, place: Place) -> Way:
        several = groups if _begins(place) else groups * 2
        names = [_group(place)] if operation == "GetGroup" else [f"group-{n}" for n, _ in enumerate(several, 1)]
        seed: dict[str, Value] = {"groups": dict(zip(names, several, strict=True))}
        if operation == "AdminListGroupsForUser":
            seed["users"] = {_user(place): names}
        return Way(seed, {} if _begins(place) else {"page_size": 1})

    return way


def _group(place: Place) -> str:
    return place.names.get("GroupName", "group-1")


def _user(place: Place) -> str:
    return place.names.get("Username", "user-1")


_KEYS: Final = {"username": "user-{}", "email": "user-{}@example.com", "phone_number": "+1555000000{}"}
_SUB: Final = "00000000-0000-4000-8000-00000000000"


def _entry(operation: str, place: Place, number: int, fields: Mapping[str, Value] | None = None) -> tuple[str, Value]:
    """A user whom the place gets, as a seed has them: the key, and the groups or more."""
    fields, condition = fields or {}, _condition(place.names.get("Filter"))
    if number > 1 and condition is not None and not condition.prefix and condition.name == place.names.get("sign in"):
        fields = {**fields, "status": EXTERNAL}  # the only ones who may share it
    by = "username" if fields.get("status") == EXTERNAL else place.names.get("sign in", "username")
    key = place.names["Username"] if operation == "AdminGetUser" else _KEYS[by].format(number)
    found: dict[str, Value] = {"groups": [_group(place)]} if operation == "ListUsersInGroup" else {}
    if condition is not None:
        value = condition.value if number == 1 else f"{condition.value}{number}"
        if condition.name == by:
            key = value
        elif condition.name in ("username", "sub"):
            found["sub"] = f"{condition.value}{_SUB[len(condition.value) :]}{number}"[:36]
        elif condition.name == "cognito:user_status":
            found["status"] = condition.value
        elif condition.name == "status":
            found["enabled"] = Verbatim("true" if condition.value == "Enabled" else "false")
        else:
            found["attributes"] = {condition.name: value if condition.prefix else condition.value}
    found |= fields
    return key, found.get("groups", []) if found.keys() <= {"groups"} else found


_RANKED: Final = {"precedence": Verbatim("1")}
_OF_USER: Final = ("AdminListGroupsForUser", "AdminGetUser", "AdminAddUserToGroup", "AdminRemoveUserFromGroup")
_OF_GROUP: Final = (
    "ListUsersInGroup",
    "GetGroup",
    "AdminAddUserToGroup",
    "AdminRemoveUserFromGroup",
    "UpdateGroup",
    "DeleteGroup",
)

GAPS: Final = (
    Gap("second-page", "a second page", _lists("reads on", "several"), _paged(page_size=1)),
    Gap("short-page", "a short page", _lists("reads on", "several", "by hand"), _paged(page_size=1)),
    Gap("empty-page", "an empty page", _lists("reads on"), _empty_page),
    Gap("no-items", "an empty answer", _lists("begins"), _nothing),
    Gap("unknown-user", "an unknown user", _one_of(*_OF_USER), _fault("UserNotFoundException")),
    Gap("unknown-group", "an unknown group", _one_of(*_OF_GROUP), _fault("ResourceNotFoundException")),
    Gap("existing-group", "a group that exists", _one_of("CreateGroup"), _fault("GroupExistsException")),
    Gap("throttled", "throttling that outlasts retries", _always, _fault("TooManyRequestsException", always=True)),
    Gap("denied", "a denial", _always, _fault("AccessDeniedException")),
    Gap("disabled-user", "a disabled user", _gets("Users", "disabled"), _with_user({"enabled": Verbatim("false")})),
    Gap("federated-user", "a federated user", _gets("Users", "federated"), _with_user({"status": EXTERNAL})),
    Gap("missing-attribute", "a user lacking an attribute", _lacking, _with_user({})),
    Gap("no-precedence", "a group without precedence", _gets("Groups"), _with_groups({})),
    Gap("no-role", "a group without a role", _gets("Groups"), _with_groups({})),
    Gap("one-precedence", "two groups of one precedence", _lists(items="Groups"), _with_groups(_RANKED, _RANKED)),
    Gap("another-order", "a different order", _lists("several"), _paged(paging="ragged")),
)
"""A row for each gap."""
