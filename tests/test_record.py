"""`python -m pytest_cognito_groups record`, against moto's server and one that misbehaves."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import pty
import re
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from botocore.httpsession import URLLib3Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.__main__ import main

POOL: Final = "eu-west-1_Real12345"
CREATED: Final = 1_735_689_600.0
SUBS: Final = [f"5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a{number:02}" for number in range(10)]


def group(name: str, **fields: Any) -> dict[str, Any]:
    return {"GroupName": name, "UserPoolId": POOL, "CreationDate": CREATED, "LastModifiedDate": CREATED, **fields}


def user(name: str, sub: str = "", /, **attributes: str) -> dict[str, Any]:
    given = {"sub": sub or f"5f0c6f4e-8a52-4d4b-9d0e-{abs(hash(name)) % 16**12:012x}", **attributes}
    return {
        "Username": name,
        "Attributes": [{"Name": key, "Value": value} for key, value in given.items()],
        "UserCreateDate": CREATED,
        "UserLastModifiedDate": CREATED,
        "Enabled": True,
        "UserStatus": "CONFIRMED",
    }


@dataclass
class Service:
    """A pool that answers the three listings over HTTP, in pages of `page_size`; `errors` are answered first, in their
    order: an operation and the code.
    """

    groups: list[dict[str, Any]] = field(default_factory=list)
    users: list[dict[str, Any]] = field(default_factory=list)
    members: dict[str, list[str]] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    page_size: int = 2
    asked: list[str] = field(default_factory=list)
    before: Callable[[str], object] = lambda _: None
    url: str = ""

    def answer(self, operation: str, params: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked.append(operation)
        self.before(operation)
        if self.errors and self.errors[0][0] == operation:
            return 400, {"__type": self.errors.pop(0)[1], "message": "Told so\nby the service"}
        if params["UserPoolId"] != POOL:
            return 400, {"__type": "ResourceNotFoundException", "message": "User pool does not exist."}
        items = {"ListGroups": self.groups, "ListUsers": self.users}.get(operation)
        if items is None:
            by_name = {user["Username"]: user for user in self.users}
            items = [by_name[name] for name in self.members.get(params["GroupName"], ())]
        token = "PaginationToken" if operation == "ListUsers" else "NextToken"
        start = int(params.get(token, 0))
        stop = start + self.page_size
        answer: dict[str, Any] = {"Groups" if operation == "ListGroups" else "Users": items[start:stop]}
        return 200, answer | ({token: str(stop)} if stop < len(items) else {})


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[Service], Service]]:
    """Puts a service behind the one address that all tests of the module share."""
    current: list[Service] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"].partition(".")[2]
            params = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = current[-1].answer(operation, params)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing of a client that was interrupted."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def put(service: Service) -> Service:
        service.url = f"http://127.0.0.1:{server.server_port}"
        current[:] = [service]
        return service

    yield put
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def credentials(no_credentials: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries that are not waited for."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


class Done(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The seed without what it says of itself."""
        return [line for line in self.out.splitlines() if not line.startswith("#")]


def record(service: Service | str, *arguments: str, pool: str = POOL) -> Done:
    url = service if isinstance(service, str) else service.url
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(["record", pool, "--endpoint-url", url, *arguments])
    return Done(status, out.getvalue(), err.getvalue())


def small(**more: Any) -> Service:
    return Service(
        [group("admins", Precedence=0, RoleArn="arn:aws:iam::210987654321:role/Admins"), group("readers")],
        [user("zoe"), user("adam"), user("mia")],
        {"admins": ["zoe"], "readers": ["zoe", "adam"]},
        **more,
    )


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


Serve = Callable[[Service], Service]


# What is written


def test_a_pool_becomes_a_seed(serve: Serve) -> None:
    done = record(serve(small()))
    assert done == (
        0,
        f"""\
# Recorded from {POOL}; made up: names, attributes, account numbers.
pool: {POOL}
groups:
  admins: {{precedence: 0, role_arn: arn:aws:iam::000000000001:role/Admins, created: 2025-01-01T00:00:00Z}}
  readers: {{created: 2025-01-01T00:00:00Z}}
users:
  user-001: {{groups: [admins, readers], created: 2025-01-01T00:00:00Z}}
  user-002: {{groups: [readers], created: 2025-01-01T00:00:00Z}}
  user-003: {{created: 2025-01-01T00:00:00Z}}
""",
        "",
    )


