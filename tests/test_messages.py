"""The messages that docs/errors.md cannot bring about, each in an exact text; and that no message is missing."""

# ruff: noqa: E501  # in a table, a line of a message is a line

from __future__ import annotations

import ast
import contextlib
import datetime
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import Mock, patch

import boto3
import pytest
from yaml import ScalarNode

import pytest_cognito_groups
from pytest_cognito_groups import CognitoGroups, __main__, marks, plugin
from pytest_cognito_groups.calls import messages
from pytest_cognito_groups.calls.hints import hint
from pytest_cognito_groups.calls.record import Call
from pytest_cognito_groups.calls.walks import Unread
from pytest_cognito_groups.hook.data import service_model, transport_error, transport_errors
from pytest_cognito_groups.options import check_settings
from pytest_cognito_groups.seed import PythonPlace, Source, fields, read, read_file
from pytest_cognito_groups.seed.errors import SHOWN
from pytest_cognito_groups.seed.nodes import compose
from pytest_cognito_groups.service.faults import COMMON, Fault, Planned, codes
from pytest_cognito_groups.service.model import Shape
from pytest_cognito_groups.service.operations import Request

PACKAGE: Final = Path(pytest_cognito_groups.__file__).parent
POOL: Final = "us-east-1_TestPool1"
USERS: Final = "ListUsersInGroup"
GROUPS: Final = "AdminListGroupsForUser"
THROTTLED: Final = "TooManyRequestsException"
NOON: Final = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
PLACE: Final = ("test_it.py", 7)
USER_STATUSES: Final = ", ".join(service_model().enum("UserStatusType"))  # each release of botocore has its own
TRANSPORT: Final = (
    "botocore may raise: ReadTimeoutError, ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, "
    f"… ({len(transport_errors())} of botocore.exceptions)"
)

Produce = Callable[[], object]


# What brings the messages about


def fake(seed: str = "", **options: Any) -> CognitoGroups:
    return CognitoGroups.from_yaml(seed, **options)


def seeded(text: str) -> Produce:
    return lambda: fake(text)


def written(content: bytes, path: str = "seed.yaml") -> str:
    Path(path).write_bytes(content)
    return path


def item(*decorators: pytest.MarkDecorator, **settings: object) -> Any:
    """What marks.py asks of a test."""
    config = Mock(rootpath=Path("root"), inipath=None, getini=settings.get, getoption=Mock(return_value=None))
    test = SimpleNamespace(
        iter_markers=lambda: (),
        nodeid="test_it.py::test_it",
        path=Path("tests/test_it.py"),
        location=("test_it.py", 6, "test_it"),
        config=config,
        own_markers=[decorator.mark for decorator in decorators],
    )
    test.listchain = lambda: [test]
    return test


def marked(*args: object, **kwargs: object) -> Produce:
    return lambda: marks.resolve(item(pytest.mark.cognito_groups(*args, **kwargs)))


def configured(name: str, value: object) -> Produce:
    return lambda: marks.resolve(item(**{f"cognito_groups_{name}": value}))


def unreadable_file() -> object:
    written(b"", "root.yaml")
    with patch("pytest_cognito_groups.marks.read_file", side_effect=PermissionError(13, "Permission denied")):
        return marks._file("root.yaml", [Path()], "file")


def call(operation: str = USERS, error: str | None = None, items: int = 0, **params: object) -> Call:
    named = {"UserPoolId": POOL, "GroupName" if operation == USERS else "Username": "x"}
    return Call(operation, {**named, **params}, ("x",) * items, 1, None, error, 1, 0.0, "us-east-1", NOON)


def unchecked(body: bytes) -> object:
    """What the service says to a request with this body."""

    def put(params: dict[str, object], **_: object) -> None:
        params["body"] = body

    with fake():
        client = boto3.client("cognito-idp", region_name="us-east-1")
        client.meta.events.register_first("before-call", put)
        client.list_users_in_group(UserPoolId=POOL, GroupName="readers")
    return None


def hinted(
    params: Mapping[str, object],
    seed: str,
    *,
    error: str = "UserNotFoundException",
    region: str = "us-east-1",
    before: tuple[Call, ...] = (),
) -> Produce:
    """The hint for a call that failed."""
    operation = GROUPS if "Username" in params else USERS
    failed = Call(operation, {"UserPoolId": POOL, **params}, (), 1, None, error, 1, 0.0, region, NOON)

    def produce() -> object:
        pools = {pool.id: pool._state for pool in fake(seed).pools.values()}
        return hint(failed, [*before, failed], pools, lambda pool, asked: pool.config.region != asked)

    return produce


def gave_token(operation: str = USERS, **params: object) -> Call:
    return Call(operation, {"UserPoolId": POOL, **params}, (), 1, "t", None, 1, 0.0, "us-east-1", NOON)


