"""`--cognito-groups-untried`: the answers that a place of the code under test could meet and no test has shown it."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast, final

import pytest

from pytest_cognito_groups import fake_service
from pytest_cognito_groups.calls.messages import where
from pytest_cognito_groups.calls.walks import is_probe
from pytest_cognito_groups.forks import new_lock
from pytest_cognito_groups.hook.events import caller
from pytest_cognito_groups.options import NAME
from pytest_cognito_groups.seed.dump import Value, Verbatim, flow
from pytest_cognito_groups.service.filters import Filter, parsed
from pytest_cognito_groups.service.model import method_name
from pytest_cognito_groups.service.operations import OPERATIONS, Outcome, Request
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import DEFAULT_POOL, EXTERNAL, GroupRecord, UserRecord
from pytest_cognito_groups.text import counted

if TYPE_CHECKING:
    from pytest_cognito_groups.hook.invocation import Invocation, Reply

VERSION: Final = 1
"""Of the form of the JSON."""

SECTION: Final = "what no test has tried"
OUTPUT: Final = "cognito_groups_untried"
"""What a worker of pytest-xdist hands to the process that began it."""

MOST: Final = 10
"""How many places are shown unless all are asked for."""

PENDING: Final = 1_000
"""How many calls may be under way, which retries may yet end otherwise."""


# Places


class Place:
    """A line of the code under test that asks an operation, and what the tests have shown it.

    `traits`: what is true of its requests, of one at least. `shown`: the gaps that are closed. `some` and `every`: the
    attributes that one of the users had that it got, and those that each had. `longest`: the longest listing. `names`:
    those that a seed for it needs.
    """

    def __init__(self) -> None:
        self.tests: set[str] = set()
        self.traits: set[str] = set()
        self.shown: set[str] = set()
        self.some: set[str] = set()
        self.every: set[str] | None = None
        self.longest = 0
        self.names: dict[str, str] = {}

    def add(self, other: Place) -> None:
        self.tests |= other.tests
        self.traits |= other.traits
        self.shown |= other.shown
        self.some |= other.some
        if self.every is None or other.every is None:
            self.every = other.every if self.every is None else self.every
        else:
            self.every &= other.every
        self.longest = max(self.longest, other.longest)
        self.names |= other.names

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


Key: TypeAlias = tuple[str, int, str]
"""File, line, and the operation's name on the wire."""


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


def _note(
    service: fake_service.FakeService, request: Request, reply: Reply, outcome: Outcome, pool: Pool | None, place: Place
) -> None:
    """Note at the place what the request shows it. `pool` is the one that was asked, as it was then."""
    condition = parsed(request.text("Filter") or "")
    place.traits.update(_traits(request, condition if isinstance(condition, Filter) else None))
    place.names.update(_names(request, pool))
    if not isinstance(reply, str):
        place.shown.update([_ERRORS[reply.code]] if reply.code in _ERRORS else [])
    elif outcome.subject is not None and outcome.page is not None and pool is not None:
        operation, page = OPERATIONS[request.operation], outcome.page
        asked = cast("int | None", request.params.get("Limit"))
        limit = asked or service.options.default_limit or operation.default_limit
        begun, more, number = request.token is not None, page.following is not None, len(page.names)
        found = {
            "second-page": begun or more,
            "short-page": more and 0 < number < limit,
            "empty-page": not number and (begun or more),
            "no-items": not (number or begun or more),
            "another-order": service.ragged and page.total > 1,
        }
        place.shown.update(gap for gap, is_shown in found.items() if is_shown)
        place.longest = page.total
        if operation.items == "Groups":
            _groups(place, [pool.groups[name] for name in outcome.subject.listing.names])
        else:
            _users(place, [pool.users[name] for name in page.names])
    elif outcome.items and pool is not None:  # a read; what `answer` has given names no items
        name = request.text("Username")
        user = None if name is None else pool.find_user(name)
        if user is not None:
            _users(place, [user])
        else:
            _groups(place, [pool.groups[name] for name in outcome.items])


def _traits(request: Request, condition: Filter | None) -> Iterator[str]:
    """What is true of the request and bears on what may be answered."""
    searched = None if condition is None else condition.name
    if request.token is None:
        yield "begins"
    if not is_probe(request):
        yield "reads on"
    if "AttributesToGet" not in request.params:
        yield "all attributes"
    if condition is None or condition.prefix or searched not in ("username", "sub"):
        yield "several"
    if searched != "status":
        yield "disabled"
    if searched != "cognito:user_status":
        yield "federated"