def test_only_the_listings_are_asked(serve: Serve) -> None:
    service = serve(small())
    record(service)
    assert set(service.asked) == {"ListGroups", "ListUsers", "ListUsersInGroup"}


def test_an_empty_pool_is_an_empty_seed(serve: Serve) -> None:
    assert record(serve(Service())).lines == [f"pool: {POOL}", "users:"]


def test_alike_users_become_a_range(serve: Serve) -> None:
    names = [f"person-{word}" for word in ("b", "c", "a")]
    users = [user(name, email=f"{name}@acme.test", phone_number=f"+4930{place}00") for place, name in enumerate(names)]
    done = record(serve(Service([group("g")], users, {"g": names})))
    assert done.lines[4:] == [
        '  user-[001:003]: {groups: [g], attributes: {email: "{name}@example.com", phone_number: "+15550000{n}"}, '
        "created: 2025-01-01T00:00:00Z}"
    ]


def test_every_field_is_kept(serve: Serve) -> None:
    someone = user("zoe", SUBS[0], **{"custom:tenant": "acme", "email_verified": "True"}) | {
        "Enabled": False,
        "UserStatus": "FORCE_CHANGE_PASSWORD",
        "UserLastModifiedDate": CREATED + 0.25,
        "MFAOptions": [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}],
    }
    some = group("g", Description="Everyone", Precedence=3, LastModifiedDate=CREATED + 1)
    done = record(serve(Service([some], [someone], {"g": ["zoe"]})), "--keep", "names,attributes")
    assert done.lines[2:] == [
        "  g: {precedence: 3, description: Everyone, created: 2025-01-01T00:00:00Z, modified: 2025-01-01T00:00:01Z}",
        "users:",
        f'  zoe: {{groups: [g], attributes: {{custom:tenant: acme, email_verified: "true"}}, sub: "{SUBS[0]}", '
        "status: FORCE_CHANGE_PASSWORD, enabled: false, "
        "mfa_options: [{delivery_medium: SMS, attribute_name: phone_number}], "
        "created: 2025-01-01T00:00:00Z, modified: 2025-01-01T00:00:00.250Z}",
    ]


def test_the_same_pool_gives_the_same_seed(serve: Serve) -> None:
    service = serve(small())
    assert record(service) == record(service)


@pytest.mark.parametrize(
    ("arguments", "names", "listings"),
    [
        pytest.param(["--max-users", "2"], ["user-001", "user-002"], {"ListGroups", "ListUsers", "ListUsersInGroup"}),
        pytest.param(["--group", "readers"], ["user-001", "user-002"], {"ListGroups", "ListUsersInGroup"}),
        pytest.param(["--group", "admins", "--group", "admins"], ["user-001"], {"ListGroups", "ListUsersInGroup"}),
        pytest.param(["--group", "readers", "--max-users", "1"], ["user-001"], {"ListGroups", "ListUsersInGroup"}),
    ],
)
def test_a_part_of_a_pool_is_enough(serve: Serve, arguments: list[str], names: list[str], listings: set[str]) -> None:
    service = serve(small())
    assert list(CognitoGroups.from_yaml(record(service, *arguments).out).users) == names
    assert set(service.asked) == listings


def test_a_group_that_is_not_asked_for_is_left_out(serve: Serve) -> None:
    assert list(CognitoGroups.from_yaml(record(serve(small()), "--group", "admins").out).groups) == ["admins"]


def test_who_joins_while_the_pool_is_read_is_there_once(serve: Serve) -> None:
    service = serve(small())
    service.users, late = service.users[:2], service.users[2]

    def join(operation: str) -> None:
        if operation == "ListUsersInGroup" and late not in service.users:
            service.users.append(late)
            service.members["readers"] += ["mia", "zoe"]

    service.before = join
    fake = CognitoGroups.from_yaml(record(service, "--keep", "names").out)
    assert [member.username for member in fake.members_of("readers")] == ["zoe", "adam", "mia"]


# Order


def test_members_are_in_the_order_of_their_group(serve: Serve) -> None:
    service = serve(small())
    service.members = {"admins": ["mia", "zoe"], "readers": ["adam", "mia"]}
    fake = CognitoGroups.from_yaml(record(service, "--keep", "names").out)
    assert list(fake.users) == ["adam", "mia", "zoe"]
    assert [member.username for member in fake.members_of("admins")] == ["mia", "zoe"]


