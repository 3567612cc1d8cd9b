"""Every message that the project can print, each in an exact text; and that none is missing."""

# ruff: noqa: E501  # in a table, a line of a message is a line

from __future__ import annotations

import ast
import contextlib
import datetime
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import Mock, patch

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from yaml import Mark, MarkedYAMLError, ScalarNode

import pytest_cognito_groups
from pytest_cognito_groups import CognitoGroups, __main__, marks, plugin
from pytest_cognito_groups.calls import messages
from pytest_cognito_groups.calls.hints import hint
from pytest_cognito_groups.calls.record import Call, CallList
from pytest_cognito_groups.calls.walks import Unread
from pytest_cognito_groups.hook.data import service_model, transport_error, transport_errors
from pytest_cognito_groups.options import check_settings
from pytest_cognito_groups.seed import PythonPlace, Source, fields, read, read_file
from pytest_cognito_groups.seed.errors import SHOWN
from pytest_cognito_groups.seed.nodes import compose
from pytest_cognito_groups.seed.syntax import readable
from pytest_cognito_groups.service.faults import COMMON, Fault, Planned, codes
from pytest_cognito_groups.service.model import Shape
from pytest_cognito_groups.service.operations import Request

WORDS: Final = json.loads((Path(__file__).parent / "yaml_words.json").read_text("utf-8"))
"""What PyYAML's parsers say of a text, and where: context, its place, problem, its place."""

PACKAGE: Final = Path(pytest_cognito_groups.__file__).parent
POOL: Final = "us-east-1_TestPool1"
USERS: Final = "ListUsersInGroup"
GROUPS: Final = "AdminListGroupsForUser"
THROTTLED: Final = "TooManyRequestsException"
NOON: Final = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
PLACE: Final = ("test_it.py", 7)
USER_STATUSES: Final = ", ".join(service_model().enum("UserStatusType"))  # each release of botocore has its own
USABLE: Final = (
    f"use one of: {', '.join(codes(None, service_model()))}; one that any operation may return: {', '.join(COMMON)}; "
    "or one of botocore.exceptions: ReadTimeoutError, ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, "
    f"… ({len(transport_errors())} for connections and credentials)"
)
OF_USERS: Final = ", ".join(codes(USERS, service_model()))

Produce = Callable[[], object]


# What brings the messages about


def fake(seed: str = "", **options: Any) -> CognitoGroups:
    return CognitoGroups.from_yaml(seed, **options)


def seeded(text: str) -> Produce:
    return lambda: fake(text)


def unparsed(text: str) -> Produce:
    """A seed that the YAML parser refuses, with the words that the parser had when the message was written."""
    context, begin, problem, index = WORDS[text]["c"]
    places = [None if place is None else Mark("", place, 0, place, None, None) for place in (begin, index)]
    error = MarkedYAMLError(context, places[0], problem, places[1])

    def produce() -> object:
        with patch("pytest_cognito_groups.seed.nodes.yaml.compose_all", side_effect=error):
            return fake(text)

    return produce


def loaded(text: str, onto: str = "") -> Produce:
    return lambda: fake(onto).load(text)


def merged(*levels: tuple[str, ...]) -> Produce:
    """Seeds by level; those of one level are `<1>`, `<2>` and so on."""
    return lambda: read(
        [[Source(text, f"<{number}>") for number, text in enumerate(level, 1)] for level in levels], service_model()
    )


def written(content: bytes, path: str = "seed.yaml") -> str:
    Path(path).write_bytes(content)
    return path


def composed(text: str, words: MarkedYAMLError) -> Produce:
    """What is made of words of the parser's that no seed is known to bring about with both parsers."""
    return lambda: readable(words, text).message


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


def now_twice() -> object:
    test = item(pytest.mark.cognito_groups("now: 2026-01-01", now="2026-01-31"))
    return marks.resolve(test).fake(0, ())


def unreadable_file() -> object:
    written(b"", "root.yaml")
    with patch("pytest_cognito_groups.marks.read_file", side_effect=PermissionError(13, "Permission denied")):
        return marks._file("root.yaml", [Path()], "file")


def call(operation: str = USERS, error: str | None = None, items: int = 0, **params: object) -> Call:
    named = {"UserPoolId": POOL, "GroupName" if operation == USERS else "Username": "x"}
    return Call(operation, {**named, **params}, ("x",) * items, 1, None, error, 1, 0.0, "us-east-1", NOON)


def calls(*made: Mapping[str, object], seed: str = "users: {alice: [readers]}", **options: Any) -> CognitoGroups:
    """A fake that was asked these things; each is the parameters, those of a user's groups when they name one."""
    answering = fake(seed, assert_all_pages_read=False, assert_all_faults_raised=False, **options)
    with answering:
        for params in made:
            method = "admin_list_groups_for_user" if "Username" in params else "list_users_in_group"
            with contextlib.suppress(ClientError):
                getattr(answering.client, method)(**{"UserPoolId": POOL, **params})
    return answering


def answered(*made: Mapping[str, object], seed: str = "users: {alice: [readers]}") -> object:
    """The service's own words to the last of the calls, without botocore's about its retries, who changed their number."""
    answering = fake(seed, assert_all_faults_raised=False)
    with answering, pytest.raises(ClientError) as refused:  # noqa: PT012  # the last of them
        for params in made:
            method = "admin_list_groups_for_user" if "Username" in params else "list_users_in_group"
            getattr(answering.client, method)(**{"UserPoolId": POOL, **params})
    text = re.sub(r" \(reached max retries: \d\)", "", str(refused.value))
    return re.sub(r"\b[0-9a-f]{8}-\S*", "<id>", text)


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
    return Unread(request, "t", seen, total, place, named)


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


def active_twice() -> None:
    with fake() as active, active:
        pass


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
    )


def long_section() -> str:
    made = [call(GroupName=f"g{number}", items=2) for number in range(23)]
    lines = messages.section(made, of_moto={}, hint=lambda _: None, everything=False, repeat=None).splitlines()
    return "\n".join(lines[14:16])


def long_unread() -> str:
    walks = [unread(USERS, 1, 2, GroupName=f"g{number}") for number in range(23)]
    return "\n".join(messages.unread(walks).splitlines()[30:33])


# The table

