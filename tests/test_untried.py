"""`--cognito-groups-untried`: what no test has tried, as a user sees it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from textwrap import dedent
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest

from pytest_cognito_groups import CognitoGroups, fake_service
from pytest_cognito_groups import untried as untried_module

OPTION = "--cognito-groups-untried"
POOL = "us-east-1_TestPool1"
SERVICE = """
import boto3

client = boto3.client("cognito-idp", region_name="us-east-1")
POOL = "us-east-1_TestPool1"


def walk(method, **params):
    token = "PaginationToken" if method == "list_users" else "NextToken"
    page = getattr(client, method)(UserPoolId=POOL, **params)
    while token in page:
        page = getattr(client, method)(UserPoolId=POOL, **params, **{token: page[token]})


def members(group="readers"):
    found, token = [], {}
    while True:
        page = client.list_users_in_group(UserPoolId=POOL, GroupName=group, **token)
        found += page["Users"]
        if "NextToken" not in page:
            return found
        token = {"NextToken": page["NextToken"]}


def groups(user="alice"):
    pages = client.get_paginator("admin_list_groups_for_user").paginate(UserPoolId=POOL, Username=user)
    return [group for page in pages for group in page["Groups"]]


def user(name="alice"):
    return client.admin_get_user(UserPoolId=POOL, Username=name)
"""


@pytest.fixture(autouse=True)
def service(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(service=SERVICE)
    pytester.syspathinsert()


def run(pytester: pytest.Pytester, module: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(test_it="import pytest\nimport service\n" + dedent(module))
    return pytester.runpytest_inprocess("-p", "no:randomly", *arguments)


def findings(pytester: pytest.Pytester, module: str, *arguments: str) -> dict[str, Any]:
    result = run(pytester, module, f"{OPTION}=found.json", *arguments)
    assert result.ret == pytest.ExitCode.OK
    found: dict[str, Any] = json.loads((pytester.path / "found.json").read_text("utf-8"))
    return found


def untried(pytester: pytest.Pytester, module: str, *arguments: str) -> set[str]:
    """The gaps of the one place that the tests reach."""
    (place,) = findings(pytester, module, *arguments)["places"]
    return {gap["id"] for gap in place["untried"]}


# What is shown

MEMBERS = """
@pytest.mark.cognito_groups("users: {alice: [readers]}")
def test_members():
    assert len(service.members()) == 1