def test_an_order_that_no_seed_can_have_is_reported(serve: Serve) -> None:
    service = serve(small())
    service.members = {"admins": ["zoe", "adam", "mia"], "readers": ["adam", "zoe"]}
    done = record(service, "--keep", "names")
    assert "# No order of users gives the members of all groups in the pool's order: 1 of them differs." in done.out
    assert list(CognitoGroups.from_yaml(done.out).users) == ["zoe", "adam", "mia"]


# Names and values


def disguised(serve: Serve, *users: dict[str, Any], keep: str = "") -> dict[str, dict[str, str]]:
    """The attributes of the recorded users by key, `sub` and `Username` among them."""
    done = record(serve(Service(users=list(users), page_size=60)), *(["--keep", keep] if keep else []))
    assert (done.status, done.err) == (0, "")
    fake = CognitoGroups.from_yaml(done.out)
    return {
        name: {**seeded.attributes, "sub": seeded.sub, "Username": seeded.username}
        for name, seeded in fake.users.items()
    }


@pytest.mark.parametrize(
    ("attribute", "value", "shown"),
    [
        ("address", "Main Street 7", "001 Example Street"),
        ("birthdate", "1984-02-29", "1970-01-01"),
        ("email", "bob@acme.test", "user-001@example.com"),
        ("email_verified", "true", "true"),
        ("family_name", "Builder", "Family-001"),
        ("gender", "male", "unknown"),
        ("given_name", "Bob", "Given-001"),
        ("locale", "de-CH", "en-US"),
        ("middle_name", "The", "Middle-001"),
        ("name", "Bob Builder", "User 001"),
        ("nickname", "Bobby", "Nick-001"),
        ("phone_number", "+491711234567", "+15550000001"),
        ("picture", "https://acme.test/bob.png", "https://example.com/user-001.png"),
        ("preferred_username", "bobby", "user-001"),
        ("profile", "https://acme.test/bob", "https://example.com/user-001"),
        ("updated_at", "1735689600", "0"),
        ("website", "https://bob.test", "https://user-001.example.com"),
        ("zoneinfo", "Europe/Zurich", "Etc/UTC"),
        ("custom:tenant", "acme", "tenant-001"),
        ("custom:contact", "eve@acme.test", "contact-001@example.com"),
        ("custom:seat", "4711", "001"),
        ("custom:manager", "bob", "user-001"),
        ("custom:empty", "", ""),
    ],
)
def test_a_value_is_replaced_by_one_of_its_kind(serve: Serve, attribute: str, value: str, shown: str) -> None:
    assert disguised(serve, user("bob", **{attribute: value}))["user-001"][attribute] == shown


def test_identities_stay_json(serve: Serve) -> None:
    google = user("google_1", identities='[{"userId":"117","providerName":"Google"}]')
    shown = disguised(serve, google)["user-001"]["identities"]
    assert json.loads(shown)[0]["userId"] == "user-001"


def test_equal_values_stay_equal_and_others_differ(serve: Serve) -> None:
    tenants = {"a": "acme", "b": "umbrella", "c": "acme"}
    shown = disguised(serve, *(user(name, **{"custom:tenant": tenant}) for name, tenant in tenants.items()))
    assert [each["custom:tenant"] for each in shown.values()] == ["tenant-001", "tenant-002", "tenant-001"]


@pytest.mark.parametrize(
    ("username", "shown"),
    [("bob", "user-001"), ("bob@acme.test", "user-001@example.com"), ("+491711234567", "+15550000001")],
)
def test_a_name_keeps_its_form(serve: Serve, username: str, shown: str) -> None:
    assert list(disguised(serve, user(username))) == [shown]


def test_a_user_is_the_same_wherever_another_names_them(serve: Serve) -> None:
    shown = disguised(
        serve,
        user("alice@acme.test", SUBS[0], email="alice@acme.test"),
        user("bob", SUBS[1], **{"custom:manager": "alice@acme.test", "custom:deputy": SUBS[0]}),
    )
    alice, bob = shown.values()
    assert alice["email"] == alice["Username"] == bob["custom:manager"]
    assert bob["custom:deputy"] == alice["sub"] != SUBS[0]