def _names(request: Request, pool: Pool | None) -> Iterator[tuple[str, str]]:
    for member in ("UserPoolId", "GroupName", "Filter", "Username"):
        value = request.text(member)
        user = pool.find_user(value) if member == "Username" and value is not None and pool is not None else None
        if value is not None:
            yield member, value if user is None else user.username
    if pool is not None and pool.config.username_attributes:
        yield "sign in", min(pool.config.username_attributes)


def _groups(place: Place, groups: Sequence[GroupRecord]) -> None:
    precedences = [group.precedence for group in groups]
    ranked = [precedence for precedence in precedences if precedence is not None]
    found = {
        "no-precedence": None in precedences,
        "no-role": any(group.role_arn is None for group in groups),
        "one-precedence": len(set(ranked)) < len(ranked),
    }
    place.shown.update(gap for gap, is_shown in found.items() if is_shown)


def _users(place: Place, users: Sequence[UserRecord]) -> None:
    found = {
        "disabled-user": any(not user.enabled for user in users),
        "federated-user": any(user.federated for user in users),
    }
    place.shown.update(gap for gap, is_shown in found.items() if is_shown)
    for user in users if "all attributes" in place.traits else ():
        names = {name for name, _ in user.template}
        place.some |= names
        place.every = names if place.every is None else place.every & names


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
    """An answer that a place may meet: `concerns` tells whether this one may, given its operation; `way` gives what
    shows it.
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
    """The users whom the place got have attributes that they could lack, and all have them."""
    condition = _condition(place)
    needed = {place.names.get("sign in"), None if condition is None else condition.name}
    return bool(place.some - needed) and place.some == place.every and OPERATIONS[operation].items == "Users"


def _paged(**options: object) -> Callable[[str, Place], Way]:
    """The options, with two items where the place never had so many, and three for one that gets later pages alone."""

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
    """The first ragged page is empty where there is one item alone; which later one is depends on what is drawn."""
    if not _begins(place):
        return Way(_items(operation, place), {"paging": "ragged"})
    return Way(_alone(place, _items(operation, place, 1)), {"inherit": False, "paging": "ragged"})


def _alone(place: Place, seed: Mapping[str, Value]) -> Mapping[str, Value]:
    """The seed for a pool that has nothing else."""
    sign_in = place.names.get("sign in")
    return seed if sign_in is None else {"username_attributes": [sign_in], **seed}


def _fault(error: str, *, always: bool = False) -> Callable[[str, Place], Way]:
    """The error, for as long as it is asked for where it must outlast retries; for a place that gets later pages alone,
    behind the first one.
    """

    def way(operation: str, place: Place) -> Way:
        fault: dict[str, Value] = {"operation": method_name(operation), "error": error}
        if always:
            fault["times"] = Verbatim("")
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


def _condition(place: Place) -> Filter | None:
    """What the place's filter asks for."""
    condition = parsed(place.names.get("Filter", ""))
    return condition if isinstance(condition, Filter) else None


_KEYS: Final = {"username": "user-{}", "email": "user-{}@example.com", "phone_number": "+1555000000{}"}
_SUB: Final = "00000000-0000-4000-8000-00000000000"


def _entry(operation: str, place: Place, number: int, fields: Mapping[str, Value] | None = None) -> tuple[str, Value]:
    """A user whom the place gets, as a seed has them: the key, and the groups or more."""
    fields, condition = fields or {}, _condition(place)
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
    Gap("another-order", "another order", _lists("several"), _paged(paging="ragged")),
)
"""A row for each gap."""

_WIDEST: Final = max(len(gap.text) for gap in GAPS)


# The run