"""


def test_a_place_is_shown_with_its_gaps_and_what_closes_them(pytester: pytest.Pytester) -> None:
    result = run(pytester, MEMBERS, OPTION)
    result.stdout.fnmatch_lines(
        [
            "*= what no test has tried =*",
            "service.py:17 list_users_in_group, 1 test",
            '  a second page *("users: {user-1: [[]readers], user-2: [[]readers]}", page_size=1)',
            '  a short page *("users: {user-1: [[]readers], user-2: [[]readers]}", page_size=1)',
            '  an empty page *("users: {user-1: [[]readers]}", inherit=False, paging="ragged")',
            '  an empty answer *("groups: {readers: {}}", inherit=False)',
            '  an unknown group *("faults: [[]{operation: list_users_in_group, error: ResourceNotFoundException}]")',
            '  throttling * *("faults: [[]{operation: *, error: TooManyRequestsException, times: null}]")',
            '  a denial *("faults: [[]{operation: *, error: AccessDeniedException}]")',
            '  a disabled user *("users: {user-1: {groups: [[]readers], enabled: false}}")',
            '  a federated user *("users: {user-1: {groups: [[]readers], status: EXTERNAL_PROVIDER}}")',
            '  a different order *("users: {user-1: [[]readers], user-2: [[]readers]}", paging="ragged")',
        ],
        consecutive=True,
    )
    result.stdout.no_fnmatch_line("Without -q*")
    assert result.ret == pytest.ExitCode.OK


def test_a_place_is_one_line_with_q(pytester: pytest.Pytester) -> None:
    result = run(pytester, MEMBERS, OPTION, "-q")
    result.stdout.fnmatch_lines(["service.py:17 list_users_in_group: a second page, *, a different order"])
    result.stdout.fnmatch_lines(["Without -q, each comes with the mark that tries it."])


def test_without_the_option_nothing_is_shown_or_loaded(pytester: pytest.Pytester) -> None:
    module = MEMBERS + "    import sys; assert 'pytest_cognito_groups.untried' not in sys.modules\n"
    pytester.makepyfile(test_it="import pytest\nimport service\n" + module)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*no test has tried*")


def test_a_place_of_later_pages_is_proposed_two(pytester: pytest.Pytester) -> None:
    module = """
        @pytest.mark.cognito_groups("users: {alice: [readers], bob: [readers, writers]}", page_size=1)
        def test_it():
            service.walk("list_users_in_group", GroupName="readers")
            service.walk("list_groups")
        """
    found = {
        gap["id"]: (gap["seed"], gap["options"])
        for place in findings(pytester, module)["places"]
        if place["line"] == 11  # the later pages of `walk`
        for gap in place["untried"]
        if gap["id"] in ("disabled-user", "one-precedence")
    }
    two = "user-1: {groups: [readers], enabled: false}, user-2: {groups: [readers], enabled: false}"
    ranked = ", ".join(f"group-{number}: {{precedence: 1}}" for number in (1, 2, 3, 4))
    assert found == {
        "disabled-user": (f"users: {{{two}}}", {"page_size": 1}),
        "one-precedence": (f"groups: {{{ranked}}}", {"page_size": 1}),
    }


def test_the_pool_is_named_unless_it_is_the_default(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(service=SERVICE.replace(POOL, "us-east-1_Other"))
    place = findings(pytester, MEMBERS.replace("users", "{pool: us-east-1_Other, users").replace("]}", "]}}"))[
        "places"
    ][0]
    assert place["untried"][3]["seed"] == "{pool: us-east-1_Other, groups: {readers: {}}}"
    assert place["untried"][3]["options"] == {"inherit": False}


def test_ten_places_are_shown_the_worst_first(pytester: pytest.Pytester) -> None:
    calls = "\n".join(f"    client.get_group(UserPoolId=POOL, GroupName='readers')  # {n}" for n in range(11))
    pytester.makepyfile(service=f"{SERVICE}\n\ndef many():\n{calls}\n")
    module = MEMBERS + "    service.many()\n"
    result = run(pytester, module, OPTION)
    result.stdout.fnmatch_lines(
        ["service.py:17 *", "service.py:3? get_group, 1 test", "… 2 more places (all with -v, one per line with -q)"]
    )
    result = run(pytester, module, OPTION, "-v")
    assert str(result.stdout).count("get_group, 1 test") == 11
    result.stdout.no_fnmatch_line("*more place*")


def test_a_place_that_has_met_everything_is_counted(pytester: pytest.Pytester) -> None:
    module = """
    @pytest.mark.cognito_groups('''
    groups: {readers: }
    faults:
    - {operation: get_group, error: TooManyRequestsException, times: , when: {GroupName: a}}
    - {operation: get_group, error: AccessDeniedException, when: {GroupName: b}}
    - {operation: get_group, error: ResourceNotFoundException, when: {GroupName: c}}
    ''')
    @pytest.mark.parametrize("name", ["readers", "a", "b", "c"])
    @pytest.mark.cognito_groups(assert_all_faults_raised=False)
    def test_it(name):
        try:
            service.group(name)
        except service.client.exceptions.ClientError:
            pass
    """
    pytester.makepyfile(
        service=SERVICE + "def group(name): return client.get_group(UserPoolId=POOL, GroupName=name)['Group']\n"
    )
    result = run(pytester, module, OPTION)
    result.stdout.fnmatch_lines(["*what no test has tried*", "Nothing is left to try at 1 place."], consecutive=True)


def test_calls_of_test_files_are_left_out(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "import service\ndef from_conftest(): return service.client.list_groups(UserPoolId=service.POOL)"
    )
    result = run(
        pytester,
        """
        import conftest

        def test_it(cognito_groups):
            service.client.list_groups(UserPoolId=service.POOL)
            conftest.from_conftest()
        """,
        OPTION,
    )
    result.stdout.fnmatch_lines(["No call from the code under test was answered here: *"])


def test_calls_without_a_place_are_told_once(pytester: pytest.Pytester) -> None:
    module = """
    from concurrent.futures import ThreadPoolExecutor

    def test_it(cognito_groups):
        with ThreadPoolExecutor() as pool:
            for _ in range(3):
                pool.submit(service.client.list_groups, UserPoolId=service.POOL).result()
        with ThreadPoolExecutor() as pool:
            pool.submit(service.members).exception()
    """
    result = run(pytester, module, OPTION)
    result.stdout.fnmatch_lines(
        [
            "service.py:17 list_users_in_group, 1 test",
            "3 calls came from an unknown place: a thread or a task that runs the client's method itself.",
        ]
    )


# What closes a gap


@pytest.mark.parametrize(
    ("seed", "closed"),
    [
        ("users: {alice: [readers]}", set()),
        ("groups: {readers: }", {"no-items"}),
        ("users: {}", {"unknown-group"}),
        ("users: {alice: {groups: [readers], enabled: false}}", {"disabled-user"}),
        ("users: {alice: {groups: [readers], status: EXTERNAL_PROVIDER}}", {"federated-user"}),
        ("{users: {a: [readers]}, faults: [{error: AccessDeniedException}]}", {"denied"}),
        ("{users: {a: [readers]}, faults: [{error: NotAuthorizedException}]}", {"denied"}),
        ("{users: {a: [readers]}, faults: [{error: ThrottlingException, times: }]}", {"throttled"}),
        ("{users: {a: [readers]}, faults: [{error: InternalErrorException, times: }]}", set()),
    ],
)
def test_what_an_answer_shows_closes_its_gap(pytester: pytest.Pytester, seed: str, closed: set[str]) -> None:
    module = f"""
    @pytest.mark.cognito_groups("{seed}")
    def test_it():
        try:
            service.members()
        except service.client.exceptions.ClientError:
            pass
    """
    everything = untried(pytester, MEMBERS)
    assert everything - untried(pytester, module) == closed


def test_pages_are_closed_by_what_the_place_got(pytester: pytest.Pytester) -> None:
    module = MEMBERS.replace("alice: [readers]", "alice: [readers], bob: [readers]").replace("== 1", "== 2")
    pages = {"second-page", "short-page", "empty-page", "another-order"}
    assert untried(pytester, module) & pages == pages
    assert untried(pytester, module.replace('}")', '}", page_size=1)')) & pages == {"empty-page", "another-order"}
    assert untried(pytester, module, "--cognito-groups-paging=ragged") & pages == set()
    assert untried(pytester, module, "--cognito-groups-paging=both") & pages == set()


def test_a_full_page_with_a_token_is_not_short(pytester: pytest.Pytester) -> None:
    module = MEMBERS.replace("alice: [readers]", "alice: [readers], bob: [readers]").replace("== 1", "== 2")
    gaps = untried(pytester, module.replace('}")', '}", default_limit=1)'))
    assert "short-page" in gaps
    assert "second-page" not in gaps


def test_a_pool_that_is_not_there_shows_its_error(pytester: pytest.Pytester) -> None:
    module = """
    @pytest.mark.cognito_groups("pool: us-east-1_Another")
    def test_it():
        with pytest.raises(service.client.exceptions.ResourceNotFoundException):
            service.members()
    """
    gaps = untried(pytester, module)
    assert "unknown-group" not in gaps  # the service has one code for both
    assert "no-items" in gaps


def test_a_fault_that_retries_swallow_shows_nothing(pytester: pytest.Pytester) -> None:
    module = """
    @pytest.mark.cognito_groups("{users: {alice: [readers]}, faults: [{error: ThrottlingException}]}")
    def test_it(cognito_groups):
        service.members()
        assert cognito_groups.calls.last.attempts == 2
    """
    assert "throttled" in untried(pytester, module)


def test_attributes_are_compared_between_users(pytester: pytest.Pytester) -> None:
    module = """
    @pytest.mark.cognito_groups("users: {{alice: {{attributes: {{{0}}}}}, bob: {{attributes: {{{1}}}}}}}")
    def test_it():
        service.user("alice")
        service.user("bob")
    """
    assert "missing-attribute" in untried(pytester, module.format("name: a", "name: b"))
    assert "missing-attribute" not in untried(pytester, module.format("name: a", "email: b"))
    assert "missing-attribute" not in untried(pytester, module.format("", ""))


# What a place could not meet


def gaps_of(pytester: pytest.Pytester, call: str, seed: str = "users: {alice: [readers]}") -> set[str]:
    pytester.makepyfile(service=f"{SERVICE}\n\ndef ask(): return {call}\n")
    return untried(pytester, f'@pytest.mark.cognito_groups("""{seed}""")\ndef test_it(): service.ask()\n')


OF_PAGES = {"second-page", "short-page", "empty-page", "no-items", "another-order"}
OF_USERS = {"disabled-user", "federated-user"}
OF_GROUPS = {"no-precedence", "no-role", "one-precedence"}
OF_ALL = {"throttled", "denied"}


@pytest.mark.parametrize(
    ("call", "gaps"),
    [
        ("groups()", OF_PAGES - {"short-page"} | OF_ALL | {"unknown-user", "one-precedence"}),
        ("walk('list_users')", OF_PAGES | OF_ALL | OF_USERS),
        ("walk('list_users', Limit=1)", OF_PAGES - {"second-page", "short-page", "empty-page"} | OF_ALL | OF_USERS),
        ("walk('list_users', Filter='sub = \"x\"')", {"empty-page"} | OF_ALL | OF_USERS),
        ("walk('list_users', Filter='sub ^= \"x\"')", OF_PAGES - {"no-items"} | OF_ALL | OF_USERS),
        ("walk('list_users', Filter='status = \"x\"')", OF_PAGES - {"no-items"} | OF_ALL | {"federated-user"}),
        (
            "walk('list_users', Filter='cognito:user_status = \"x\"')",
            OF_PAGES - {"no-items"} | OF_ALL | {"disabled-user"},
        ),
        ("client.get_group(UserPoolId=POOL, GroupName='readers')", OF_ALL | {"unknown-group"}),
        ("user()", OF_ALL | OF_USERS | {"unknown-user"}),
        ("client.create_group(UserPoolId=POOL, GroupName='x')", OF_ALL | {"existing-group"}),
        ("client.delete_group(UserPoolId=POOL, GroupName='readers')", OF_ALL | {"unknown-group"}),
    ],
)
def test_a_gap_is_told_where_the_place_could_meet_it(pytester: pytest.Pytester, call: str, gaps: set[str]) -> None:
    assert gaps_of(pytester, call) == gaps


@pytest.mark.parametrize(
    ("users", "shown"), [("", False), ("alice: [readers]", False), ("a: [readers], b: [readers]", True)]
)
def test_another_order_takes_two(pytester: pytest.Pytester, users: str, shown: bool) -> None:
    mark = f'@pytest.mark.cognito_groups("groups: [readers]\\nusers: {{{users}}}", paging="ragged")'
    assert ("another-order" not in untried(pytester, f"{mark}\ndef test_it(): service.members()\n")) is shown


def test_users_of_whom_some_attributes_are_asked_lack_none(pytester: pytest.Pytester) -> None:
    seed = "users: {a: {attributes: {name: a, email: a@x.y}}, b: {attributes: {name: b, email: b@x.y}}}"
    assert "missing-attribute" in gaps_of(pytester, "walk('list_users')", seed)
    assert "missing-attribute" not in gaps_of(pytester, "walk('list_users', AttributesToGet=['name'])", seed)


def test_in_the_place_of_an_answer_that_the_test_gives_nothing_is_shown(pytester: pytest.Pytester) -> None:
    module = """
    def test_it(cognito_groups):
        cognito_groups.answer("list_users_in_group", {"Users": []})
        service.members()
        cognito_groups.answer("admin_create_user", {})
        service.client.admin_create_user(UserPoolId=service.POOL, Username="x")
    """
    assert "no-items" in untried(pytester, module)


# The round trip

EVERY = """
CALLS = {
    "list_users_in_group": lambda: walk("list_users_in_group", GroupName="readers"),
    "admin_list_groups_for_user": lambda: walk("admin_list_groups_for_user", Username=NAME),
    "list_groups": lambda: [*client.get_paginator("list_groups").paginate(UserPoolId=POOL)],
    "list_users": lambda: walk("list_users", **FILTER),
    "admin_get_user": lambda: client.admin_get_user(UserPoolId=POOL, Username=NAME),
    "get_group": lambda: client.get_group(UserPoolId=POOL, GroupName="readers"),
    "admin_add_user_to_group": lambda: client.admin_add_user_to_group(
        UserPoolId=POOL, GroupName="readers", Username=NAME),
    "admin_remove_user_from_group": lambda: client.admin_remove_user_from_group(
        UserPoolId=POOL, GroupName="readers", Username=NAME),
    "create_group": lambda: client.create_group(UserPoolId=POOL, GroupName="writers"),
    "update_group": lambda: client.update_group(UserPoolId=POOL, GroupName="readers", Description="x"),
    "delete_group": lambda: client.delete_group(UserPoolId=POOL, GroupName="readers"),
}
"""
FILTERS = [
    'email = "a@x.y"',
    'email ^= "a@x.y"',
    'name = "a"',
    'username = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"',
    'username ^= "5f0c"',
    'sub ^= "5f0c"',
    'status = "Enabled"',
    'cognito:user_status = "CONFIRMED"',
]


@pytest.mark.parametrize(
    ("sign_in", "filtered"),
    [
        *(("", text) for text in [None, *FILTERS]),
        *(("username_attributes: [email]", text) for text in [None, *FILTERS[:5]]),
        ("username_attributes: [phone_number]", None),
    ],
)
def test_what_is_proposed_closes_every_gap(pytester: pytest.Pytester, sign_in: str, filtered: str | None) -> None:
    name = {"": "alice", "email": "a@x.y"}.get(sign_in[22:-1], "+15551234567")
    given = {} if filtered is None else {"Filter": filtered}
    seed = f"""
    {sign_in}
    groups:
      readers: {{precedence: 1, role_arn: "arn:aws:iam::123456789012:role/A"}}
    users:
      "{name}": {{groups: [readers], attributes: {{name: a, {"" if name == "a@x.y" else "email: a@x.y"}}}}}
    """
    pytester.makepyfile(service=f"{SERVICE}\nNAME, FILTER = {name!r}, {given!r}\n{EVERY}")
    head = f"pytestmark = pytest.mark.cognito_groups('''{dedent(seed)}''')\n"
    once = "\n@pytest.mark.parametrize('name', service.CALLS)\ndef test_once(name): service.CALLS[name]()\n"
    places = findings(pytester, head + once)["places"]
    assert len(places) == 11
    asked = set().union(*({gap["id"] for gap in place["untried"]} for place in places))
    assert asked >= OF_USERS | OF_ALL | {"unknown-user", "unknown-group", "existing-group", "no-items", "empty-page"}
    first = "".join(_tests(places, "first"))
    places = findings(pytester, head + once + first)["places"]  # and those that get later pages
    lines = {(place["operation"], place["line"]) for place in places}
    places = findings(pytester, head + once + first + "".join(_tests(places, "second")))["places"]
    assert {(place["operation"], place["line"]): [gap["id"] for gap in place["untried"]] for place in places} == {
        line: [] for line in lines
    }


def test_what_is_proposed_reaches_code_that_reads_one_page(pytester: pytest.Pytester) -> None:
    first_page = SERVICE.replace("    while token in page:", "    while False:")
    pytester.makepyfile(service=f"{first_page}\nNAME, FILTER = 'alice', {{}}\n{EVERY}")
    head = "pytestmark = pytest.mark.cognito_groups('users: {alice: [readers], bob: [readers]}')\n"
    once = "\n@pytest.mark.parametrize('name', service.CALLS)\ndef test_once(name): service.CALLS[name]()\n"
    settings = ("-o", "cognito_groups_assert_all_pages_read=false")
    places = findings(pytester, head + once, *settings)["places"]
    places = findings(pytester, head + once + "".join(_tests(places, "first")), *settings)["places"]
    assert [place["untried"] for place in places] == [[]] * 11


def _tests(places: list[dict[str, Any]], run: str) -> Iterator[str]:
    """A test for each gap, with the mark that is proposed."""
    for number, place in enumerate(places):
        for gap in place["untried"]:
            seed = [repr(gap["seed"])] if gap["seed"] else []
            options = [f"{name}={value!r}" for name, value in gap["options"].items()]
            body = f"""
            @pytest.mark.cognito_groups({", ".join([*seed, *options])})
            def test_{run}_{number}_{gap["id"].replace("-", "_")}():
                try:
                    service.CALLS[{place["operation"]!r}]()
                except service.client.exceptions.ClientError:
                    pass
            """
            yield dedent(body)


# The run


def test_workers_findings_are_merged(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    module = """
    @pytest.mark.cognito_groups("users: {alice: {groups: [readers], attributes: {name: a}}}")
    def test_one(): service.members()

    @pytest.mark.cognito_groups("users: {bob: {groups: [readers], enabled: false}}")
    def test_two(): service.members()

    @pytest.mark.cognito_groups("groups: {readers: }")
    def test_three(): service.members()
    """
    result = run(pytester, module, "-p", "xdist", "-n2", f"{OPTION}=found.json")
    result.stdout.fnmatch_lines(["service.py:17 list_users_in_group, 3 tests"])
    (place,) = json.loads((pytester.path / "found.json").read_text())["places"]
    assert place["tests"] == 3
    assert {"disabled-user", "no-items"} <= {*place["tried"]}
    assert "missing-attribute" not in {gap["id"] for gap in place["untried"]}


def test_a_worker_hands_its_findings_over_and_writes_no_file(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import json

        def pytest_configure(config): config.workeroutput = {}
        def pytest_unconfigure(config): print("handed over:", json.dumps(config.workeroutput["cognito_groups_untried"]))
        """
    )
    result = run(pytester, MEMBERS, f"{OPTION}=found.json")
    result.stdout.fnmatch_lines(
        [f'handed over: [[][[][[][[]"{pytester.path / "service.py"}", 17, "ListUsersInGroup"], {{*']
    )
    assert not (pytester.path / "found.json").exists()