@pytest.mark.parametrize(
    ("keep", "name", "email", "sub"),
    [
        ("names", "bob", "user-001@example.com", False),
        ("attributes", "user-001", "bob@acme.test", True),
        ("attributes,names", "bob", "bob@acme.test", True),
    ],
)
def test_what_is_asked_for_is_kept(serve: Serve, keep: str, name: str, email: str, sub: bool) -> None:
    ((shown, attributes),) = disguised(serve, user("bob", SUBS[0], email="bob@acme.test"), keep=keep).items()
    assert (shown, attributes["email"], attributes["sub"] == SUBS[0]) == (name, email, sub)


@pytest.mark.parametrize(
    ("keep", "key", "sub"),
    [
        ("", "user-001@example.com", False),
        ("names", "user-001@example.com", True),
        ("attributes", "bob@acme.test", True),
    ],
)
def test_who_signs_in_by_email_does_so_in_the_seed(serve: Serve, keep: str, key: str, sub: bool) -> None:
    ((shown, attributes),) = disguised(serve, user(SUBS[0], SUBS[0], email="bob@acme.test"), keep=keep).items()
    assert shown == attributes["email"] == key
    assert attributes["Username"] == attributes["sub"]
    assert (attributes["sub"] == SUBS[0]) == sub


@pytest.mark.parametrize(
    ("attributes", "line"),
    [
        ([{"email": "a@x.test"}, {"email": "b@x.test"}], "username_attributes: [email]"),
        ([{"phone_number": "+4930111"}, {"phone_number": "+4930222"}], "username_attributes: [phone_number]"),
        ([{"email": "a@x.test"}, {"phone_number": "+4930222"}], "username_attributes: [email, phone_number]"),
        ([{"email": "a@x.test"}, {"email": "a@x.test"}], "users:"),
        ([{"email": "a@x.test"}, {}], "users:"),
    ],
)
def test_what_people_sign_in_with_is_seen(serve: Serve, attributes: list[dict[str, str]], line: str) -> None:
    users = [user(sub, sub, **given) for sub, given in zip(SUBS, attributes, strict=False)]
    assert record(serve(Service(users=users))).lines[1] == line


def test_federated_users_do_not_say_how_others_sign_in(serve: Serve) -> None:
    google = user("google_1", SUBS[0], email="a@x.test") | {"UserStatus": "EXTERNAL_PROVIDER"}
    assert record(serve(Service(users=[google]))).lines[1] == "users:"


# Groups


def groups(serve: Serve, *groups: dict[str, Any], users: tuple[str, ...] = ("bob",)) -> Done:
    return record(serve(Service(list(groups), [user(name) for name in users], page_size=60)))


def test_an_account_is_the_same_in_all_texts(serve: Serve) -> None:
    arn = "arn:aws:iam::{}:role/cdk-{}"
    done = groups(
        serve,
        group("111122223333-admins", RoleArn=arn.format(*["111122223333"] * 2), Description="Of 444455556666"),
        group("b", RoleArn=arn.format("444455556666", "x")),
        group("c", RoleArn=arn.format("000000000001", "x")),
    )
    fake = CognitoGroups.from_yaml(done.out)
    assert [(shown.name, shown.role_arn, shown.description) for shown in fake.groups.values()] == [
        ("000000000002-admins", arn.format(*["000000000002"] * 2), "Of 000000000003"),
        ("b", arn.format("000000000003", "x"), None),
        ("c", arn.format("000000000004", "x"), None),
    ]


def test_a_description_that_names_a_user_is_replaced(serve: Serve) -> None:
    done = groups(
        serve, group("a", Description="Ask BOB."), group("b", Description="Kebobs"), group("c", Description="")
    )
    shown = [each.description for each in CognitoGroups.from_yaml(done.out).groups.values()]
    assert shown == ["Description of a", "Kebobs", None]


def test_a_group_that_bears_the_name_of_a_user_is_reported(serve: Serve) -> None:
    done = groups(serve, group("bob"), group("readers", RoleArn="arn:aws:iam::111122223333:role/bob"))
    assert done.status == 0
    assert done.err == (
        "record: these groups and roles are kept, and hold a name or an attribute of a user: "
        "'bob', 'arn:aws:iam::000000000001:role/bob'\n"
    )