@final
class Untried:
    """Notes what each call shows, test by test, and tells the gaps at the end of the run. A plugin of pytest."""

    def __init__(self, config: pytest.Config, file: Path | None) -> None:
        self._config = config
        self._file = file
        self._places: dict[Key, Place] = {}
        self._nowhere = 0  # calls whose place is unknown
        self._calls: dict[tuple[object, int], tuple[Key | None, Place]] = {}
        self._tests: set[str] = set()
        self._test: str | None = None
        self._lock = new_lock()

    def watch(
        self,
        service: fake_service.FakeService,
        request: Request,
        invocation: Invocation,
        reply: Reply,
        outcome: Outcome,
        pool: Pool | None,
    ) -> None:
        """An attempt of a call: what it shows counts when no other follows."""
        if request.operation in OPERATIONS:
            who, place = caller(), Place()
            place.tests.update(() if self._test is None else (self._test,))
            place.traits.update(() if who.paginator else ("by hand",))
            _note(service, request, reply, outcome, pool, place)
            key = None if who.place is None else (*who.place, request.operation)
            call = service, invocation.call
            with self._lock:
                self._calls.pop(call, None)
                self._calls[call] = key, place
                self._settle(PENDING)

    def _settle(self, pending: int = 0) -> None:
        """Calls are over, but for the newest ones as many as may be `pending`."""
        while len(self._calls) > pending:
            key, place = self._calls.pop(next(iter(self._calls)))
            if key is None:
                self._nowhere += 1
            elif key[0] not in self._tests and Path(key[0]).name != "conftest.py":
                self._places.setdefault(key, Place()).add(place)

    def pytest_collection_modifyitems(self, items: Sequence[pytest.Item]) -> None:
        self._tests = {str(item.path) for item in items}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._test = item.nodeid
        try:
            return (yield)
        finally:
            self._settle()
            self._test = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist is done."""
        places, nowhere = getattr(node, "workeroutput", {}).get(OUTPUT, ((), 0))
        self._nowhere += nowhere
        for key, fields in places:
            self._places.setdefault(tuple(key), Place()).add(Place.unpacked(fields))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._settle()
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[OUTPUT] = [[key, place.packed()] for key, place in self._places.items()], self._nowhere
        elif self._file is not None:
            self._file.write_text(json.dumps(self._report(), indent=2) + "\n", encoding="utf-8")

    @property
    def _worst_first(self) -> list[tuple[Key, Place, list[Gap]]]:
        found = [(key, place, place.gaps(key[2])) for key, place in self._places.items()]
        return sorted(found, key=lambda each: (-len(each[2]), each[0]))

    def _report(self) -> Mapping[str, object]:
        """The findings as JSON has them; docs/untried.md describes the form."""
        rootdir = self._config.rootpath
        return {
            "version": VERSION,
            "places": [
                {
                    "file": path.relative_to(rootdir).as_posix() if path.is_relative_to(rootdir) else str(path),
                    "line": line,
                    "operation": method_name(operation),
                    "tests": len(place.tests),
                    "untried": [
                        {"id": gap.id, "text": gap.text, "seed": way.yaml(place.pool), "options": way.options}
                        for gap in gaps
                        for way in [gap.way(operation, place)]
                    ],
                    "tried": [gap.id for gap in GAPS if gap.id in place.shown and gap.concerns(operation, place)],
                }
                for (file, line, operation), place, gaps in self._worst_first
                for path in [Path(file)]
            ],
            "unknown_places": self._nowhere,
        }

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section(SECTION)
        for line in self._lines(self._config.get_verbosity()):
            terminalreporter.line(line)

    def _lines(self, verbosity: int) -> Iterator[str]:
        places = self._worst_first
        gaping = [each for each in places if each[2]]
        showing = gaping if verbosity else gaping[:MOST]
        for (file, line, operation), place, gaps in showing:
            who = f"{where((file, line))} {method_name(operation)}"
            if verbosity < 0:
                yield f"{who}: {', '.join(gap.text for gap in gaps)}"
                continue
            yield f"{who}, {counted(len(place.tests), 'test')}"
            for gap in gaps:
                yield f"  {gap.text:<{_WIDEST}}  {gap.way(operation, place).mark(place.pool)}"
        if len(gaping) > len(showing):
            yield f"… {counted(len(gaping) - len(showing), 'more place')} (all with -v, a line each with -q)"
        if not places:
            yield "No call of the code under test was answered here: test files don't count, nor do moto's answers."
        elif len(places) > len(gaping):
            yield f"Nothing is left to try at {counted(len(places) - len(gaping), 'place')}."
        if self._nowhere:
            calls = counted(self._nowhere, "call")
            yield f"{calls} came from an unknown place: a thread or a task that runs the client's method itself."


def enter(config: pytest.Config, file: str) -> None:
    """Note calls until the run ends. `file`: where the findings are written as JSON, too; empty for nowhere."""
    untried = Untried(config, config.invocation_params.dir / file if file else None)
    config.pluginmanager.register(untried)
    before, fake_service.watch = fake_service.watch, untried.watch
    config.add_cleanup(lambda: setattr(fake_service, "watch", before))