def test_the_json_has_its_form_and_needs_no_terminal(pytester: pytest.Pytester) -> None:
    found = findings(pytester, MEMBERS, "-p", "no:terminal")
    assert found["version"] == 1
    assert found["unknown_places"] == 0
    (place,) = found["places"]
    assert {**place, "untried": None} == {
        "file": "service.py",
        "line": 17,
        "operation": "list_users_in_group",
        "tests": 1,
        "untried": None,
        "tried": [],
    }
    assert place["untried"][0] == {
        "id": "second-page",
        "text": "a second page",
        "seed": "users: {user-1: [readers], user-2: [readers]}",
        "options": {"page_size": 1},
    }


def test_code_outside_of_rootdir_is_named_by_its_whole_path(pytester: pytest.Pytester) -> None:
    below = pytester.mkdir("below")
    (below / "test_it.py").write_text("import service\n" + "import pytest\n" + MEMBERS)
    result = pytester.runpytest_inprocess("below", "--rootdir=below", f"{OPTION}=found.json")
    result.assert_outcomes(passed=1)
    (place,) = json.loads((pytester.path / "found.json").read_text())["places"]
    assert place["file"] == str(pytester.path / "service.py")


def test_fakes_entered_by_hand_count(pytester: pytest.Pytester) -> None:
    module = """
    from pytest_cognito_groups import CognitoGroups

    @pytest.fixture(scope="module")
    def fake():
        with CognitoGroups.from_yaml("groups: {readers: }") as fake:
            service.members()
            yield fake

    def test_one(fake): service.members()
    def test_two(fake): service.members()
    """
    (place,) = findings(pytester, module)["places"]
    assert place["tests"] == 2
    assert place["tried"] == ["no-items"]