def test_a_name_like_a_range_is_written_otherwise(serve: Serve) -> None:
    names = ["a[1:3]", "a(1:3)", "b[1-3]"]
    service = Service([group("team[1:2]")], [user(name) for name in names], {"team[1:2]": names})
    done = record(serve(service), "--keep", "names")
    fake = CognitoGroups.from_yaml(done.out)
    assert [member.username for member in fake.members_of("team(1:2)")] == ["a(1:3)_", "a(1:3)", "b(1-3)"]
    assert "# 'a[1:3]' would be read as a range; it is 'a(1:3)_' here.\n" in done.out


# Nothing of the pool is told


REAL: Final = {
    "address": '{"street_address": "Bahnhofstrasse 12", "locality": "Zürich"}',
    "birthdate": "1984-02-29",
    "email": "zoë.quux{}@acme.test",
    "family_name": "Quux{}",
    "gender": "genderqueer",
    "given_name": "Zoë{}",
    "identities": '[{{"userId":"11791{}","providerName":"AcmeOkta"}}]',
    "locale": "de-CH",
    "middle_name": "Mxq{}",
    "name": "Zoë{} Quux",
    "nickname": "Zz{}zz",
    "phone_number": "+4179555{:04}",
    "picture": "https://acme.test/{}.jpg",
    "preferred_username": "zq{}",
    "profile": "https://acme.test/people/{}",
    "updated_at": "17356896{:02}",
    "website": "https://quux{}.test",
    "zoneinfo": "Europe/Zurich",
    "custom:employee": "9{:07}7",
    "custom:tenant": "acme-ag",
    "custom:contact": "backup{}@acme.test",
}
ACCOUNTS: Final = ("210987654321", "998877665544")
TRACES: Final = (
    *(
        "quux",
        "acme",
        "zoë",
        "zürich",
        "zurich",
        "bahnhof",
        "mxq",
        "zz",
        "zq",
        "backup",
        "+4179",
        "11791",
        "17356896",
        "1984-02-29",
    ),
    *("genderqueer", "de-ch", "9000", "2109", "9988"),
)
"""What each secret of the pool holds one of, so that the seed is searched once for each of these."""


def real(number: int) -> dict[str, str]:
    return {key: value.format(number) if key != "address" else value for key, value in REAL.items()}


def traces_in(text: str, people: list[tuple[str, dict[str, str]]]) -> list[str]:
    """Where the seed tells a name, a value or an account number of the pool, folded."""
    secrets = {*ACCOUNTS, *(secret for name, attributes in people for secret in (name, *attributes.values()))}
    assert all(any(trace in secret.casefold() for trace in TRACES) for secret in secrets)
    return [trace for trace in TRACES if trace in text.casefold()]


def test_nothing_of_the_pool_is_in_the_seed(serve: Serve) -> None:
    people = [(f"zoe.quux.{number}", real(number)) for number in range(20)]
    service = Service(
        [
            group("admins", RoleArn=f"arn:aws:iam::{ACCOUNTS[0]}:role/A", Description="Ask Zoë3 Quux"),
            group("readers", RoleArn=f"arn:aws:iam::{ACCOUNTS[1]}:role/R", Description="backup7@acme.test"),
            group("writers", Description=f"Of {ACCOUNTS[1]}, zoe.quux.4's"),
        ],
        [user(name, **attributes) for name, attributes in people],
        {"admins": ["zoe.quux.3"]},
        page_size=60,
    )
    done = record(serve(service))
    given = [attribute for each in service.users for attribute in each["Attributes"]]
    secrets = {*ACCOUNTS, *(name for name, _ in people), *(attribute["Value"] for attribute in given)}
    assert (done.status, done.err) == (0, "")
    assert {secret for secret in secrets if secret in done.out} == set()
    assert traces_in(done.out, people) == []
    assert len(CognitoGroups.from_yaml(done.out).users) == 20


# Any pool

signs = st.characters(categories=("L", "N", "P", "S", "M"), exclude_characters="[]")
names = st.text(signs, min_size=1, max_size=8) | st.integers(1, 30).map("m-{:02}".format)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
dates = st.integers(0, 2 * 10**12).map(lambda milliseconds: milliseconds / 1000) | st.just(CREATED)