def unread(
    operation: str,
    seen: int,
    total: int,
    place: tuple[str, int] | None = PLACE,
    function: str = "ask",
    **params: object,
) -> Unread:
    request = Request(operation, {"UserPoolId": POOL, **params}, "us-east-1", "1")
    named = None if place is None else (place[0], function)
    return Unread(request, "t", seen, total, place, named, fails=True)


def command(*arguments: str) -> str:
    """What the command prints."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        __main__.main(arguments)
    return output.getvalue()


def text_of(produce: Produce) -> str:
    """The message, returned or raised."""
    try:
        return str(produce())
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001  # whatever is printed
        return str(error)


def unreadable_setting() -> object:
    """pytest itself refuses what is of another type in TOML, in words of its own."""

    def getini(name: str) -> None:
        if name == "cognito_groups_default_limit":
            raise TypeError("pytest's words")

    test = item()
    test.config.getini = getini
    return marks.resolve(test)


def unreadable_switch() -> object:
    return plugin._is_on(Mock(getini=Mock(side_effect=ValueError("pytest's words"))), "guard")


def fake_forbidden() -> object:
    """What the parser raises without a place, for a reason that is not a character."""
    with patch("pytest_cognito_groups.seed.nodes.yaml.compose_all", side_effect=ValueError("year 0 is out of range")):
        return compose("now: 1")


def refused(goes_to: str = "AWS", *, past_moto: bool = False) -> None:
    with (
        patch("pytest_cognito_groups.fake_service.caller", return_value=SimpleNamespace(place=PLACE)),
        fake() as answering,
    ):
        answering._service.refuse("AdminListDevices", goes_to, past_moto=past_moto)


def ended() -> None:
    with fake() as answering:
        answering.throttle("list_users_in_group")


def section() -> str:
    """A page of two, throttled once; the same again; an error; and how to repeat it."""
    page = replace(call(items=1, GroupName="readers"), next_token="t" * 40, attempts=2)
    rest = replace(page, params={**page.params, "NextToken": "t" * 40}, next_token=None, page=2, attempts=1)
    lost = replace(call(GROUPS, Username="alise"), error="UserNotFoundException")
    deleted = replace(page, operation="DeleteGroup", items=(), next_token=None, attempts=1)
    hints = {"alise": "pool x has no such user; did you mean 'alice'?"}
    return messages.section(
        [page, rest, lost, lost, deleted],
        of_moto={"eu-west-1_Moto00001": 2, "eu-west-1_Moto00002": 1},
        missed=[("admin_create_user", "eu-west-1_Seeded001")],
        hint=lambda failed: hints.get(str(failed.params.get("Username"))),
        everything=False,
        repeat="pytest test_it.py::test_it",
        unread=[unread(USERS, 1, 2, GroupName="readers"), unread(USERS, 1, 2, GroupName="writers")],
    )


def long_section() -> str:
    made = [call(GroupName=f"g{number}", items=2) for number in range(23)]
    lines = messages.section(made, of_moto={}, hint=lambda _: None, everything=False, repeat=None).splitlines()
    return "\n".join(lines[14:])


def long_unread() -> str:
    walks = [unread(USERS, 1, 2, GroupName=f"g{number}") for number in range(23)]
    return "\n".join(messages.unread(walks).splitlines()[30:33])


# The table

MESSAGES: Final = [
    # Seeds, as YAML
    pytest.param(fake_forbidden, "not valid YAML: year 0 is out of range", id="not YAML for another reason"),
    # Seeds, values
    pytest.param(
        lambda: fields.scalar(ScalarNode("", "\ud800")),
        "half a character (a lone surrogate) isn't text",
        id="lone surrogate",
    ),
    pytest.param(
        seeded("users: {alice: {status: CONFIRM}}"),
        (
            "<seed>:1:25: 'CONFIRM' is not a valid status; did you mean 'CONFIRMED'?\n"
            "    users: {alice: {status: CONFIRM}}\n"
            "                            ^\n"
            f"    use one of: {USER_STATUSES}"
        ),
        id="unknown status",
    ),
    # Seeds, faults
    pytest.param(
        seeded("faults: [{error: ThrottledException}]"),
        (
            "<seed>:1:18: 'ThrottledException' is not an error that every operation can return; "
            "did you mean 'ThrottlingException'?\n"
            "    faults: [{error: ThrottledException}]\n"
            "                     ^\n"
            f"    every operation can return: {', '.join(codes(None, service_model()))}; "
            f"any request may get: {', '.join(COMMON)}; {TRANSPORT}"
        ),
        id="unknown code of a fault",
    ),
    # Seeds, pools, levels, loading, files
    pytest.param(
        lambda: read_file(written(b"users:\n  \xe9lodie: []\n"), "seed.yaml"),
        ("seed.yaml:2:3: not UTF-8: byte 0xe9\n      �lodie: []\n      ^\n    save the file as UTF-8"),
        id="not UTF-8",
    ),
    pytest.param(
        lambda: read(
            [
                [
                    Source(
                        "users: [alice]",
                        "<seed>",
                        PythonPlace(
                            written(
                                b'import pytest\n\n@pytest.mark.cognito_groups("users: [alice]")\ndef test_it(): ...\n',
                                "test_it.py",
                            ),
                            4,
                        ),
                    )
                ]
            ],
            service_model(),
        ),
        (
            "test_it.py:3:37: users must be a mapping keyed by name\n"
            '    @pytest.mark.cognito_groups("users: [alice]")\n'
            "                                        ^\n"
            "    write them like alice: [readers]"
        ),
        id="in a Python file",
    ),
    pytest.param(
        lambda: read([[Source("users: [alice]", "<seed>", PythonPlace("test_it.py", 4))]], service_model()),
        (
            "<seed>:1:8: users must be a mapping keyed by name\n"
            "    users: [alice]\n"
            "           ^\n"
            "    write them like alice: [readers]\n"
            "    in a mark of the test at test_it.py:4"
        ),
        id="not in the Python file",
    ),
    pytest.param(
        lambda: text_of(seeded("\n".join(f"k{i}: " for i in range(SHOWN + 1)))).rpartition("\n\n")[2],
        "… and 1 more",
        id="more errors than are shown",
    ),
    # Marks and settings
    pytest.param(
        marked(Path("seed.yaml")),
        "test_it.py::test_it: @pytest.mark.cognito_groups: the seed must be YAML text; to read a file: file='seed.yaml'",
        id="path as a seed",
    ),
    pytest.param(
        marked(file="seed.yaml"),
        (
            "test_it.py::test_it: @pytest.mark.cognito_groups: file 'seed.yaml' doesn't exist. Looked for:\n"
            "  tests/seed.yaml\n"
            "  root/seed.yaml"
        ),
        id="no such file",
    ),
    pytest.param(unreadable_file, "file 'root.yaml' can't be read: Permission denied", id="file that cannot be read"),
    pytest.param(
        lambda: marks.resolve(
            item(pytest.mark.cognito_groups(paging="full"), pytest.mark.cognito_groups(paging="ragged"))
        ),
        "test_it.py::test_it: @pytest.mark.cognito_groups: paging is set twice on one level, to 'full' and to 'ragged'; keep one",
        id="given twice",
    ),
    pytest.param(
        configured("page_size", "many"),
        "in pytest's configuration: cognito_groups_page_size must be a whole number, at least 1, not 'many'",
        id="setting",
    ),
    pytest.param(
        unreadable_setting,
        "in pytest's configuration: cognito_groups_default_limit takes a whole number, from 1 to 60: pytest's words",
        id="setting that pytest cannot read",
    ),
    # Options
    pytest.param(
        configured("allow_operations", ["list_users,", "admin_get_user"]),
        "in pytest's configuration: cognito_groups_allow_operations takes no commas; put spaces between: list_users admin_get_user (in TOML, a list: ['list_users', 'admin_get_user'])",
        id="operations with commas in the configuration",
    ),
    pytest.param(
        configured("partial_reads", ["a.py::f,"]),
        "in pytest's configuration: cognito_groups_partial_reads takes no commas; put line breaks between: a.py::f (in TOML, a list: ['a.py::f'])",
        id="functions with commas in the configuration",
    ),
    # Python interface
    *(
        pytest.param(
            judge,
            "this CognitoGroups was never entered, so it has answered no calls; make them inside its with block",
            id=f"never entered, {name}",
        )
        for name, judge in {
            "assert_called": lambda: fake().assert_called(),
            "assert_called_once": lambda: fake().assert_called_once("list_users_in_group"),
            "assert_called_once_with": lambda: fake().assert_called_once_with("list_users_in_group"),
            "assert_not_called": lambda: fake().assert_not_called(),
            "assert_calls": lambda: fake().assert_calls([]),
        }.items()
    ),
    pytest.param(lambda: repr(fake()), "<CognitoGroups us-east-1_TestPool1 calls=0>", id="fake as text"),
    pytest.param(
        lambda: repr(fake("users: {alice: [readers]}").pool),
        "<UserPool us-east-1_TestPool1 groups=1 users=1>",
        id="pool as text",
    ),
    pytest.param(
        lambda: fake().add_user("alice", status="CONFIRM"),
        f"status 'CONFIRM' must satisfy enum value set: [{USER_STATUSES}]",
        id="status unknown",
    ),
    # Faults
    pytest.param(
        lambda: fake().add_fault("list_users_in_group", "UserNotFoundException"),
        (
            "'UserNotFoundException' is not an error that list_users_in_group can return; "
            "did you mean 'ResourceNotFoundException'?\n"
            f"  list_users_in_group can return: {', '.join(codes(USERS, service_model()))}\n"
            f"  any request may get: {', '.join(COMMON)}\n"
            f"  {TRANSPORT}"
        ),
        id="code of the operation",
    ),
    pytest.param(
        lambda: transport_error("HTTPClientError", "https://x"),
        "An HTTP Client raised an unhandled exception: injected by pytest-cognito-groups",
        id="transport",
    ),
    # Answers of the service
    pytest.param(
        lambda: unchecked(b"[]"),
        "An error occurred (SerializationException) when calling the ListUsersInGroup operation: The request body is not a JSON object.",
        id="no object answered",
    ),
    pytest.param(
        lambda: unchecked(b'{"Limit": "5"}'),
        (
            "An error occurred (SerializationException) when calling the ListUsersInGroup operation: "
            "STRING_VALUE can not be converted to an Integer"
        ),
        id="text for a number answered",
    ),
    pytest.param(
        lambda: unchecked(b'{"GroupName": 5}'),
        (
            "An error occurred (SerializationException) when calling the ListUsersInGroup operation: "
            "NUMBER_VALUE can not be converted to a String"
        ),
        id="number for a text answered",
    ),
    pytest.param(
        lambda: unchecked(b'{"GroupName": {}}'),
        (
            "An error occurred (SerializationException) when calling the ListUsersInGroup operation: "
            "Start of structure or map found where not expected"
        ),
        id="object for a text answered",
    ),
    pytest.param(
        lambda: Shape("list", None, None, None, (), sensitive=False).misfit(True),
        "BOOLEAN_VALUE can not be converted to a List",
        id="scalar for a list answered",
    ),
    pytest.param(
        lambda: unchecked(b"{}"),
        (
            "An error occurred (InvalidParameterException) when calling the ListUsersInGroup operation: "
            "2 validation errors detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null; "
            "Value null at 'groupName' failed to satisfy constraint: Member must not be null"
        ),
        id="missing members answered",
    ),
    # Refused calls
    pytest.param(
        lambda: refused("http://localhost:4566", past_moto=True),
        (
            "cognito-idp admin_list_devices was called, but cognito_groups doesn't answer it.\n"
            "  called at test_it.py:7\n"
            "To answer it here, give the answer, or a function that makes it from the parameters:\n"
            '  cognito_groups.answer("admin_list_devices", {"Devices": []})\n'
            "If this is on purpose, let it through (to http://localhost:4566, although moto's mock_aws is active):\n"
            "  CognitoGroups.from_yaml(…, allow_operations=['admin_list_devices'])"
        ),
        id="refused past moto",
    ),
    pytest.param(
        refused,
        (
            "cognito-idp admin_list_devices was called, but cognito_groups doesn't answer it.\n"
            "  called at test_it.py:7\n"
            "To answer it here, give the answer, or a function that makes it from the parameters:\n"
            '  cognito_groups.answer("admin_list_devices", {"Devices": []})\n'
            "If this is on purpose, let it through (to AWS, unless moto's mock_aws is active):\n"
            "  CognitoGroups.from_yaml(…, allow_operations=['admin_list_devices'])"
        ),
        id="refused",
    ),
    # The guard
    pytest.param(
        lambda: "\n".join(messages.from_unmarked("test_it.py::test_it", "cognito_group")),
        (
            "test_it.py::test_it has a mark 'cognito_group'; did you mean 'cognito_groups'?\n"
            '  @pytest.mark.cognito_groups("users: {alice: [readers]}")'
        ),
        id="misspelled mark",
    ),
    pytest.param(
        lambda: "\n".join(messages.from_marked("test_it.py::test_it")),
        (
            "The call was made during test_it.py::test_it while its fake was not active. Enter one for it:\n"
            "  from pytest_cognito_groups import CognitoGroups\n"
            '  with CognitoGroups.from_yaml("users: {alice: [readers]}") as cognito_groups:'
        ),
        id="call beside the fake of its test",
    ),
    pytest.param(
        lambda: "\n".join(messages.from_teardown("test_it.py::test_it")),
        (
            "The call was made during the teardown of test_it.py::test_it, or of a wider fixture that ended with it.\n"
            "Enter a fake for it:\n"
            "  from pytest_cognito_groups import CognitoGroups\n"
            '  with CognitoGroups.from_yaml("users: {alice: [readers]}") as cognito_groups:'
        ),
        id="teardown",
    ),
    pytest.param(
        lambda: "\n".join(
            [
                *messages.from_import("test_it.py was collected"),
                *messages.from_import("pytest loaded its conftest files"),
            ]
        ),
        (
            "The call was made while test_it.py was collected, by code that runs at import.\n"
            "Move it into a test or a fixture, or enter a fake for it:\n"
            "  from pytest_cognito_groups import CognitoGroups\n"
            '  with CognitoGroups.from_yaml("users: {alice: [readers]}") as cognito_groups:\n'
            "The call was made while pytest loaded its conftest files, by code that runs at import.\n"
            "Move it into a test or a fixture, or enter a fake for it:\n"
            "  from pytest_cognito_groups import CognitoGroups\n"
            '  with CognitoGroups.from_yaml("users: {alice: [readers]}") as cognito_groups:'
        ),
        id="import",
    ),
    pytest.param(
        lambda: "\n".join(messages.from_elsewhere()),
        (
            "The call was made outside any test. Enter a fake for it:\n"
            "  from pytest_cognito_groups import CognitoGroups\n"
            '  with CognitoGroups.from_yaml("users: {alice: [readers]}") as cognito_groups:'
        ),
        id="outside of any test",
    ),
    pytest.param(
        lambda: check_settings(["cognito_groups_gaurd"]),
        "in pytest's configuration: unknown setting 'cognito_groups_gaurd'; did you mean 'cognito_groups_guard'?",
        id="unknown setting with a likely one",
    ),
    pytest.param(
        lambda: check_settings(["cognito_groups_zzz"]),
        (
            "in pytest's configuration: unknown setting 'cognito_groups_zzz'; the settings are: cognito_groups_file, "
            "cognito_groups_guard, cognito_groups_autouse, cognito_groups_default_limit, cognito_groups_page_size, "
            "cognito_groups_paging, cognito_groups_assert_all_pages_read, cognito_groups_assert_all_faults_raised, "
            "cognito_groups_allow_operations, cognito_groups_partial_reads, cognito_groups_max_repeats"
        ),
        id="unknown setting",
    ),
    pytest.param(
        unreadable_switch,
        "in pytest's configuration: cognito_groups_guard takes true or false: pytest's words",
        id="switch that pytest cannot read",
    ),
    pytest.param(
        lambda: messages.runaway(Request(USERS, {}, None, "id"), 1000, PLACE),
        (
            "Endless loop: list_users_in_group() was answered 1,000 times in a row with a NextToken, and the token was never sent back.\n"
            "  called at test_it.py:7\n"
            'Send the token of each response with the next request: NextToken=response["NextToken"].\n'
            'If this is on purpose: @pytest.mark.cognito_groups(max_repeats=10000), or "cognito_groups_max_repeats = 10000" in pytest\'s configuration'
        ),
        id="runaway without a token",
    ),
    pytest.param(
        lambda: messages.runaway(Request(USERS, {"NextToken": "t"}, None, "id"), 1000, None),
        (
            "Endless loop: list_users_in_group(NextToken='t') was answered 1,000 times in a row with a NextToken, and the same token was sent each time.\n"
            "  called at unknown place (called from another thread or task)\n"
            'Send the token of each response with the next request: NextToken=response["NextToken"].\n'
            'If this is on purpose: @pytest.mark.cognito_groups(max_repeats=10000), or "cognito_groups_max_repeats = 10000" in pytest\'s configuration'
        ),
        id="runaway with the same token",
    ),
    # Hints
    pytest.param(
        hinted({"GroupName": "x"}, "", region="eu-west-1"),
        "the pool is in us-east-1, the client asks eu-west-1",
        id="region",
    ),
    pytest.param(
        hinted(
            {"GroupName": "x", "NextToken": "t"},
            "",
            error="InvalidParameterException",
            before=(gave_token(GROUPS, Username="a"),),
        ),
        "the token is one of admin_list_groups_for_user: a token continues the operation that returned it",
        id="token of the other operation",
    ),
    pytest.param(
        hinted(
            {"GroupName": "x", "NextToken": "t"},
            "",
            error="InvalidParameterException",
            before=(gave_token(GroupName="y"),),
        ),
        "the token was returned for GroupName='y': a token goes with the same parameters",
        id="token of another listing",
    ),
    pytest.param(
        hinted(
            {"GroupName": "x", "NextToken": "t"},
            "",
            error="InvalidParameterException",
            before=(gave_token(GroupName="x"),),
        ),
        "the token is older than an hour",
        id="token too old",
    ),
    # End of a test
    pytest.param(
        lambda: messages.unread(
            [
                unread(USERS, 25, 1150, GroupName="readers", NextToken="t"),
                unread(GROUPS, 0, 1, Username="alice", function="Page.first.<locals>.<genexpr>"),
            ]
        ),
        (
            "Pages were left unread: 2 NextTokens returned but never sent back.\n"
            "  list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers'): 25 of 1,150 users read\n"
            "    its NextToken was returned at test_it.py:7\n"
            "  admin_list_groups_for_user(UserPoolId='us-east-1_TestPool1', Username='alice'): 0 of 1 group read\n"
            "    its NextToken was returned at test_it.py:7\n"
            "Request the next page until no NextToken is returned, or use a paginator.\n"
            "If the functions stop reading on purpose, say so once for the whole suite, in pytest's configuration:\n"
            "  cognito_groups_partial_reads =\n"
            "    test_it.py::ask\n"
            "    test_it.py::Page.first\n"
            '  in TOML: cognito_groups_partial_reads = ["test_it.py::ask", "test_it.py::Page.first"]\n'
            'If this is on purpose: @pytest.mark.cognito_groups(assert_all_pages_read=False), or "cognito_groups_assert_all_pages_read = false" in pytest\'s configuration'
        ),
        id="pages left unread",
    ),
    pytest.param(
        lambda: messages.unread([unread(USERS, 25, 60, GroupName="readers")]),
        (
            "Pages were left unread: 1 NextToken returned but never sent back.\n"
            "  list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers'): 25 of 60 users read\n"
            "    its NextToken was returned at test_it.py:7\n"
            "Request the next page until no NextToken is returned, or use a paginator.\n"
            "If the function stops reading on purpose, say so once for the whole suite, in pytest's configuration:\n"
            "  cognito_groups_partial_reads = test_it.py::ask\n"
            '  in TOML: cognito_groups_partial_reads = ["test_it.py::ask"]\n'
            'If this is on purpose: @pytest.mark.cognito_groups(assert_all_pages_read=False), or "cognito_groups_assert_all_pages_read = false" in pytest\'s configuration'
        ),
        id="page left unread",
    ),
    pytest.param(
        lambda: messages.unread([unread(USERS, 25, 60, None, GroupName="readers")]),
        (
            "Pages were left unread: 1 NextToken returned but never sent back.\n"
            "  list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers'): 25 of 60 users read\n"
            "    its NextToken was returned at unknown place (called from another thread or task)\n"
            "Request the next page until no NextToken is returned, or use a paginator.\n"
            'If this is on purpose: @pytest.mark.cognito_groups(assert_all_pages_read=False), or "cognito_groups_assert_all_pages_read = false" in pytest\'s configuration'
        ),
        id="pages left unread by nobody that is known",
    ),
    pytest.param(
        lambda: messages.function_line("/srv/lib/accounts/members.py", "ask"),
        "accounts/members.py::ask",
        id="function that is installed elsewhere",
    ),
    pytest.param(
        long_unread,
        (
            "    its NextToken was returned at test_it.py:7\n"
            "  … 3 more …\n"
            "  list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='g18'): 1 of 2 users read"
        ),
        id="many pages left unread",
    ),
    pytest.param(
        lambda: messages.unraised(
            [
                Planned(Fault(None, USERS, THROTTLED, times=3), raised=1),
                Planned(Fault(None, None, "ReadTimeoutError", None, None, 2, (("Limit", 5),)), passed=1),
                Planned(Fault(None, None, THROTTLED, times=None)),
            ],
            [],
        ),
        (
            "3 planned faults not raised as often as planned:\n"
            "  TooManyRequestsException for list_users_in_group(): planned 3 times, raised 1 time; 1 such request\n"
            "  ReadTimeoutError for any operation with Limit=5 after 2 requests: planned always, raised 0 times, 1 of 2 let through\n"
            "  TooManyRequestsException for any operation: planned always, raised 0 times; no call was made\n"
            "Plan a fault for no more requests than the code sends, retries included.\n"
            'If this is on purpose: @pytest.mark.cognito_groups(assert_all_faults_raised=False), or "cognito_groups_assert_all_faults_raised = false" in pytest\'s configuration'
        ),
        id="faults not raised",
    ),
    pytest.param(
        lambda: messages.unraised([Planned(Fault(None, USERS, THROTTLED, when=(("Limit", 5),)))], [call()]),
        (
            "1 planned fault not raised as often as planned:\n"
            "  TooManyRequestsException for list_users_in_group(Limit=5): planned 1 time, raised 0 times; "
            "no call had these parameters\n"
            "Plan a fault for no more requests than the code sends, retries included.\n"
            'If this is on purpose: @pytest.mark.cognito_groups(assert_all_faults_raised=False), or "cognito_groups_assert_all_faults_raised = false" in pytest\'s configuration'
        ),
        id="fault for other parameters",
    ),
    pytest.param(
        lambda: messages.fault_line(Planned(Fault("eu-west-1_Other", USERS, THROTTLED)), [call()]),
        "TooManyRequestsException for list_users_in_group(): planned 1 time, raised 0 times; "
        "no such call to pool eu-west-1_Other",
        id="fault of another pool",
    ),
    pytest.param(
        ended,
        (
            "1 planned fault not raised as often as planned:\n"
            "  TooManyRequestsException for list_users_in_group(): planned 1 time, raised 0 times; it was not called\n"
            "Plan a fault for no more requests than the code sends, retries included.\n"
            "If this is on purpose: CognitoGroups.from_yaml(…, assert_all_faults_raised=False)"
        ),
        id="one fault not raised",
    ),
    # Failed assertions
    pytest.param(
        lambda: messages.FORKED,
        "The test forked: calls made in child processes are not recorded here.",
        id="forked",
    ),
    # Section of the report
    pytest.param(
        section,
        (
            "  1. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers') -> 1 user (more to come, 2 attempts)\n"
            "  2. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers', NextToken='ttttttt…ttt') -> 1 user (page 2)\n"
            "  3-4. admin_list_groups_for_user(UserPoolId='us-east-1_TestPool1', Username='alise') -> UserNotFoundException\n"
            "  5. delete_group(UserPoolId='us-east-1_TestPool1', GroupName='readers') -> done\n"
            "Hint for call 3: pool x has no such user; did you mean 'alice'?\n"
            "Hint: moto answered admin_create_user, but pool 'eu-west-1_Seeded001' is only in the seed; to answer it "
            'here: cognito_groups.answer("admin_create_user", …)\n'
            "Hint: the NextToken returned at test_it.py:7 was not sent back: does the code read all pages? A short or an empty page need not be the last.\n"
            "moto answered 3 calls for pools that no fake has:\n"
            "  'eu-west-1_Moto00001': 2 calls\n"
            "  'eu-west-1_Moto00002': 1 call\n"
            "To answer them here, seed the pool (pool: …) or add it: cognito_groups.add_pool(…).\n"
            "Paging was ragged: short and empty pages, and an order unlike the seed's, as the service may give them.\n"
            "To get the same pages again: pytest test_it.py::test_it"
        ),
        id="section",
    ),
    pytest.param(
        lambda: messages.section([], of_moto={}, hint=str, everything=False, repeat="pytest", stopped=True),
        "No other calls were made.",
        id="section of a call that was stopped",
    ),
    pytest.param(
        long_section,
        (
            "  15. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='g14') -> 2 users\n"
            "  … 3 more (all with -v) …\n"
            "  19. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='g18') -> 2 users\n"
            "  20. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='g19') -> 2 users\n"
            "  21. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='g20') -> 2 users\n"
            "  22. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='g21') -> 2 users\n"
            "  23. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='g22') -> 2 users"
        ),
        id="long section",
    ),
    # Command line
    pytest.param(
        lambda: command("check", "seed.yaml"),
        "seed.yaml:1:1: cannot be read: No such file or directory\n",
        id="file that is not there",
    ),
    pytest.param(
        lambda: command("check", written(b"user: {}\n")),
        "seed.yaml:1:1: a seed has no key 'user'; did you mean 'users'? (its keys are: pool, now, alias_attributes, username_attributes, case_sensitive, groups, users, faults)\n",
        id="errors a line",
    ),
    pytest.param(
        lambda: command("check", "-v", written(b"user: {}\n")),
        (
            "seed.yaml:1:1: a seed has no key 'user'; did you mean 'users'?\n"
            "    user: {}\n"
            "    ^\n"
            "    its keys are: pool, now, alias_attributes, username_attributes, case_sensitive, groups, users, faults\n"
        ),
        id="errors with carets",
    ),
]


@pytest.mark.parametrize(("produce", "text"), MESSAGES)
def test_the_message_is_exactly_this(
    produce: Produce, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert text_of(produce) == text


# Nothing is missing

EXEMPT: Final[Mapping[str, str]] = {
    "plugin.py: pytest_addoption": "the help of pytest",
    "options.py: Option": "the help of pytest",
    "options.py: Options": "the help of pytest",
    "options.py: MARK": "the help of pytest",
    "options.py: SETTINGS": "the help of pytest",
    "guard.py: SECTION": "the name of a section of the summary; the tests of the guard have it",
    "plugin.py: GUARD": "a type",
    "calls/hints.py: _CREATING": "names of operations",
    "calls/messages.py: NO_ATTRIBUTE": "stands under a traceback; the tests of reports have it",
    "plugin.py: SECTION": "the name of the report's section; the tests of reports have it",
    "plugin.py: _report_file": "usage; the tests of what was never tried have it",
    **dict.fromkeys(
        ("untried.py: SECTION", "untried.py: Untried", "gaps.py: GAPS"), "the tests of what was never tried have it"
    ),
    **dict.fromkeys(
        [f"gaps.py: {name}" for name in ("_traits", "_names", "_lacking", "_alone", "_entry")],
        "a trait of a place, or the name of a group",
    ),
    "marks.py: repeat": "a command; the tests of ragged paging run it",
    "__main__.py: _parser": "the help of the command, set by argparse",
    "service/faults.py: COMMON": "the service's own texts",
    "service/filters.py: NO_ATTRIBUTE": "the service's own text",
    "service/filters.py: NO_FILTER": "the service's own text",
    "service/filters.py: parsed": "the service's own text",
    "service/model.py: Model": "the service's own texts",
    "service/model.py: _KINDS": "the service's own words",
    "service/operations.py: GROUP_EXISTS": "the service's own text",
    "service/operations.py: TOO_MANY_GROUPS": "the service's own text",
    "service/operations.py: TOO_MANY_MEMBERSHIPS": "the service's own text",
    "service/operations.py: _groups": "the key of a listing",
    "service/operations.py: _users": "the key of a listing",
    "clock.py: Freeze": "an interrupt's, which goes on its own way",
    "calls/hints.py: _search": "the tests of hints have it",
    "service/outputs.py: _TAKES": "the tests of answer() have it",
    "service/outputs.py: output_text": "the tests of answer() have it",
    "service/outputs.py: _Writer": "the tests of answer() have it",
    "service/outputs.py: skeleton": "Python that a refusal proposes; the tests of answer() have it",
    "seed/dump.py: dump": "writes seeds",
    "pseudonyms.py: _KINDS": "values of seeds",
    "pseudonyms.py: _groups": "writes seeds",
    "record.py: add_command": "the help of the command, set by argparse",
    "record.py: _positive": "usage; the tests of recording have it",
    "record.py: _kept": "usage; the tests of recording have it",
    **{
        f"record.py: {name}": "the tests of recording have it"
        for name in (
            "run",
            "record",
            "_seed",
            "_warnings",
            "_read",
            "_chosen",
            "_explained",
            "_refused",
            "_target",
            "_write",
        )
    },
}
"""Functions and constants whose texts are no messages."""

TELLING: Final = {
    "add_error",
    "_add_error",
    "Finding",
    "MergeError",
    "FieldError",
    "RangeError",
    "MarkError",
    "AbsentError",
}
"""What is called with messages; their arguments count even when they are a single word."""

QUOTED: Final = ("cast", "compile", "search", "fullmatch", "TypeVar", "getattr", "hasattr")
"""What is called with text that nobody reads."""


def is_read(node: ast.AST) -> bool:
    """Whether what is under the node may reach a reader: no docstring, no type, nothing that is compared."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Compare() | ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
            return False
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name not in QUOTED
    return True