MESSAGES: Final = [
    # Seeds, as YAML
    pytest.param(
        seeded("user: {}\ngroup: {}"),
        (
            "2 errors in the seed\n"
            "\n"
            "<seed>:1:1: a seed has no key 'user'; did you mean 'users'?\n"
            "    user: {}\n"
            "    ^\n"
            "    its keys are: pool, now, alias_attributes, username_attributes, case_sensitive, groups, users, faults\n"
            "\n"
            "<seed>:2:1: a seed has no key 'group'; did you mean 'groups'?\n"
            "    group: {}\n"
            "    ^\n"
            "    its keys are: pool, now, alias_attributes, username_attributes, case_sensitive, groups, users, faults"
        ),
        id="several errors",
    ),
    pytest.param(
        unparsed("users: [alice"),
        ("<seed>:1:8: this [ is never closed\n    users: [alice\n           ^\n    end the list with ]"),
        id="never closed list",
    ),
    pytest.param(
        unparsed("users: {alice: [a]"),
        ("<seed>:1:8: this { is never closed\n    users: {alice: [a]\n           ^\n    end the mapping with }"),
        id="never closed mapping",
    ),
    pytest.param(
        unparsed("users: {alice: [a] bob: [a]}"),
        (
            "<seed>:1:20: a comma or } is missing before this, in the mapping that starts with { at line 1, column 8\n"
            "    users: {alice: [a] bob: [a]}\n"
            "                       ^\n"
            "    quote text that contains special characters"
        ),
        id="missing comma",
    ),
    pytest.param(
        unparsed("users: {alice: [a #1, b]}"),
        (
            "<seed>:1:19: this # starts a comment inside the list that starts with [ at line 1, column 16\n"
            "    users: {alice: [a #1, b]}\n"
            "                      ^\n"
            "    quote text that contains ' #'"
        ),
        id="comment in a list",
    ),
    pytest.param(
        unparsed("users: {alice: [a, , b]}"),
        (
            "<seed>:1:20: a value is missing before this comma\n"
            "    users: {alice: [a, , b]}\n"
            "                       ^\n"
            "    add the value, or remove the comma"
        ),
        id="two commas",
    ),
    pytest.param(
        unparsed("users:\n  alice:[a]\n  bob: [b]"),
        ("<seed>:2:8: a space is missing after this ':'\n      alice:[a]\n           ^\n    write key: value"),
        id="no space after the colon",
    ),
    pytest.param(
        unparsed('groups: {"a\\d": }'),
        (
            "<seed>:1:10: a backslash in this text doesn't start a YAML escape\n"
            '    groups: {"a\\d": }\n'
            "             ^\n"
            "    use single quotes"
        ),
        id="unknown escape",
    ),
    pytest.param(
        unparsed("  users:\n    alice: [a]\ngroups: {a: }"),
        (
            "<seed>:3:1: this line doesn't continue the block above it\n"
            "    groups: {a: }\n"
            "    ^\n"
            "    start all keys of a seed in the same column"
        ),
        id="keys in two columns",
    ),
    pytest.param(
        unparsed('users: {"alice: [a]}'),
        ('<seed>:1:9: this quote is never closed\n    users: {"alice: [a]}\n            ^\n    end the text with "'),
        id="never closed quote",
    ),
    pytest.param(
        unparsed("users: {alice: @x}"),
        (
            "<seed>:1:16: unquoted text can't start with @\n"
            "    users: {alice: @x}\n"
            "                   ^\n"
            '    put the whole text in quotes: "…"'
        ),
        id="odd character",
    ),
    pytest.param(
        unparsed("users:\n\talice: [a]"),
        ("<seed>:2:1: tabs can't indent\n    \talice: [a]\n    ^\n    use spaces"),
        id="tab",
    ),
    pytest.param(
        unparsed("users: {alice: "),
        (
            "<seed>:1:16: the text ends where a value is expected\n"
            "    users: {alice: \n"
            "                   ^\n"
            "    close every {, [ and quote"
        ),
        id="text ends",
    ),
    pytest.param(
        unparsed("users: {alice: [g-[1:3]]}"),
        (
            "<seed>:1:17: a range inside […] needs quotes\n"
            "    users: {alice: [g-[1:3]]}\n"
            "                    ^\n"
            '    quote it: "g-[1:3]"'
        ),
        id="range in a list",
    ),
    pytest.param(
        unparsed("groups:\n  a: {description: 'x'}\n  b:\n    description: one: two"),
        (
            "<seed>:4:21: a ':' can't go here\n"
            "        description: one: two\n"
            "                        ^\n"
            "    quote text that contains ': '"
        ),
        id="colon in text",
    ),
    pytest.param(
        unparsed("users: alice\n  bob: [a]"),
        (
            "<seed>:2:6: a ':' can't go here\n"
            "      bob: [a]\n"
            "         ^\n"
            "    indent it below a line that ends in ':', or line it up with the key above; put a space after the ':'"
        ),
        id="colon without a line above",
    ),
    pytest.param(
        unparsed("users: {a: &x [b], c: &x [d]}"),
        (
            "<seed>:1:23: this anchor is already taken\n"
            "    users: {a: &x [b], c: &x [d]}\n"
            "                          ^\n"
            "    rename one of the two"
        ),
        id="anchor twice",
    ),
    pytest.param(
        unparsed("users: {a: *x}"),
        (
            "<seed>:1:12: the alias *x has no anchor &x before it\n"
            "    users: {a: *x}\n"
            "               ^\n"
            "    an anchor works only within its own document"
        ),
        id="unknown alias",
    ),
    pytest.param(
        unparsed("users:\n  'a'\nb\n"),
        ("<seed>:3:1: a ':' is missing after this key\n    b\n    ^"),
        id="missing colon",
    ),
    pytest.param(
        unparsed("users:\n  alice: [a]\n bob: [b]"),
        (
            "<seed>:3:2: this line doesn't continue the block above it\n"
            "     bob: [b]\n"
            "     ^\n"
            "    indent the lines of a mapping alike, and write each as key: value"
        ),
        id="indentation",
    ),
    pytest.param(
        unparsed("users: {}\n'x' y: 1"),
        (
            "<seed>:2:5: this line doesn't continue the block above it\n"
            "    'x' y: 1\n"
            "        ^\n"
            "    write each line as key: value; quote text that contains special characters"
        ),
        id="does not go on",
    ),
    pytest.param(
        unparsed("users: !<x"),
        (
            "<seed>:1:11: not valid YAML: while scanning a tag, did not find the expected '>'\n"
            "    users: !<x\n"
            "              ^"
        ),
        id="not YAML",
    ),
    pytest.param(fake_forbidden, "not valid YAML: year 0 is out of range", id="not YAML for another reason"),
    pytest.param(
        seeded("users: {a\x07: []}"),
        (
            "<seed>:1:10: the character U+0007 is not allowed in YAML\n"
            "    users: {a�: []}\n"
            "             ^\n"
            '    remove it, or write it as an escape in double quotes, "\\x07"'
        ),
        id="forbidden character",
    ),
    pytest.param(
        seeded("a: " + "[" * 60 + "]" * 60),
        (
            "<seed>:1:52: nested more than 50 levels deep\n"
            "    a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n"
            "                                                       ^\n"
            "    a seed needs six at most"
        ),
        id="deep",
    ),
    pytest.param(
        seeded("users: !!set {a}"),
        (
            "<seed>:1:8: the tag tag:yaml.org,2002:set is not allowed\n"
            "    users: !!set {a}\n"
            "           ^\n"
            "    remove the tag: a seed takes all text as written"
        ),
        id="tag",
    ),
    # Seeds, structure
    pytest.param(
        seeded("[alice]"),
        (
            "<seed>:1:1: a seed must be a mapping (key: value)\n"
            "    [alice]\n"
            "    ^\n"
            "    its keys are: pool, now, alias_attributes, username_attributes, case_sensitive, groups, users, faults"
        ),
        id="no mapping",
    ),
    pytest.param(
        seeded("user: {}"),
        (
            "<seed>:1:1: a seed has no key 'user'; did you mean 'users'?\n"
            "    user: {}\n"
            "    ^\n"
            "    its keys are: pool, now, alias_attributes, username_attributes, case_sensitive, groups, users, faults"
        ),
        id="unknown key",
    ),
    pytest.param(
        seeded("groups: {a: {precedense: 1}}"),
        (
            "<seed>:1:14: a group has no key 'precedense'; did you mean 'precedence'?\n"
            "    groups: {a: {precedense: 1}}\n"
            "                 ^\n"
            "    its keys are: precedence, role_arn, description, created, modified"
        ),
        id="unknown key of a group",
    ),
    pytest.param(
        seeded("users: {a: {group: [b]}}"),
        (
            "<seed>:1:13: a user has no key 'group'; did you mean 'groups'?\n"
            "    users: {a: {group: [b]}}\n"
            "                ^\n"
            "    its keys are: groups, attributes, sub, status, enabled, mfa_options, created, modified"
        ),
        id="unknown key of a user",
    ),
    pytest.param(
        seeded("groups: {a: 1}"),
        (
            "<seed>:1:13: a group must be a mapping (key: value)\n"
            "    groups: {a: 1}\n"
            "                ^\n"
            "    its keys are: precedence, role_arn, description, created, modified"
        ),
        id="a group that is no mapping",
    ),
    pytest.param(
        seeded("groups: {admins: [alice, bob]}"),
        (
            "<seed>:1:18: a group must be a mapping (key: value)\n"
            "    groups: {admins: [alice, bob]}\n"
            "                     ^\n"
            "    write memberships with the user: alice: [admins]"
        ),
        id="members as a group",
    ),
    pytest.param(
        seeded("groups: {admins: {members: [bob]}}"),
        (
            "<seed>:1:19: a group has no key 'members'\n"
            "    groups: {admins: {members: [bob]}}\n"
            "                      ^\n"
            "    write memberships with the user: bob: [admins]"
        ),
        id="members of a group",
    ),
    pytest.param(
        seeded("groups: a"),
        (
            "<seed>:1:9: groups must be a list of names, or a mapping by name\n"
            "    groups: a\n"
            "            ^\n"
            "    write them like [admins, readers], or like admins: {precedence: 0}"
        ),
        id="groups as text",
    ),
    pytest.param(
        seeded("groups: [{admins: {precedence: 0}}]"),
        (
            "<seed>:1:10: a list of groups takes only names\n"
            "    groups: [{admins: {precedence: 0}}]\n"
            "             ^\n"
            "    to add fields, write a mapping: admins: {precedence: 0}"
        ),
        id="fields in a list of groups",
    ),
    pytest.param(
        seeded("users: {a: {attributes: {email_verified: True}}}"),
        (
            "<seed>:1:42: email_verified must be true or false, not 'True'\n"
            "    users: {a: {attributes: {email_verified: True}}}\n"
            "                                             ^\n"
            "    write true"
        ),
        id="flag in another spelling",
    ),
    pytest.param(
        seeded("users: [a]"),
        (
            "<seed>:1:8: users must be a mapping by name\n"
            "    users: [a]\n"
            "           ^\n"
            "    write them like alice: [readers]"
        ),
        id="users as a list",
    ),
    pytest.param(
        seeded("users: {alice: readers}"),
        (
            "<seed>:1:16: a user's groups must be a list\n"
            "    users: {alice: readers}\n"
            "                   ^\n"
            "    write [readers]"
        ),
        id="a user's groups as text",
    ),
    pytest.param(
        seeded("users: {alice: {groups: {a: b}}}"),
        (
            "<seed>:1:25: a user's groups must be a list\n"
            "    users: {alice: {groups: {a: b}}}\n"
            "                            ^\n"
            "    write [readers, admins]"
        ),
        id="a user's groups as a mapping",
    ),
    pytest.param(
        seeded("users: {alice: {attributes: [email]}}"),
        (
            "<seed>:1:29: attributes must be a mapping by name\n"
            "    users: {alice: {attributes: [email]}}\n"
            "                                ^\n"
            "    write them like {email: alice@example.com}"
        ),
        id="attributes as a list",
    ),
    pytest.param(
        seeded("alias_attributes: email"),
        (
            "<seed>:1:19: alias_attributes must be a list\n"
            "    alias_attributes: email\n"
            "                      ^\n"
            "    write [email]"
        ),
        id="aliases as text",
    ),
    pytest.param(
        seeded("alias_attributes: [email, email]"),
        (
            "<seed>:1:27: 'email' is listed twice, first at line 1, column 20\n"
            "    alias_attributes: [email, email]\n"
            "                              ^\n"
            "    keep one of the two"
        ),
        id="alias twice",
    ),
    pytest.param(
        seeded("alias_attributes: [mail]"),
        (
            "<seed>:1:20: 'mail' is not a valid alias attribute; did you mean 'email'?\n"
            "    alias_attributes: [mail]\n"
            "                       ^\n"
            "    use one of: phone_number, email, preferred_username"
        ),
        id="unknown alias attribute",
    ),
    pytest.param(
        seeded("users: {[a]: [b]}"),
        ("<seed>:1:9: a key must be text\n    users: {[a]: [b]}\n            ^\n    put it in quotes"),
        id="key that is no text",
    ),
    pytest.param(
        seeded("users: {alice: {enabled: true, enabled: false}}"),
        (
            "<seed>:1:32: 'enabled' is given twice, first at line 1, column 17\n"
            "    users: {alice: {enabled: true, enabled: false}}\n"
            "                                   ^\n"
            "    keep one of the two"
        ),
        id="key twice",
    ),
    pytest.param(
        seeded("users: {alice: [a], alice: [b]}"),
        (
            "<seed>:1:21: 'alice' is given twice, first at line 1, column 9\n"
            "    users: {alice: [a], alice: [b]}\n"
            "                        ^\n"
            "    keep one of the two"
        ),
        id="user twice",
    ),
    pytest.param(
        seeded('users: {"u-[1:3]": [a], "u-[2:4]": [b]}'),
        (
            "<seed>:1:25: user 'u-2' and 1 more are given twice, first at line 1, column 9\n"
            '    users: {"u-[1:3]": [a], "u-[2:4]": [b]}\n'
            "                            ^\n"
            "    keep one of the two"
        ),
        id="range twice",
    ),
    pytest.param(
        seeded("users: {a: {<<: [x]}}"),
        (
            "<seed>:1:18: << takes a mapping, or a list of mappings\n"
            "    users: {a: {<<: [x]}}\n"
            "                     ^\n"
            '    to use "<<" as a key, quote it'
        ),
        id="merge of a list",
    ),
    pytest.param(
        seeded("users: {alice: {mfa_options: {delivery_medium: SMS}}}"),
        (
            "<seed>:1:30: mfa_options must be a list\n"
            "    users: {alice: {mfa_options: {delivery_medium: SMS}}}\n"
            "                                 ^\n"
            "    write [{delivery_medium: SMS, attribute_name: phone_number}]"
        ),
        id="MFA as a mapping",
    ),
    pytest.param(
        seeded("users: {alice: {mfa_options: [{}]}}"),
        (
            "<seed>:1:31: an MFA option needs delivery_medium and attribute_name\n"
            "    users: {alice: {mfa_options: [{}]}}\n"
            "                                  ^"
        ),
        id="MFA option not complete",
    ),
    pytest.param(
        seeded("users: {a: {mfa_options: [{delivery_medium: FAX, attribute_name: x}]}}"),
        (
            "<seed>:1:45: 'FAX' is not a valid delivery medium\n"
            "    users: {a: {mfa_options: [{delivery_medium: FAX, attribute_name: x}]}}\n"
            "                                                ^\n"
            "    use one of: SMS, EMAIL"
        ),
        id="unknown delivery medium",
    ),
    # Seeds, values
    pytest.param(
        seeded("groups: {a: {description: [x]}}"),
        (
            "<seed>:1:27: this must be text\n"
            "    groups: {a: {description: [x]}}\n"
            "                              ^\n"
            "    if the brackets are part of it, put it in quotes"
        ),
        id="text expected",
    ),
    pytest.param(
        lambda: fields.scalar(ScalarNode("", "\ud800")),
        "half a character (a lone surrogate) isn't text",
        id="lone surrogate",
    ),
    pytest.param(
        seeded("groups: {read only: }"),
        (
            "<seed>:1:10: 'read only' must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+\n"
            "    groups: {read only: }\n"
            "             ^\n"
            "    it can't contain spaces"
        ),
        id="bad name",
    ),
    pytest.param(
        seeded(f"groups: {{{'x' * 129}: }}"),
        (
            "<seed>:1:10: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'… (129 characters) must have length less than or equal to 128\n"
            "    groups: {xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: }\n"
            "             ^"
        ),
        id="long name",
    ),
    pytest.param(
        seeded('pool: ""'),
        (
            "<seed>:1:7: '' must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+\n"
            '    pool: ""\n'
            "          ^\n"
            "    write one like us-east-1_TestPool1"
        ),
        id="empty name",
    ),
    pytest.param(
        seeded("groups: {a: {role_arn: The Admins}}"),
        (
            "<seed>:1:24: 'The Admins' must satisfy regular expression pattern: arn:[\\w+=/,.@-]+:[\\w+=/,.@-]+:([\\w+=/,.@-]*)?:[0-9]+:[\\w+=/,.@-]+(:[\\w+=/,.@-]+)?(:[\\w+=/,.@-]+)?\n"
            "    groups: {a: {role_arn: The Admins}}\n"
            "                           ^\n"
            "    it can't contain spaces; write one like arn:aws:iam::123456789012:role/Admins"
        ),
        id="no ARN",
    ),
    pytest.param(
        seeded("users: {alice: {sub: 5F0C6F4E-8A52-4D4B-9D0E-3B0F6F6F7A11}}"),
        (
            "<seed>:1:22: '5F0C6F4E-8A52-4D4B-9D0E-3B0F6F6F7A11' is not a lower-case UUID\n"
            "    users: {alice: {sub: 5F0C6F4E-8A52-4D4B-9D0E-3B0F6F6F7A11}}\n"
            "                         ^\n"
            "    write 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"
        ),
        id="sub in upper case",
    ),
    pytest.param(
        seeded("users: {alice: {sub: '1'}}"),
        (
            "<seed>:1:22: '1' is not a lower-case UUID\n"
            "    users: {alice: {sub: '1'}}\n"
            "                         ^\n"
            "    write it like 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"
        ),
        id="no UUID",
    ),
    pytest.param(
        seeded('users: {"u-[1:2]": {sub: 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11}}'),
        (
            "<seed>:1:26: a sub belongs to a single user\n"
            '    users: {"u-[1:2]": {sub: 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11}}\n'
            "                             ^\n"
            "    remove it: each user of a range gets their own"
        ),
        id="sub of a range",
    ),
    pytest.param(
        seeded('users: {"u-[1:2]": {attributes: {email: "{nam}@x"}}}'),
        (
            "<seed>:1:41: '{nam}' means nothing in a range\n"
            '    users: {"u-[1:2]": {attributes: {email: "{nam}@x"}}}\n'
            "                                            ^\n"
            "    {name} is the username, {n} the number in it, as written"
        ),
        id="unknown template",
    ),
    pytest.param(
        seeded('users: {"u-[1:2]": {attributes: {email: "{n:03}@x"}}}'),
        (
            "<seed>:1:41: '{n:03}' means nothing in a range\n"
            '    users: {"u-[1:2]": {attributes: {email: "{n:03}@x"}}}\n'
            "                                            ^\n"
            "    {n} is the number as written in the name: pad the range itself, as in member-[001:150]"
        ),
        id="template with a format",
    ),
    pytest.param(
        seeded("users: {alice: {attributes: {sub: x}}}"),
        (
            "<seed>:1:30: sub can't be given as an attribute\n"
            "    users: {alice: {attributes: {sub: x}}}\n"
            "                                 ^\n"
            "    it is a key of the user: write sub: next to attributes:"
        ),
        id="sub as an attribute",
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
    pytest.param(
        seeded("groups: {a: {precedence: 2147483648}}"),
        (
            "<seed>:1:26: '2147483648' is not a whole number from 0 to 2147483647\n"
            "    groups: {a: {precedence: 2147483648}}\n"
            "                             ^"
        ),
        id="number too large",
    ),
    pytest.param(
        seeded('groups: {a: {precedence: "1"}}'),
        (
            "<seed>:1:26: '1' is text\n"
            '    groups: {a: {precedence: "1"}}\n'
            "                             ^\n"
            "    write the number without quotes"
        ),
        id="number in quotes",
    ),
    pytest.param(
        seeded("faults:\n- error: TooManyRequestsException\n  after:"),
        ("<seed>:3:9: a number is missing\n      after:\n            ^\n    add one, or remove the key"),
        id="number missing",
    ),
    pytest.param(
        seeded("case_sensitive: yes"),
        (
            "<seed>:1:17: 'yes' is neither true nor false\n"
            "    case_sensitive: yes\n"
            "                    ^\n"
            "    write true or false, without quotes"
        ),
        id="no truth",
    ),
    pytest.param(
        seeded("now: yesterday"),
        (
            "<seed>:1:6: 'yesterday' is not a date\n"
            "    now: yesterday\n"
            "         ^\n"
            "    write it like 2026-01-31T12:00:00Z or 2026-01-31"
        ),
        id="no date",
    ),
    pytest.param(
        seeded("now: 2026-02-30"),
        (
            "<seed>:1:6: '2026-02-30' is not a date that exists\n"
            "    now: 2026-02-30\n"
            "         ^\n"
            "    write it like 2026-01-31T12:00:00Z or 2026-01-31"
        ),
        id="date not in the calendar",
    ),
    # Seeds, ranges and bounds
    pytest.param(
        seeded('users: {"u-[1:9999999]": []}'),
        (
            "<seed>:1:9: 'u-[1:9999999]' covers too many names\n"
            '    users: {"u-[1:9999999]": []}\n'
            "            ^\n"
            "    the ranges of a seed may have at most 100,000 names"
        ),
        id="range too long",
    ),
    pytest.param(
        seeded('users: {alice: ["g-[1:101]"]}'),
        (
            "<seed>:1:17: 'g-[1:101]' covers 101 names\n"
            '    users: {alice: ["g-[1:101]"]}\n'
            "                    ^\n"
            "    at most 100 are allowed here"
        ),
        id="range too long here",
    ),
    pytest.param(
        seeded('users: {"u-[1:2]": , "v-[1:100000]": }'),
        (
            "<seed>:1:22: with 'v-[1:100000]', the ranges cover 100,002 names\n"
            '    users: {"u-[1:2]": , "v-[1:100000]": }\n'
            "                         ^\n"
            "    a seed may have at most 100,000"
        ),
        id="ranges too long together",
    ),
    pytest.param(
        seeded('users: {"u-[3:1]": []}'),
        (
            "<seed>:1:9: 'u-[3:1]' runs backwards\n"
            '    users: {"u-[3:1]": []}\n'
            "            ^\n"
            "    write u-[1:3]; both ends are included"
        ),
        id="range backwards",
    ),
    pytest.param(
        seeded("users:\n  alice:\n  groups: [admins]"),
        (
            "<seed>:3:3: 'groups' is a field of a user but stands beside 'alice'\n"
            "      groups: [admins]\n"
            "      ^\n"
            "    indent it to make it a field of alice; in quotes it is the name of a user"
        ),
        id="field not indented",
    ),
    pytest.param(
        seeded("groups:\nreaders:\nusers: {alice: }"),
        ("<seed>:2:1: a seed has no key 'readers'\n    readers:\n    ^\n    indent it to make it one of the groups"),
        id="group not indented",
    ),
    pytest.param(
        seeded("users:\n  alice: {email: a@example.com}"),
        (
            "<seed>:2:11: a user has no key 'email'\n"
            "      alice: {email: a@example.com}\n"
            "              ^\n"
            "    its keys are: groups, attributes, sub, status, enabled, mfa_options, created, modified; "
            "write an attribute as attributes: {email: a@example.com}"
        ),
        id="attribute as a field",
    ),
    pytest.param(
        seeded("users:\n  u-[1-3]: []"),
        (
            "<seed>:2:3: 'u-[1-3]' looks like a range but isn't one\n"
            "      u-[1-3]: []\n"
            "      ^\n"
            "    write u-[1:3]; both ends are included"
        ),
        id="almost a range",
    ),
    pytest.param(
        seeded("users:\n  u-[a:c]: []"),
        (
            "<seed>:2:3: 'u-[a:c]' looks like a range but isn't one\n"
            "      u-[a:c]: []\n"
            "      ^\n"
            "    write a range like member-[001:150]: whole numbers with a colon between them"
        ),
        id="no range at all",
    ),
    pytest.param(
        seeded('users: {"u-[1:2]-[1:2]": []}'),
        (
            "<seed>:1:9: 'u-[1:2]-[1:2]' has two ranges\n"
            '    users: {"u-[1:2]-[1:2]": []}\n'
            "            ^\n"
            "    a name can have one: write a line for each value of the other"
        ),
        id="two ranges",
    ),
    pytest.param(
        seeded("users: {alice: [a, b, a]}"),
        (
            "<seed>:1:23: group 'a' is listed twice, first at line 1, column 17\n"
            "    users: {alice: [a, b, a]}\n"
            "                          ^\n"
            "    keep one of the two"
        ),
        id="group listed twice",
    ),
    pytest.param(
        seeded('users: {alice: ["g-[1:100]", x]}'),
        (
            "<seed>:1:30: a user can be in at most 100 groups\n"
            '    users: {alice: ["g-[1:100]", x]}\n'
            "                                 ^\n"
            "    this is one too many"
        ),
        id="too many groups of a user",
    ),
    pytest.param(
        seeded('users: {"u-[1:20001]": ["g-[1:100]"]}'),
        (
            "<seed>:1:9: with this user, the seed has more than 2,000,000 memberships\n"
            '    users: {"u-[1:20001]": ["g-[1:100]"]}\n'
            "            ^\n"
            "    use fewer users or groups"
        ),
        id="too many memberships",
    ),
    pytest.param(
        seeded('groups: {"g-[1:10001]": }'),
        (
            "<seed>:1:10: with group 'g-10001', the pool has more than 10,000\n"
            '    groups: {"g-[1:10001]": }\n'
            "             ^\n"
            "    a user pool has at most 10,000 groups"
        ),
        id="too many groups of a pool",
    ),
    # Seeds, faults
    pytest.param(
        seeded("faults: [{times: 2}]"),
        (
            "<seed>:1:10: a fault needs an error\n"
            "    faults: [{times: 2}]\n"
            "             ^\n"
            "    write one like error: TooManyRequestsException"
        ),
        id="fault without an error",
    ),
    pytest.param(
        seeded("faults:\n- error:"),
        (
            "<seed>:2:9: the error's code is missing\n"
            "    - error:\n"
            "            ^\n"
            "    write one like TooManyRequestsException"
        ),
        id="error without a code",
    ),
    pytest.param(
        seeded("faults: {error: TooManyRequestsException}"),
        (
            "<seed>:1:9: faults must be a list\n"
            "    faults: {error: TooManyRequestsException}\n"
            "            ^\n"
            "    write [{operation: list_users_in_group, error: TooManyRequestsException}]"
        ),
        id="faults as a mapping",
    ),
    pytest.param(
        seeded("faults: [TooManyRequestsException]"),
        (
            "<seed>:1:10: a fault must be a mapping (key: value)\n"
            "    faults: [TooManyRequestsException]\n"
            "             ^\n"
            "    its keys are: operation, error, message, times, after, when"
        ),
        id="a fault that is no mapping",
    ),
    pytest.param(
        seeded("faults: [{error: TooManyRequestsException, when: [GroupName]}]"),
        (
            "<seed>:1:50: a fault's parameters must be a mapping by name\n"
            "    faults: [{error: TooManyRequestsException, when: [GroupName]}]\n"
            "                                                     ^\n"
            "    write them like {GroupName: readers}"
        ),
        id="parameters as a list",
    ),
    pytest.param(
        seeded("faults: [{error: TooManyRequestsException, when: {Limit: '5'}}]"),
        (
            "<seed>:1:58: '5' is text\n"
            "    faults: [{error: TooManyRequestsException, when: {Limit: '5'}}]\n"
            "                                                             ^\n"
            "    write the number without quotes"
        ),
        id="limit in quotes",
    ),
    pytest.param(
        seeded("faults: [{operation: list_user_in_group, error: TooManyRequestsException}]"),
        (
            "<seed>:1:22: operation 'list_user_in_group' is not answered here; use one of: admin_list_groups_for_user, list_users_in_group, list_groups, list_users, admin_get_user, get_group, admin_add_user_to_group, admin_remove_user_from_group, create_group, update_group, delete_group; did you mean 'list_users_in_group'?\n"
            "    faults: [{operation: list_user_in_group, error: TooManyRequestsException}]\n"
            "                         ^"
        ),
        id="unknown operation of a fault",
    ),
    pytest.param(
        seeded("faults: [{error: ThrottledException}]"),
        (
            f"<seed>:1:18: 'ThrottledException' is not an error that every operation can return; {USABLE}; did you mean 'ThrottlingException'?\n"
            "    faults: [{error: ThrottledException}]\n"
            "                     ^"
        ),
        id="unknown code of a fault",
    ),
    pytest.param(
        seeded("faults: [{error: TooManyRequestsException, when: {UserpoolId: x}}]"),
        (
            "<seed>:1:51: 'UserpoolId' is not a parameter of any operation; use one of: Username, UserPoolId, Limit, NextToken, GroupName, AttributesToGet, PaginationToken, Filter, Description, RoleArn, Precedence; did you mean 'UserPoolId'?\n"
            "    faults: [{error: TooManyRequestsException, when: {UserpoolId: x}}]\n"
            "                                                      ^"
        ),
        id="unknown parameter of a fault",
    ),
    pytest.param(
        seeded("faults: [{error: ReadTimeoutError, message: Slow}]"),
        (
            "<seed>:1:45: message is for errors of the service: the text of ReadTimeoutError is botocore's own\n"
            "    faults: [{error: ReadTimeoutError, message: Slow}]\n"
            "                                                ^"
        ),
        id="message of a transport error",
    ),
    pytest.param(
        seeded("faults: [{error: TooManyRequestsException, times: always}]"),
        (
            "<seed>:1:51: 'always' is not a whole number from 1 to 2147483647\n"
            "    faults: [{error: TooManyRequestsException, times: always}]\n"
            "                                                      ^\n"
            "    for always, write times: with nothing after it"
        ),
        id="times in words",
    ),
    # Seeds, pools, levels, loading, files
    pytest.param(
        seeded("pool: us-east-1_A\n---\npool: us-east-1_A"),
        (
            "<seed>:3:7: this seed already has a document for pool us-east-1_A\n"
            "    pool: us-east-1_A\n"
            "          ^\n"
            "    combine the two"
        ),
        id="pool twice",
    ),
    pytest.param(
        merged(("users: {a: [b]}\n---\nusers: {c: [d]}",)),
        (
            "<1>:3:1: this seed already has a document for pool us-east-1_TestPool1\n"
            "    users: {c: [d]}\n"
            "    ^\n"
            "    give one of the two its own pool:"
        ),
        id="pool twice without a name",
    ),
    pytest.param(
        seeded("groups: {readers: }\nusers: {alice: [reader]}"),
        (
            "<seed>:2:17: there is no group 'reader'; did you mean 'readers'?\n"
            "    users: {alice: [reader]}\n"
            "                    ^\n"
            "    declare it under groups:"
        ),
        id="undeclared group",
    ),
    pytest.param(
        seeded('groups: {readers: }\nusers: {alice: ["g-[1:3]"]}'),
        (
            "<seed>:2:17: there is no group 'g-1', nor 2 more of the range\n"
            '    users: {alice: ["g-[1:3]"]}\n'
            "                    ^\n"
            "    declare it under groups:"
        ),
        id="undeclared groups of a range",
    ),
    pytest.param(
        seeded("case_sensitive: false\nusers: {alice: [], Alice: []}"),
        (
            "<seed>:2:20: user 'Alice' differs from user 'alice' only by case\n"
            "    users: {alice: [], Alice: []}\n"
            "                       ^\n"
            "    in pool us-east-1_TestPool1, with case_sensitive: false, they are the same user"
        ),
        id="usernames by case",
    ),
    pytest.param(
        seeded(
            "alias_attributes: [preferred_username]\nusers:\n  a: {attributes: {preferred_username: x}}\n  b: {attributes: {preferred_username: x}}"
        ),
        (
            "<seed>:4:40: the preferred_username 'x' of user 'b' already belongs to user 'a'\n"
            "      b: {attributes: {preferred_username: x}}\n"
            "                                           ^\n"
            "    two users of a pool can't share it: requests find users by it"
        ),
        id="alias of two users",
    ),
    pytest.param(
        seeded(
            "users:\n  a: {sub: 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11}\n  b: {sub: 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11}"
        ),
        (
            "<seed>:3:12: the sub '5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11' of user 'b' already belongs to user 'a'\n"
            "      b: {sub: 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11}\n"
            "               ^\n"
            "    every user of a pool has their own sub"
        ),
        id="sub of two users",
    ),
    pytest.param(
        seeded(
            "alias_attributes: [preferred_username]\nusers:\n  a: {sub: 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11}\n"
            "  b: {attributes: {preferred_username: 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11}}"
        ),
        (
            "<seed>:4:40: the preferred_username '5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11' of user 'b' is already the sub of user 'a'\n"
            "      b: {attributes: {preferred_username: 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11}}\n"
            "                                           ^\n"
            "    two users of a pool can't share it: requests find users by it"
        ),
        id="alias that is another's sub",
    ),
    pytest.param(
        merged(("case_sensitive: true", "case_sensitive: false")),
        (
            "<2>:1:17: another seed of the same level sets case_sensitive differently\n"
            "    case_sensitive: false\n"
            "                    ^\n"
            "    keep one of the two"
        ),
        id="option by two seeds",
    ),
    pytest.param(
        merged(("groups: {a: {precedence: 1}}", "groups: {a: {precedence: 2}}")),
        (
            "<2>:1:10: another seed of the same level defines group 'a' differently\n"
            "    groups: {a: {precedence: 2}}\n"
            "             ^\n"
            "    keep one of the two, or make them alike"
        ),
        id="group by two seeds",
    ),
    pytest.param(
        merged(("users: {alice: [a]}", "users: {alice: [b]}")),
        (
            "<2>:1:9: another seed of the same level defines user 'alice' differently\n"
            "    users: {alice: [b]}\n"
            "            ^\n"
            "    keep one of the two, or make them alike"
        ),
        id="user by two seeds",
    ),
    pytest.param(
        loaded("users: {a: []}\n---\npool: us-east-1_B"),
        (
            "<seed>:3:1: a pool is loaded from a single document\n"
            "    pool: us-east-1_B\n"
            "    ^\n"
            "    load the others into their own pools"
        ),
        id="load several documents",
    ),
    pytest.param(
        loaded("pool: us-east-1_B"),
        (
            "<seed>:1:7: this is pool us-east-1_TestPool1\n"
            "    pool: us-east-1_B\n"
            "          ^\n"
            '    remove pool:; for another pool, use add_pool("us-east-1_B").load(…)'
        ),
        id="load another pool",
    ),
    pytest.param(
        loaded("now: 2026-01-31"),
        (
            "<seed>:1:6: the clock is set when the test starts\n"
            "    now: 2026-01-31\n"
            "         ^\n"
            "    put now: in the mark's seed"
        ),
        id="load now",
    ),
    pytest.param(
        loaded("case_sensitive: false"),
        (
            "<seed>:1:17: case_sensitive of pool us-east-1_TestPool1 can't be changed: it is set when the pool is created\n"
            "    case_sensitive: false\n"
            "                    ^\n"
            "    put it in the mark's seed"
        ),
        id="load another setting",
    ),
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
            "test_it.py:3:37: users must be a mapping by name\n"
            '    @pytest.mark.cognito_groups("users: [alice]")\n'
            "                                        ^\n"
            "    write them like alice: [readers]"
        ),
        id="in a Python file",
    ),
    pytest.param(
        lambda: read([[Source("users: [alice]", "<seed>", PythonPlace("test_it.py", 4))]], service_model()),
        (
            "<seed>:1:8: users must be a mapping by name\n"
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
        marked("", ""),
        "test_it.py::test_it: @pytest.mark.cognito_groups: a mark takes one seed, not 2; use a mark for each",
        id="two seeds",
    ),
    pytest.param(
        marked("", file="seed.yaml"),
        "test_it.py::test_it: @pytest.mark.cognito_groups: a mark takes a seed or a file, not both; use a mark for each",
        id="seed and file",
    ),
    pytest.param(
        marked({"users": {}}),
        "test_it.py::test_it: @pytest.mark.cognito_groups: the seed must be YAML text such as \"users: {alice: [readers]}\", not {'users': {}}",
        id="seed that is no text",
    ),
    pytest.param(
        marked(Path("seed.yaml")),
        "test_it.py::test_it: @pytest.mark.cognito_groups: the seed must be YAML text; to read a file: file='seed.yaml'",
        id="path as a seed",
    ),
    pytest.param(
        marked(users={"alice": []}),
        "test_it.py::test_it: @pytest.mark.cognito_groups: users is a key of the seed; write it in the seed's text",
        id="key of the seed as an option",
    ),
    pytest.param(
        marked(seed=""),
        "test_it.py::test_it: @pytest.mark.cognito_groups: the seed is the first argument; pass it without a name",
        id="seed by its name",
    ),
    pytest.param(
        marked("seed.yaml"),
        "test_it.py::test_it: @pytest.mark.cognito_groups: the seed must be YAML text; to read a file: file='seed.yaml'",
        id="file as a seed",
    ),
    pytest.param(
        marked(file=5),
        "test_it.py::test_it: @pytest.mark.cognito_groups: file must be a path, not 5",
        id="file that is no path",
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
        marked(inherit="no"),
        "test_it.py::test_it: @pytest.mark.cognito_groups: inherit must be True or False, not 'no'",
        id="inherit",
    ),
    pytest.param(
        marked(now="yesterday"),
        "test_it.py::test_it: @pytest.mark.cognito_groups: now must be a date or a time such as 2026-01-31T12:00:00Z, not 'yesterday'",
        id="now that is no time",
    ),
    pytest.param(
        marked(now=5),
        "test_it.py::test_it: @pytest.mark.cognito_groups: now must be a datetime, a date or ISO 8601 text, not 5",
        id="now of another type",
    ),
    pytest.param(
        now_twice,
        "now is set twice, to 2026-01-31 00:00:00+00:00 by the mark and to 2026-01-01 00:00:00+00:00 by its seed; keep one",
        id="now twice",
    ),
    pytest.param(
        lambda: marks.resolve(
            item(pytest.mark.cognito_groups(paging="full"), pytest.mark.cognito_groups(paging="ragged"))
        ),
        "test_it.py::test_it: @pytest.mark.cognito_groups: paging is set twice on one level, to 'full' and to 'ragged'; keep one",
        id="given twice",
    ),
    pytest.param(
        marked(pagesize=2),
        "test_it.py::test_it: @pytest.mark.cognito_groups: unknown option 'pagesize'; the options are: file, inherit, now, default_limit, page_size, paging, assert_all_pages_read, assert_all_faults_raised, allow_operations, partial_reads, max_repeats; did you mean 'page_size'?",
        id="unknown option of a mark",
    ),
    pytest.param(
        marked(pagesize=2, file="seed.yaml", paging="raged"),
        (
            "test_it.py::test_it: @pytest.mark.cognito_groups: 3 errors:\n"
            "  file 'seed.yaml' doesn't exist. Looked for:\n"
            "    tests/seed.yaml\n"
            "    root/seed.yaml\n"
            "  unknown option 'pagesize'; the options are: file, inherit, now, default_limit, page_size, paging, assert_all_pages_read, assert_all_faults_raised, allow_operations, partial_reads, max_repeats; did you mean 'page_size'?\n"
            '  paging must be "full" or "ragged", not \'raged\''
        ),
        id="several errors of a mark",
    ),
    pytest.param(
        configured("paging", "both"),
        'in pytest\'s configuration: cognito_groups_paging must be "full" or "ragged", not \'both\'; both works only on the command line: --cognito-groups-paging=both',
        id="both in the configuration",
    ),
    pytest.param(
        configured("page_size", "many"),
        "in pytest's configuration: cognito_groups_page_size must be a whole number, at least 1, not 'many'",
        id="setting",
    ),
    pytest.param(
        configured("file", "base.yaml"),
        ("cognito_groups_file 'base.yaml' doesn't exist. Looked for:\n  root/base.yaml"),
        id="setting of a file",
    ),
    pytest.param(
        unreadable_setting,
        "in pytest's configuration: cognito_groups_default_limit takes a whole number, from 1 to 60: pytest's words",
        id="setting that pytest cannot read",
    ),
    # Options
    pytest.param(
        lambda: fake(pagesize=2),
        "unknown option 'pagesize'; the options are: default_limit, page_size, paging, assert_all_pages_read, assert_all_faults_raised, allow_operations, partial_reads, max_repeats; did you mean 'page_size'?",
        id="unknown option",
    ),
    pytest.param(lambda: fake(page_size="2"), "page_size must be a whole number, at least 1, not '2'", id="no number"),
    pytest.param(lambda: fake(max_repeats=0), "max_repeats must be at least 1, not 0", id="number below"),
    pytest.param(lambda: fake(default_limit=61), "default_limit must be from 1 to 60, not 61", id="number outside"),
    pytest.param(
        lambda: fake(assert_all_pages_read="no"), "assert_all_pages_read must be True or False, not 'no'", id="neither"
    ),
    pytest.param(lambda: fake(paging="raged"), 'paging must be "full" or "ragged", not \'raged\'', id="paging"),
    pytest.param(
        lambda: fake(allow_operations=5), 'allow_operations must be names of operations, or "*", not 5', id="operations"
    ),
    pytest.param(
        lambda: fake(allow_operations="list_user"),
        "cognito-idp has no operation 'list_user'; did you mean 'list_users'?",
        id="unknown operation allowed",
    ),
    pytest.param(
        lambda: fake(allow_operations="list_users, admin_get_user"),
        "allow_operations must be names of operations, or \"*\", not 'list_users, admin_get_user'; write several as a list: ['list_users', 'admin_get_user']",
        id="several operations in one text",
    ),
    pytest.param(
        lambda: fake(allow_operations="ListUsersInGroup"),
        "ListUsersInGroup can't be let through: cognito_groups always answers it",
        id="answered operation allowed",
    ),
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
    pytest.param(
        lambda: fake(partial_reads="first_admin"),
        "partial_reads must be functions such as \"accounts/members.py::first_admin\", not 'first_admin'",
        id="function without its file",
    ),
    pytest.param(
        lambda: fake(partial_reads="members.py::Members::first_admin"),
        "partial_reads must be functions such as \"accounts/members.py::first_admin\", not 'members.py::Members::first_admin'; write members.py::Members.first_admin",
        id="method as a node id",
    ),
    # Python interface
    pytest.param(lambda: CognitoGroups.from_yaml(None), "text must be YAML text, not None", id="no text"),
    pytest.param(
        lambda: CognitoGroups.from_yaml("pool.yaml"),
        "text must be YAML text; to read a file: Path('pool.yaml').read_text()",
        id="name of a file for text",
    ),
    pytest.param(
        lambda: fake().load("more.yaml"),
        "text must be YAML text; to read a file: load_file('more.yaml')",
        id="name of a file to load as text",
    ),
    pytest.param(lambda: fake().load(None), "text must be YAML text, not None", id="no text to load"),
    pytest.param(
        lambda: fake().load_file("seed.yaml"),
        ("file 'seed.yaml' doesn't exist. Looked for:\n  seed.yaml"),
        id="no such file to load",
    ),
    pytest.param(
        lambda: pytest_cognito_groups.Pool,
        "module 'pytest_cognito_groups' has no attribute 'Pool'",
        id="no such name of the module",
    ),
    pytest.param(
        active_twice, "this CognitoGroups is already active; leave it first, or make another", id="active twice"
    ),
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
    pytest.param(lambda: fake().add_pool(POOL), "pool us-east-1_TestPool1 already exists", id="pool there already"),
    pytest.param(
        lambda: fake().add_pool("pool"),
        "id 'pool' must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+; write one like us-east-1_TestPool1",
        id="pool's id",
    ),
    pytest.param(
        lambda: fake().add_group("admins", role_arn="arn:aws:iam::1:a"),
        "role_arn 'arn:aws:iam::1:a' must have length greater than or equal to 20; write one like arn:aws:iam::123456789012:role/Admins",
        id="role's ARN",
    ),
    pytest.param(
        lambda: fake().add_pool("us-east-1_B", alias_attributes="email"),
        "alias_attributes must be a sequence of names, not the string 'email'",
        id="pool's aliases as text",
    ),
    pytest.param(
        lambda: fake().attach(5),
        "client_or_session must be a client or a session of botocore or boto3, not int",
        id="no client",
    ),
    pytest.param(lambda: fake().add_group(5), "name must be a str, not 5", id="no text for a name"),
    pytest.param(
        lambda: fake("groups: {readers: }").add_group("readers"),
        "group 'readers' already exists in pool us-east-1_TestPool1",
        id="group there already",
    ),
    pytest.param(
        lambda: fake().add_group("readers", precedence="1"),
        "precedence must be an int or None, not '1'",
        id="precedence that is no number",
    ),
    pytest.param(
        lambda: fake().add_group("readers", precedence=-1),
        "precedence must be from 0 to 2147483647, not -1",
        id="precedence outside",
    ),
    pytest.param(
        lambda: fake('groups: {"g-[1:10000]": }').add_group("x"),
        "a user pool has at most 10,000 groups",
        id="group beyond the pool's",
    ),
    pytest.param(
        lambda: fake("users: {alice: []}").add_user("alice"),
        "user 'alice' already exists in pool us-east-1_TestPool1",
        id="user there already",
    ),
    pytest.param(lambda: fake().add_user("alice", enabled=1), "enabled must be True or False, not 1", id="enabled"),
    pytest.param(
        lambda: fake().add_user("alice", groups="readers"),
        "groups must be a sequence of names, not the string 'readers'",
        id="groups as text",
    ),
    pytest.param(
        lambda: fake().add_user("alice", groups=["x"] * 101),
        "groups has more than 100 groups, the most that one user can be in",
        id="groups beyond a user's",
    ),
    pytest.param(
        lambda: fake().add_user("alice", groups=["readers", "readers"]),
        "groups has a name twice: ['readers', 'readers']",
        id="group named twice",
    ),
    pytest.param(
        lambda: fake().add_user("alice", attributes={"sub": "x"}),
        "attributes can't include 'sub'; pass it as sub=…",
        id="sub among the attributes",
    ),
    pytest.param(
        lambda: fake().add_user("alice", attributes={"email_verified": True}),
        "attributes['email_verified'] must be a str, not True; write \"true\"",
        id="flag that is no text",
    ),
    pytest.param(
        lambda: fake().add_user("alice", attributes={"email_verified": "True"}),
        "attributes['email_verified'] must be true or false, not 'True'; write \"true\"",
        id="flag in another spelling, in Python",
    ),
    pytest.param(
        lambda: fake("case_sensitive: false\nusers: {alice: []}").add_user("Alice"),
        "username 'Alice' already belongs to user 'alice'",
        id="alias of another",
    ),
    pytest.param(
        lambda: fake(
            "username_attributes: [email]\nusers: {a@x.y: {sub: 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11}}"
        ).add_user("5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11", status="EXTERNAL_PROVIDER"),
        "username '5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11' is already the sub of user 'a@x.y'",
        id="sub of another",
    ),
    pytest.param(
        lambda: fake("groups: {readers: }").members_of("reader"),
        "no group 'reader' in pool us-east-1_TestPool1; did you mean 'readers'?",
        id="no such group",
    ),
    pytest.param(
        lambda: fake("users: {alice: []}").groups_of("alise"),
        "no user 'alise' in pool us-east-1_TestPool1; did you mean 'alice'?",
        id="no such user",
    ),
    pytest.param(
        lambda: fake("users: {alice: []}").add_to_group("alice", "readers"),
        "no group 'readers' in pool us-east-1_TestPool1; add_group('readers') adds it",
        id="no such group to join",
    ),
    pytest.param(
        lambda: fake("users: {alice: [readers]}").add_to_group("readers", "alice"),
        "no user 'readers' in pool us-east-1_TestPool1; 'readers' is a group",
        id="group for a user",
    ),
    pytest.param(
        lambda: fake('groups: {x: , "g-[1:100]": }\nusers: {alice: ["g-[1:100]"]}').add_to_group("alice", "x"),
        "user 'alice' would be in more than 100 groups, the most that a user may be in",
        id="group beyond the user's",
    ),
    pytest.param(
        lambda: fake().add_user("alice", attributes=["email"]),
        "attributes must be a mapping of names to values, not ['email']",
        id="attributes that are no mapping",
    ),
    pytest.param(lambda: fake().members_of(5), "a group's name must be a str, not 5", id="group by another type"),
    pytest.param(lambda: fake().groups_of(5), "a user's name must be a str, not 5", id="user by another type"),
    pytest.param(
        lambda: fake().add_user("alice", status="CONFIRM"),
        f"status 'CONFIRM' must satisfy enum value set: [{USER_STATUSES}]",
        id="status unknown",
    ),
    pytest.param(lambda: CallList().last, "no call was made", id="no last call"),
    pytest.param(
        lambda: fake().assert_called(times="1"),
        "times must be a whole number or None, not '1'",
        id="times that are no number",
    ),
    pytest.param(
        lambda: fake().assert_calls(["list_users_in_group"]),
        "expected must be a list of (operation, {parameter: value}), not ['list_users_in_group']",
        id="calls that are no pairs",
    ),
    pytest.param(
        lambda: fake().assert_called("admin_list_groups_for_user", GroupName="readers"),
        "admin_list_groups_for_user has no parameter 'GroupName'; use one of: Username, UserPoolId, Limit, NextToken; list_users_in_group has it",
        id="parameter of the other operation",
    ),
    pytest.param(
        lambda: fake().assert_called("list_users_in_groups"),
        "operation 'list_users_in_groups' is not answered here; use one of: admin_list_groups_for_user, list_users_in_group, list_groups, list_users, admin_get_user, get_group, admin_add_user_to_group, admin_remove_user_from_group, create_group, update_group, delete_group; did you mean 'list_users_in_group'?",
        id="unknown operation",
    ),
    pytest.param(
        lambda: fake().assert_called("list_users_in_group", Groupname="x"),
        "list_users_in_group has no parameter 'Groupname'; use one of: UserPoolId, GroupName, Limit, NextToken; did you mean 'GroupName'?",
        id="unknown parameter",
    ),
    pytest.param(
        lambda: fake().assert_called(Nothing=1),
        "no operation has a parameter 'Nothing'; use one of: Username, UserPoolId, Limit, NextToken, GroupName, AttributesToGet, PaginationToken, Filter, Description, RoleArn, Precedence",
        id="parameter of none",
    ),
    # Faults
    pytest.param(
        lambda: fake().throttle(["list_users_in_group"]),
        "an operation is named by a str such as 'list_users_in_group', not by ['list_users_in_group']",
        id="operation that is no text",
    ),
    pytest.param(
        lambda: fake().add_fault(None, 5),
        "error must be a code such as 'TooManyRequestsException', an error of a client's such as client.exceptions.TooManyRequestsException, or a class of botocore.exceptions, not 5",
        id="error that is none",
    ),
    pytest.param(
        lambda: fake().add_fault(None, NoCredentialsError()),
        "error must be the class botocore.exceptions.NoCredentialsError, not an instance of it",
        id="instance of botocore's",
    ),
    pytest.param(
        lambda: fake().add_fault(None, ClientError),
        "error must name a code, such as 'TooManyRequestsException'; <class 'botocore.exceptions.ClientError'> has none",
        id="error of a client's without a code",
    ),
    pytest.param(
        lambda: fake().add_fault(None, "TooManyRequestException"),
        f"'TooManyRequestException' is not an error that every operation can return; {USABLE}; did you mean 'TooManyRequestsException'?",
        id="code of neither",
    ),
    pytest.param(
        lambda: fake().add_fault("list_users_in_group", "UserNotFoundException"),
        f"'UserNotFoundException' is not an error that list_users_in_group can return; {USABLE}; did you mean 'ResourceNotFoundException'?",
        id="code of the operation",
    ),
    pytest.param(
        lambda: fake().add_fault(None, "ReadTimeoutError"),
        f"'ReadTimeoutError' is not an error that every operation can return; {USABLE}; did you mean the class botocore.exceptions.ReadTimeoutError?",
        id="class by its name",
    ),
    pytest.param(
        lambda: fake().add_fault(None, THROTTLED, Group="x"),
        "'Group' is not a parameter of any operation; use one of: Username, UserPoolId, Limit, NextToken, GroupName, AttributesToGet, PaginationToken, Filter, Description, RoleArn, Precedence; did you mean 'GroupName'?",
        id="parameter of no operation",
    ),
    pytest.param(
        lambda: fake().add_fault("list_users_in_group", THROTTLED, Groupname="x"),
        "'Groupname' is not a parameter of list_users_in_group; use one of: UserPoolId, GroupName, Limit, NextToken; did you mean 'GroupName'?",
        id="parameter misspelt",
    ),
    pytest.param(
        lambda: fake().add_fault(None, THROTTLED, message=5),
        "message must be text, not 5",
        id="message that is no text",
    ),
    pytest.param(
        lambda: fake().add_fault(None, THROTTLED, times=0),
        "times must be a whole number from 1 up, or None for always, not 0",
        id="times",
    ),
    pytest.param(
        lambda: fake().add_fault(None, THROTTLED, after=-1),
        "after must be a whole number from 0 up, not -1",
        id="after",
    ),
    pytest.param(
        lambda: transport_error("HTTPClientError", "https://x"),
        "An HTTP Client raised an unhandled exception: injected by pytest-cognito-groups",
        id="transport",
    ),
    # Answers of the service
    pytest.param(
        lambda: answered({"Username": "bob"}),
        "An error occurred (UserNotFoundException) when calling the AdminListGroupsForUser operation: User does not exist.",
        id="no such user answered",
    ),
    pytest.param(
        lambda: answered({"GroupName": "x"}),
        "An error occurred (ResourceNotFoundException) when calling the ListUsersInGroup operation: Group not found.",
        id="no such group answered",
    ),
    pytest.param(
        lambda: answered({"UserPoolId": "us-east-1_B", "GroupName": "x"}),
        "An error occurred (ResourceNotFoundException) when calling the ListUsersInGroup operation: User pool us-east-1_B does not exist.",
        id="no such pool answered",
    ),
    pytest.param(
        lambda: answered({"GroupName": "readers", "NextToken": "t"}),
        "An error occurred (InvalidParameterException) when calling the ListUsersInGroup operation: Paging marker t is invalid for request <id>",
        id="token answered",
    ),
    pytest.param(
        lambda: answered({"GroupName": "readers", "Limit": 0}),
        "An error occurred (InvalidParameterException) when calling the ListUsersInGroup operation: 1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1",
        id="limit of nothing answered",
    ),
    pytest.param(
        lambda: answered({"GroupName": "re aders", "Limit": 61}),
        "An error occurred (InvalidParameterException) when calling the ListUsersInGroup operation: 2 validation errors detected: Value 're aders' at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+; Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60",
        id="broken bounds answered",
    ),
    pytest.param(
        lambda: answered({"GroupName": "readers"}, seed="faults: [{error: AccessDeniedException}]"),
        "An error occurred (AccessDeniedException) when calling the ListUsersInGroup operation: User: arn:aws:iam::123456789012:user/test is not authorized to perform: cognito-idp:ListUsersInGroup on resource: arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_TestPool1 because no identity-based policy allows the cognito-idp:ListUsersInGroup action",
        id="access denied answered",
    ),
    pytest.param(
        lambda: answered({"GroupName": "readers"}, seed="faults: [{error: ThrottlingException, times: }]"),
        "An error occurred (ThrottlingException) when calling the ListUsersInGroup operation: Rate exceeded",
        id="throttled answered",
    ),
    pytest.param(
        lambda: answered({"GroupName": "readers"}, seed="faults: [{error: ServiceUnavailable, times: }]"),
        "An error occurred (ServiceUnavailable) when calling the ListUsersInGroup operation: Service Unavailable",
        id="unavailable answered",
    ),
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
        lambda: messages.unguarded("admin_list_devices", PLACE, messages.from_unmarked("test_it.py::test_it", None)),
        (
            "cognito-idp admin_list_devices was called while no fake was active.\n"
            "  called at test_it.py:7\n"
            "test_it.py::test_it has no fake. Mark the test, its class or its module:\n"
            '  @pytest.mark.cognito_groups("users: {alice: [readers]}")\n'
            'or give every test a fake: "cognito_groups_autouse = true" in pytest\'s configuration\n'
            "If moto or a Stubber should answer, start it before the call.\n"
            'If this is on purpose: "cognito_groups_guard = false" in pytest\'s configuration, or for one run: '
            "-o cognito_groups_guard=false"
        ),
        id="test without a mark",
    ),
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
        lambda: "\n".join(messages.from_fixture("staff", "module")),
        (
            "The fixture staff has module scope: it runs before a test's fake exists. Enter one in it:\n"
            "  from pytest_cognito_groups import CognitoGroups\n"
            '  with CognitoGroups.from_yaml("users: {alice: [readers]}") as cognito_groups:'
        ),
        id="fixture of a wider scope",
    ),
    pytest.param(
        lambda: "\n".join(messages.from_setup("setUpClass", "TestIt")),
        (
            "setUpClass of TestIt runs before a test's fake exists. Enter one in it:\n"
            "  from pytest_cognito_groups import CognitoGroups\n"
            '  cls.enterClassContext(CognitoGroups.from_yaml("users: {alice: [readers]}"))'
        ),
        id="set-up of a class",
    ),
    pytest.param(
        lambda: "\n".join(messages.from_teardown("test_it.py::test_it")),
        (
            "The call was made during the teardown of test_it.py::test_it, after its fake had ended. Enter one for it:\n"
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
        hinted({"UserPoolId": "us-east-1_B1", "GroupName": "x"}, "pool: us-east-1_B"),
        "the seed has no such pool; did you mean 'us-east-1_B'?",
        id="likely pool",
    ),
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
    pytest.param(
        hinted({"GroupName": "readers"}, "", error="ResourceNotFoundException"),
        "pool us-east-1_TestPool1 is empty: is the test marked with a seed that has users or groups?",
        id="empty pool",
    ),
    pytest.param(
        hinted({"GroupName": "Readers"}, "groups: {readers: }", error="ResourceNotFoundException"),
        "group 'readers' differs by case: group names count case",
        id="group by case",
    ),
    pytest.param(
        hinted(
            {"GroupName": "readers"},
            "users: {bob: []}\n---\npool: us-east-1_B\ngroups: {readers: }",
            error="ResourceNotFoundException",
        ),
        "the group is in pool us-east-1_B",
        id="group elsewhere",
    ),
    pytest.param(
        hinted({"GroupName": "reader"}, "groups: {readers: }", error="ResourceNotFoundException"),
        "pool us-east-1_TestPool1 has no such group; did you mean 'readers'?",
        id="likely group",
    ),
    pytest.param(
        hinted({"Username": "Alice"}, "users: {alice: []}"),
        "user 'alice' differs by case: the pool is case_sensitive",
        id="user by case",
    ),
    pytest.param(
        hinted({"Username": "alice"}, "users: {bob: []}\n---\npool: us-east-1_B\nusers: {alice: []}"),
        "the user is in pool us-east-1_B",
        id="user elsewhere",
    ),
    pytest.param(
        hinted({"Username": "alise"}, "users: {alice: []}"),
        "pool us-east-1_TestPool1 has no such user; did you mean 'alice'?",
        id="likely user",
    ),
    pytest.param(
        hinted({"Username": "zoe"}, "users: {alice: [], 'm-[1:6]': []}"),
        "pool us-east-1_TestPool1 has no such user; there are: alice, m-1, m-2, m-3, m-4 and 2 more",
        id="no likely user",
    ),
    pytest.param(
        hinted({"GroupName": "readers"}, "users: {alice: []}", error="ResourceNotFoundException"),
        "pool us-east-1_TestPool1 has no such group; there are: none",
        id="no group at all",
    ),
    pytest.param(
        hinted(
            {"Username": "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"},
            "users: {Google_1: {status: EXTERNAL_PROVIDER, sub: 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11}}",
        ),
        "user 'Google_1' has this sub, but is federated: found by the username alone",
        id="sub of a federated user",
    ),
    pytest.param(
        hinted(
            {"Username": "a@example.com"},
            "alias_attributes: [email]\nusers: {Google_1: {status: EXTERNAL_PROVIDER, attributes: {email: a@example.com}}}",
        ),
        "user 'Google_1' has this email, but is federated: found by the username alone",
        id="alias of a federated user",
    ),
    pytest.param(
        hinted(
            {"Username": "a@example.com"},
            "alias_attributes: [email]\nusers: {alice: {attributes: {email: a@example.com}}}",
        ),
        "user 'alice' has this email, but it is not verified: seed email_verified: true",
        id="alias not verified",
    ),
    pytest.param(
        hinted({"Username": "a@example.com"}, "users: {alice: {attributes: {email: a@example.com}}}"),
        "user 'alice' has this email, but email is not among the pool's alias_attributes",
        id="attribute that is no alias",
    ),
    pytest.param(
        hinted(
            {"Username": "key@example.com"},
            "username_attributes: [email]\nusers: {key@example.com: {sub: 5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11, attributes: {email: a@example.com}}}",
        ),
        "user 'key@example.com' is found by sub '5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11' or email 'a@example.com': the pool has "
        "username_attributes, so the seed's key is no Username",
        id="the seed's key of a user who signs in by an attribute",
    ),
    pytest.param(
        hinted({"Username": "A@example.com"}, "username_attributes: [email]\nusers: {a@example.com: []}"),
        "email 'a@example.com' of user 'a@example.com' differs by case: the pool is case_sensitive",
        id="sign-in name in another case",
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
            ]
        ),
        (
            "2 planned faults not raised as often as planned:\n"
            "  TooManyRequestsException for list_users_in_group(): planned 3 times, raised 1 time\n"
            "  ReadTimeoutError for any operation with Limit=5 after 2 requests: planned always, raised 0 times, 1 of 2 let through\n"
            'If this is on purpose: @pytest.mark.cognito_groups(assert_all_faults_raised=False), or "cognito_groups_assert_all_faults_raised = false" in pytest\'s configuration'
        ),
        id="faults not raised",
    ),
    pytest.param(
        ended,
        (
            "1 planned fault not raised as often as planned:\n"
            "  TooManyRequestsException for list_users_in_group(): planned 1 time, raised 0 times\n"
            "If this is on purpose: CognitoGroups.from_yaml(…, assert_all_faults_raised=False)"
        ),
        id="one fault not raised",
    ),
    # Failed assertions
    pytest.param(
        lambda: calls().assert_called(),
        ("No operation was called.\nNo calls were made."),
        id="not called at all",
    ),
    pytest.param(
        lambda: calls({"GroupName": "readers"}).assert_called(Limit=5, UserPoolId=POOL),
        (
            "No operation was called with Limit=5, UserPoolId='us-east-1_TestPool1'. Calls made:\n"
            "  1. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers') -> 1 user\n"
            "Closest call (- expected, + actual):\n"
            "  - Limit=5\n"
            "    UserPoolId='us-east-1_TestPool1'"
        ),
        id="neither called so",
    ),
    pytest.param(
        lambda: calls({"GroupName": "readers"}).assert_called(times=2, UserPoolId=POOL),
        (
            "Any operation with UserPoolId='us-east-1_TestPool1': expected exactly 2 calls, got 1. Calls made:\n"
            "  1. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers') -> 1 user"
        ),
        id="the two not as often",
    ),
    pytest.param(
        lambda: calls({"GroupName": "readers"}, paging="ragged").assert_called(times=2),
        (
            "Any operation: expected exactly 2 calls, got 1. Calls made:\n"
            "  1. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers') -> 0 users (more to come)\n"
            'Paging is ragged; a test that counts calls needs paging="full".'
        ),
        id="not as often, ragged",
    ),
    pytest.param(
        lambda: calls({"GroupName": "readers"}, paging="ragged").assert_called(times=2, GroupName="x"),
        (
            "Any operation with GroupName='x': expected exactly 2 calls, got 0. Calls made:\n"
            "  1. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers') -> 0 users (more to come)\n"
            "Closest call (- expected, + actual):\n"
            "  - GroupName='x'\n"
            "  + GroupName='readers'"
        ),
        id="never, ragged",
    ),
    pytest.param(
        lambda: calls({"GroupName": "readers"}, {"GroupName": "readers"}, paging="ragged").assert_called_once_with(
            "list_users_in_group"
        ),
        (
            "list_users_in_group(): expected exactly 1 call, got 2. Calls made:\n"
            "  1-2. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers') -> 0 users (more to come)\n"
            'Paging is ragged; a test that counts calls needs paging="full".'
        ),
        id="not once, ragged",
    ),
    pytest.param(
        lambda: calls(paging="ragged").assert_called_once_with("list_users_in_group"),
        ("list_users_in_group(): expected exactly 1 call, got 0.\nNo calls were made."),
        id="not at all, ragged",
    ),
    pytest.param(
        lambda: calls({"GroupName": "readers"}).assert_not_called(GroupName="readers"),
        (
            "An operation was called with GroupName='readers'. Calls made:\n"
            "  1. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers') -> 1 user"
        ),
        id="one of the two called",
    ),
    pytest.param(
        lambda: calls({"GroupName": "readers"}).assert_called("list_users_in_group", GroupName="admins"),
        (
            "list_users_in_group(GroupName='admins') was not called. Calls made:\n"
            "  1. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers') -> 1 user\n"
            "Closest call (- expected, + actual):\n"
            "  - GroupName='admins'\n"
            "  + GroupName='readers'"
        ),
        id="not called so",
    ),
    pytest.param(
        lambda: calls({"GroupName": "readers"}).assert_called("list_users_in_group", times=2),
        (
            "list_users_in_group(): expected exactly 2 calls, got 1. Calls made:\n"
            "  1. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers') -> 1 user"
        ),
        id="not as often",
    ),
    pytest.param(
        lambda: calls({"GroupName": "readers"}).assert_called_once("list_users_in_group", GroupName="admins"),
        (
            "list_users_in_group(GroupName='admins'): expected exactly 1 call, got 0. Calls made:\n"
            "  1. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers') -> 1 user\n"
            "Closest call (- expected, + actual):\n"
            "  - GroupName='admins'\n"
            "  + GroupName='readers'"
        ),
        id="not once so",
    ),
    pytest.param(
        lambda: messages.FORKED,
        "The test forked: calls made in child processes are not recorded here.",
        id="forked",
    ),
    pytest.param(
        lambda: calls().assert_called_once_with("list_users_in_group", GroupName="readers"),
        ("list_users_in_group(GroupName='readers'): expected exactly 1 call, got 0.\nNo calls were made."),
        id="not once",
    ),
    pytest.param(
        lambda: calls({"GroupName": "readers"}).assert_called_once_with("list_users_in_group", GroupName="admins"),
        (
            "list_users_in_group(GroupName='admins') was called once, but with other parameters (- expected, + actual):\n"
            "  - GroupName='admins'\n"
            "  + GroupName='readers'\n"
            "  + UserPoolId='us-east-1_TestPool1'"
        ),
        id="once but otherwise",
    ),
    pytest.param(
        lambda: calls({"GroupName": "readers"}, {"Username": "alice"}).assert_not_called("admin_list_groups_for_user"),
        (
            "admin_list_groups_for_user() was called. Calls made:\n"
            "  1. admin_list_groups_for_user(UserPoolId='us-east-1_TestPool1', Username='alice') -> 1 group"
        ),
        id="called",
    ),
    pytest.param(
        lambda: calls().assert_calls([("list_users_in_group", {})]),
        ("Expected call 1 of 1 was not made: list_users_in_group().\nNo calls were made."),
        id="first not made",
    ),
    pytest.param(
        lambda: calls({"GroupName": "readers"}, {"Username": "alice"}).assert_calls(
            [("admin_list_groups_for_user", {}), ("list_users_in_group", {})]
        ),
        (
            "Expected call 2 of 2 was not made after admin_list_groups_for_user(): list_users_in_group(). Calls made:\n"
            "  1. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers') -> 1 user\n"
            "  2. admin_list_groups_for_user(UserPoolId='us-east-1_TestPool1', Username='alice') -> 1 group"
        ),
        id="not in order",
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
            "moto answered 3 calls for pools that no fake has:\n"
            "  'eu-west-1_Moto00001': 2 calls\n"
            "  'eu-west-1_Moto00002': 1 call\n"
            "To answer them here, seed the pool (pool: …) or add it: cognito_groups.add_pool(…).\n"
            "Paging was ragged; to get the same pages again: pytest test_it.py::test_it"
        ),
        id="section",
    ),
    pytest.param(
        long_section,
        (
            "  15. list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='g14') -> 2 users\n"
            "  … 3 more (all with -v) …"
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
    "plugin.py: SECTION": "the name of the report's section; the tests of reports have it",
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


def test_every_message_of_the_package_is_in_the_table() -> None:
    hints = Path(__file__).parent / "calls" / "test_hints.py"
    told = "\0".join([*(str(row.values[1]) for row in MESSAGES), hints.read_text("utf-8")])
    found = [
        (name, parts)
        for path in sorted(PACKAGE.rglob("*.py"))
        for name, node in named(path)
        if name not in EXEMPT
        for parts in templates(node, telling=path.parent.name == "calls" and path.stem in {"messages", "hints"})
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