@st.composite
def services(draw: st.DrawFn) -> Service:
    found = [
        group(
            name,
            **draw(
                st.fixed_dictionaries(
                    {"CreationDate": dates, "LastModifiedDate": dates},
                    optional={
                        "Precedence": st.integers(0, 2**31 - 1),
                        "Description": texts,
                        "RoleArn": st.sampled_from(
                            ["arn:aws:iam::111122223333:role/A", "arn:aws:iam::000000000001:role/B"]
                        ),
                    },
                )
            ),
        )
        for name in draw(st.lists(names, unique=True, max_size=4))
    ]
    signing_in = draw(st.booleans())
    users = []
    for place, name in enumerate(draw(st.lists(names, unique=True, max_size=6))):
        attributes = draw(st.dictionaries(st.sampled_from(["name", "custom:x", "custom:y"]), texts))
        if signing_in:
            attributes["email"] = f"{name}@x"
        fields = {"UserCreateDate": dates, "UserLastModifiedDate": dates, "Enabled": st.booleans()}
        statuses = ["CONFIRMED", "UNKNOWN", *([] if signing_in else ["EXTERNAL_PROVIDER"])]
        options = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
        users.append(
            user(SUBS[place] if signing_in else name, SUBS[place], **attributes)
            | draw(st.fixed_dictionaries(fields, optional={"MFAOptions": st.just(options)}))
            | {"UserStatus": draw(st.sampled_from(statuses))}
        )
    order = draw(st.permutations([each["Username"] for each in users]))
    members = {each["GroupName"]: [name for name in order if draw(st.booleans())] for each in found}
    return Service(found, users, members)


def without_accounts(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: re.sub(r"\d{12}", "*", value) if key == "RoleArn" else value for key, value in item.items()}
        for item in items
    ]


def dated(item: dict[str, Any]) -> dict[str, Any]:
    """An item of an answer with its dates as they are on the wire."""
    return {key: value.timestamp() if key.endswith("Date") else value for key, value in item.items()}


@given(services())
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_seed_answers_as_the_pool_does(serve: Serve, service: Service) -> None:
    done = record(serve(service), "--keep", "names,attributes")
    assert (done.status, done.err) == (0, "")
    with CognitoGroups.from_yaml(done.out, default_limit=60, paging="full") as fake:
        for each in service.groups:
            asked = {"UserPoolId": POOL, "GroupName": each["GroupName"]}
            answer = fake.client.list_users_in_group(**asked)["Users"]
            expected = [
                user
                for name in service.members[each["GroupName"]]
                for user in service.users
                if user["Username"] == name
            ]
            assert [dated(user) for user in answer] == expected
        for name in {each["Username"] for each in service.users}:
            answer = fake.client.admin_list_groups_for_user(UserPoolId=POOL, Username=name)["Groups"]
            expected = [each for each in service.groups if name in service.members[each["GroupName"]]]
            assert without_accounts([dated(group) for group in answer]) == without_accounts(expected)
        assert list(fake.groups) == [each["GroupName"] for each in service.groups]
        assert {seeded.username for seeded in fake.users.values()} == {each["Username"] for each in service.users}


@given(services())
@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pseudonyms_make_a_seed_of_any_pool(serve: Serve, service: Service) -> None:
    done = record(serve(service))
    fake = CognitoGroups.from_yaml(done.out)
    sizes = {name: len(fake.members_of(name)) for name in fake.groups}
    assert list(sizes.values()) == [len(service.members[each["GroupName"]]) for each in service.groups]
    assert len(fake.users) == len(service.users)


def test_a_large_pool_of_moto_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.cognitoidp.models import cognitoidp_backends
    from moto.server import ThreadedMotoServer

    monkeypatch.setattr(logging.getLogger("werkzeug"), "disabled", True)
    backend = cognitoidp_backends["123456789012"]["eu-west-1"]
    pool = backend.create_user_pool("large", {}).id
    for number in range(300):
        backend.create_group(
            pool, f"group-{number}", f"Team {number}", f"arn:aws:iam::{ACCOUNTS[number % 2]}:role/R", number
        )
    # Not all have every attribute: the server takes most of the time, and most of its time takes writing them.
    every = ["email", "phone_number", "name", "custom:tenant"]
    people = [
        (f"zoe.quux.{number}", {key: real(number)[key] for key in (every if number % 5 else REAL)})
        for number in range(2_000)
    ]
    for number, (name, attributes) in enumerate(people):
        given = [{"Name": key, "Value": value} for key, value in attributes.items()]
        made = backend.admin_create_user(pool, name, "", "", given)
        made.create_date = made.last_modified_date = made.create_date.replace(microsecond=0)
        backend.admin_add_user_to_group(pool, f"group-{number % 300}", name)
        backend.admin_add_user_to_group(pool, f"group-{(number + 1) % 300}", name)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        done = record(f"http://{host}:{port}", "-o", str(tmp_path / "pool.yaml"), pool=pool)
    finally:
        server.stop()
        del backend.user_pools[pool]
    text = (tmp_path / "pool.yaml").read_text("utf-8")
    assert done == (0, "", "")
    assert traces_in(text, people) == []
    fake = CognitoGroups.from_yaml(text)
    assert (len(fake.users), len(fake.groups)) == (2_000, 300)
    assert [group.name for group in fake.groups_of("user-0042")] == ["group-41", "group-42"]
    assert [member.username for member in fake.members_of("group-0")][:2] == ["user-0001", "user-0300"]