def children(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of the node that may reach a reader, types left out."""
    for name, value in ast.iter_fields(node):
        if name not in {"annotation", "returns", "format_spec"}:
            yield from (part for part in (value if isinstance(value, list) else [value]) if isinstance(part, ast.AST))


def templates(node: ast.AST, *, telling: bool = False) -> Iterator[tuple[str, ...]]:
    """The literal parts of each message under the node."""
    if not is_read(node):
        return
    match node:
        case ast.Raise() | ast.Yield():
            telling = True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in TELLING:
            telling = True
    parts: tuple[str, ...] = ()
    match node:
        case ast.JoinedStr(values=pieces):
            parts = tuple(str(piece.value) for piece in pieces if isinstance(piece, ast.Constant))
            for piece in pieces:
                if isinstance(piece, ast.FormattedValue):
                    yield from templates(piece, telling=telling)
        case ast.Constant(value=str(text)):
            parts = (text,)
        case _:
            for child in children(node):
                yield from templates(child, telling=telling)
    words = any(re.search("[A-Za-z]{4}", part) for part in parts)
    if words and (telling or any(" " in part for part in parts)):
        yield parts


def named(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """What stands at the top of a module: its name, as `EXEMPT` has it, and the node."""
    for node in ast.parse(path.read_text("utf-8")).body:
        name = getattr(node, "name", None) or getattr(getattr(node, "target", None), "id", "")
        yield f"{path.relative_to(PACKAGE).as_posix()}: {name}", node


def test_every_message_of_the_package_is_shown_exactly() -> None:
    hints = Path(__file__).parent / "calls" / "test_hints.py"
    page = Path(__file__).parent.parent / "docs" / "errors.md"
    shown = re.findall(r"^```text\n(.*?)\n```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    told = "\0".join([*shown, *(str(row.values[1]) for row in MESSAGES), hints.read_text("utf-8")])
    found = [
        (name, parts)
        for path in sorted(PACKAGE.rglob("*.py"))
        for name, node in named(path)
        if name not in EXEMPT
        for parts in templates(
            node, telling=path.parent.name == "calls" and path.stem in {"messages", "hints", "lines"}
        )
    ]
    missing = [
        f"{name}: {'{}'.join(parts)}"
        for name, parts in found
        if not re.search("[^\0]*?".join(map(re.escape, parts)), told)
    ]
    assert len(found) > 200
    assert missing == []


def test_what_is_exempt_is_there() -> None:
    assert EXEMPT.keys() <= {name for path in PACKAGE.rglob("*.py") for name, _ in named(path)}