def test_a_call_between_tests_is_of_no_test(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import service
        from pytest_cognito_groups import CognitoGroups

        def pytest_sessionstart():
            with CognitoGroups.from_yaml("groups: {readers: }"):
                service.members()
        """
    )
    (place,) = findings(pytester, "def test_it(): pass")["places"]
    assert place["tests"] == 0


def test_more_calls_than_may_be_pending_are_all_counted(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(untried_module, "PENDING", 1)
    result = run(
        pytester,
        """
        def test_it(cognito_groups):
            from concurrent.futures import ThreadPoolExecutor
            with ThreadPoolExecutor() as pool:
                for _ in range(3):
                    pool.submit(service.client.list_groups, UserPoolId=service.POOL).result()
        """,
        OPTION,
    )
    result.stdout.fnmatch_lines(["3 calls came from an unknown place*"])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("tests", "took 'tests' for its JSON file; put the option behind the tests, at the end"),
        (
            "test_it.py::test_it",
            "took 'test_it.py::test_it' for its JSON file; put the option behind the tests, at the end",
        ),
        ("no/found.json", "the folder of 'no/found.json' doesn't exist"),
    ],
)
def test_what_is_no_file_for_json_ends_the_run(pytester: pytest.Pytester, value: str, message: str) -> None:
    pytester.mkdir("tests")
    result = run(pytester, "def test_it(): pass", OPTION, value)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*argument {OPTION}: {message}"])


def test_the_exit_status_is_pytests_own(pytester: pytest.Pytester) -> None:
    result = run(pytester, MEMBERS.replace("== 1", "== 2"), OPTION)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["service.py:17 list_users_in_group, 1 test"])


def test_threads_may_outlive_their_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    untried = untried_module.Untried(cast("pytest.Config", None), None)
    monkeypatch.setattr(fake_service, "watch", untried.watch)
    monkeypatch.setattr(untried_module, "PENDING", 0)  # each call is settled by its thread, or by the end of a test
    item = cast("pytest.Item", SimpleNamespace(nodeid="test"))
    client = boto3.client("cognito-idp", region_name="us-east-1")
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with CognitoGroups() as fake, ThreadPoolExecutor() as threads:
            calls = [threads.submit(client.list_groups, UserPoolId=POOL) for _ in range(500)]
            while not all(call.done() for call in calls):
                list(untried.pytest_runtest_protocol(item))
    finally:
        sys.setswitchinterval(before)
    assert [call.exception() for call in calls] == [None] * 500
    assert len(fake.calls) == 500