# What can go wrong


@pytest.mark.parametrize(
    ("operation", "code", "sentence"),
    [
        (
            "ListGroups",
            "AccessDeniedException",
            "ListGroups was denied: the credentials need cognito-idp:ListUsers, cognito-idp:ListGroups and "
            f"cognito-idp:ListUsersInGroup on {POOL}",
        ),
        (
            "ListUsers",
            "ExpiredTokenException",
            "the credentials are not accepted (ExpiredTokenException): sign in again, or pass another --profile",
        ),
        (
            "ListUsersInGroup",
            "ResourceNotFoundException",
            "ListUsersInGroup failed with ResourceNotFoundException: Told so by the service",
        ),
    ],
)
def test_a_refusal_ends_in_one_sentence(serve: Serve, operation: str, code: str, sentence: str) -> None:
    assert record(serve(small(errors=[(operation, code)]))) == (1, "", f"record: {sentence}\n")


def test_a_policy_for_some_groups_needs_less(serve: Serve) -> None:
    done = record(serve(small(errors=[("ListUsersInGroup", "AccessDeniedException")])), "--group", "readers")
    assert "the credentials need cognito-idp:ListGroups and cognito-idp:ListUsersInGroup on" in done.err


def test_throttling_is_waited_out(serve: Serve, unhurried: None) -> None:
    errors = [(operation, "TooManyRequestsException") for operation in ("ListGroups", "ListUsers", "ListUsers")]
    service = serve(small(errors=errors))
    assert record(service).status == 0
    assert service.errors == []


def test_throttling_without_end_is_reported(serve: Serve, unhurried: None) -> None:
    errors = [("ListUsers", "TooManyRequestsException")] * 12
    done = record(serve(small(errors=errors)))
    assert done == (
        1,
        "",
        "record: ListUsers was throttled 12 times in a row: try again when the pool is less busy\n",
    )


def test_a_pool_that_is_not_there_is_reported(serve: Serve) -> None:
    done = record(serve(small()), pool="eu-west-1_None")
    assert done.err == (
        "record: there is no user pool eu-west-1_None here: check its id, --region, --profile and --endpoint-url\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["x"], "'x' is not the id of a user pool: write one like eu-west-1_AbCd12345"),
        (["local_1"], "local_1 does not begin with a region: pass --region"),
        ([POOL, "--profile", "none"], "the AWS configuration has no such profile: see aws configure list-profiles"),
        ([POOL, "--endpoint-url", "nowhere"], "Invalid endpoint: nowhere"),
        ([POOL, "--region", "a b"], "Provided region_name 'a b' doesn't match a supported format."),
        (
            [POOL, "--endpoint-url", "http://127.0.0.1:9"],
            'Could not connect to the endpoint URL: "http://127.0.0.1:9/" '
            "(check the network, --region and --endpoint-url)",
        ),
    ],
)
def test_a_wrong_argument_ends_in_one_sentence(
    capsys: pytest.CaptureFixture[str], unhurried: None, arguments: list[str], sentence: str
) -> None:
    assert main(["record", *arguments]) == 1
    assert capsys.readouterr() == ("", f"record: {sentence}\n")


def test_missing_credentials_are_reported(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert main(["record", POOL]) == 1
    message = "record: no AWS credentials were found: sign in, set AWS_PROFILE or pass --profile\n"
    assert capsys.readouterr() == ("", message)


@pytest.mark.parametrize("module", ["boto3", "tqdm"])
def test_a_package_that_is_not_installed_is_reported(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    assert main(["record", POOL]) == 1
    sentence = f"record: {module} is needed: pip install 'pytest-cognito-groups[record]'\n"
    assert capsys.readouterr() == ("", sentence)


def test_a_group_that_is_not_there_is_reported(serve: Serve) -> None:
    done = record(serve(small()), "--group", "reader")
    assert done == (1, "", "record: the pool has no group 'reader'; did you mean 'readers'?\n")


def test_a_pool_that_no_seed_can_hold_is_reported(serve: Serve) -> None:
    done = record(serve(Service([group("a b"), group("c d")])))
    assert done.status == 1
    assert done.err.startswith("record: a seed cannot hold this pool: 'a b' must satisfy regular expression pattern")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--max-users", "0"], "'0' is not a number from 1"),
        (["--max-users", "x"], "'x' is not a number from 1"),
        (["--keep", "all"], "'all' is not names, attributes or names,attributes"),
    ],
)
def test_wrong_usage_leaves_with_2(capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(["record", POOL, *arguments])
    assert left.value.code == 2
    assert complaint in capsys.readouterr().err


# The file


def test_the_file_is_written(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "pool.yaml").write_text("old")
    service = serve(small())
    assert record(service, "-o", str(tmp_path / "pool.yaml")) == (0, "", "")
    assert (tmp_path / "pool.yaml").read_text("utf-8") == record(service, "-o", "-").out
    assert files(tmp_path) == ["pool.yaml"]


def test_a_pipe_is_written_to_and_not_replaced(serve: Serve, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)  # nobody waits for the other end
    try:
        assert record(serve(small()), "-o", str(pipe)) == (0, "", "")
        assert os.read(end, 65_536).startswith(b"# Recorded from")
    finally:
        os.close(end)
    assert pipe.is_fifo()


def test_a_denied_recording_leaves_the_file_alone(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "pool.yaml").write_text("old")
    service = serve(small(errors=[("ListUsersInGroup", "AccessDeniedException")]))
    assert_left_alone(record(service, "-o", str(tmp_path / "pool.yaml")), 1, tmp_path)


def test_an_interrupted_recording_leaves_the_file_alone(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = URLLib3Session.send

    def send_until_interrupted(session: URLLib3Session, request: Any) -> Any:
        if "ListUsersInGroup" in str(request.headers["X-Amz-Target"]):
            raise KeyboardInterrupt
        return send(session, request)

    (tmp_path / "pool.yaml").write_text("old")
    monkeypatch.setattr(URLLib3Session, "send", send_until_interrupted)
    assert_left_alone(record(serve(small()), "-o", str(tmp_path / "pool.yaml")), 130, tmp_path)


def assert_left_alone(done: Done, status: int, folder: Path) -> None:
    assert done.status == status
    assert done.err.count("\n") == 1
    assert (folder / "pool.yaml").read_text() == "old"
    assert files(folder) == ["pool.yaml"]


def test_a_disk_that_is_full_leaves_nothing_behind(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: object, **__: object) -> None:
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    done = record(serve(small()), "-o", str(tmp_path / "pool.yaml"))
    assert done == (1, "", f"record: {tmp_path / 'pool.yaml'} cannot be written: No space left on device\n")
    assert files(tmp_path) == []


def test_a_folder_that_is_not_there_is_reported_at_once(serve: Serve, tmp_path: Path) -> None:
    service = serve(small())
    done = record(service, "-o", str(tmp_path / "none" / "pool.yaml"))
    assert done.err == f"record: {tmp_path}/none/pool.yaml cannot be written: {tmp_path}/none is not a directory\n"
    assert record(service, "-o", str(tmp_path)).err == f"record: {tmp_path} cannot be written: it is a directory\n"
    assert service.asked == []


# Progress


def test_progress_is_shown_on_a_terminal_alone(serve: Serve) -> None:
    service = serve(small())
    master, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    command = [sys.executable, "-m", "pytest_cognito_groups", "record", POOL, "--endpoint-url", service.url]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, text=True, check=True)
    os.close(terminal)
    shown = ""
    with contextlib.suppress(OSError):  # how Linux tells the end of what a terminal that is gone has shown
        while more := os.read(master, 1_000).decode():
            shown += more
    os.close(master)
    assert "users: 0" in shown
    assert "groups:   0%" in shown
    assert done.stdout == record(service).out
