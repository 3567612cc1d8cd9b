"""A test with the fixture: how it ends, what its report shows, both ways of paging."""

from __future__ import annotations

import re
import shlex
from textwrap import dedent

import pytest

MODULE = '''
import threading, unittest
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

POOL = "us-east-1_TestPool1"
SEED = """
users:
  alice: [readers, writers]
  member-[1:9]: [readers, writers]
"""
client = boto3.client("cognito-idp", region_name="us-east-1")
marked = pytest.mark.cognito_groups(SEED, page_size=4)

def page(**more):
    return client.list_users_in_group(UserPoolId=POOL, GroupName="readers", **more)

def groups(**more):
    return client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice", Limit=1, **more)

def walk(**limit):
    token = {}
    while True:
        answer = page(**limit, **token)
        yield answer
        if "NextToken" not in answer:
            return
        token = {"NextToken": answer["NextToken"]}

def everything():
    return list(walk())

def paginated(**config):
    paginator = client.get_paginator("list_users_in_group")
    return paginator.paginate(UserPoolId=POOL, GroupName="readers", PaginationConfig=config)

'''
READERS = "list_users_in_group(UserPoolId='us-east-1_TestPool1', GroupName='readers')"


def run(pytester: pytest.Pytester, tests: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(test_it=MODULE + dedent(tests))
    return pytester.runpytest_inprocess(*arguments)


def line_of(text: str) -> int:
    """Where the text stands in the file that is made of the module, which begins without the empty line."""
    return MODULE.lstrip().count("\n", 0, MODULE.lstrip().index(text)) + 1


# Pages left unread


def test_a_test_that_leaves_a_page_unread_fails_and_is_told_where(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @marked
        def test_first_page_only():
            page()
        """,
    )
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(
        [
            "Pages were left unread: 1 NextToken returned but never sent back.",
            f"  {READERS}: 4 of 10 users read",
            f"    its NextToken was returned at test_it.py:{line_of('return client.list')}",
            "Request the next page until no NextToken is returned, or use a paginator.",
            "If the function stops reading on purpose, say so once for the whole suite, in pytest's configuration:",
            "  cognito_groups_partial_reads = test_it.py::page",
            '  in TOML: cognito_groups_partial_reads = [[]"test_it.py::page"]',
            "If this is on purpose: @pytest.mark.cognito_groups(assert_all_pages_read=False), "
            'or "cognito_groups_assert_all_pages_read = false" in pytest\'s configuration',
            "*- cognito-idp calls -*",
            f"  1. {READERS} -> 4 users (more to come)",
        ],
        consecutive=True,
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("list(page() for _ in range(2)), page(NextToken=page()['NextToken'])", id="middle"),
        pytest.param("everything(), page()", id="after-a-complete-walk"),
        pytest.param("page(NextToken=page()['NextToken'], Limit=3)", id="second-page"),
        pytest.param("page(Limit=4), page(NextToken=page(Limit=3)['NextToken'])", id="other-position"),
        pytest.param("page(Limit=3), groups(), groups()", id="beside-a-probe"),
        pytest.param("page(NextToken=page(Limit=1)['NextToken'])", id="read-on-from-a-probe"),
        pytest.param(
            "everything(), client.list_users_in_group(UserPoolId=POOL, GroupName='writers', Limit=3)",
            id="other-listing",
        ),
        pytest.param("[page['Users'] for page, _ in zip(walk(), range(1))]", id="generator-left"),
        pytest.param("ThreadPoolExecutor(1).submit(page).result()", id="thread"),
        pytest.param("next(iter(paginated())), page()", id="beside-a-paginator"),
        pytest.param("pytest.raises(Exception, groups, NextToken=page()['NextToken'])", id="of-another-operation"),
        pytest.param(
            "pytest.raises(Exception, client.list_users_in_group, UserPoolId=POOL, GroupName='nobody', "
            "NextToken=page()['NextToken'])",
            id="of-a-group-that-never-was",
        ),
    ],
)
def test_what_counts_as_unread(pytester: pytest.Pytester, body: str) -> None:
    result = run(pytester, f"@marked\ndef test_it():\n    {body}\n")
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(["Pages were left unread: *"])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("everything()", id="manual-walk"),
        pytest.param("list(walk(Limit=3)), list(walk(Limit=2))", id="walks-of-other-limits"),
        pytest.param("page(Limit=1)", id="is-there-anyone"),
        pytest.param("page(Limit=2)", id="is-there-exactly-one"),
        pytest.param("page(NextToken=page(Limit=2)['NextToken'], Limit=2)", id="a-probe-that-continues-a-probe"),
        pytest.param("page(NextToken=page()['NextToken'], Limit=1)", id="a-probe-that-continues-a-page"),
        pytest.param("page(), everything()", id="first-page-then-a-walk"),
        pytest.param("next(iter(paginated()))", id="paginator-left"),
        pytest.param("any(user for page in paginated() for user in page['Users'])", id="paginator-any"),
        pytest.param("paginated(MaxItems=2).build_full_result()", id="max-items"),
        pytest.param(
            "paginated(StartingToken=paginated(MaxItems=3).build_full_result()['NextToken']).build_full_result()",
            id="starting-token",
        ),
        pytest.param("list(paginated().search('Users[].Username'))", id="search"),
        pytest.param("page(Limit=9), [page for page in paginated(PageSize=9)]", id="read-on-by-a-paginator"),
        pytest.param("pytest.raises(Exception, page, NextToken=page(Limit=4)['NextToken'], Limit=61)", id="in-vain"),
        pytest.param(
            "token = page()['NextToken']; cognito_groups.delete_group('readers')\n"
            "    pytest.raises(client.exceptions.ResourceNotFoundException, page, NextToken=token)",
            id="group-deleted-meanwhile",
        ),
        pytest.param(
            "more = {'NextToken': groups()['NextToken']}; cognito_groups.delete_user('alice')\n"
            "    pytest.raises(client.exceptions.UserNotFoundException, groups, **more)",
            id="user-deleted-meanwhile",
        ),
    ],
)
def test_what_does_not_count_as_unread(pytester: pytest.Pytester, body: str) -> None:
    result = run(pytester, f"@marked\ndef test_it(cognito_groups):\n    {body}\n")
    assert result.parseoutcomes() == {"passed": 1}


@pytest.mark.parametrize(
    ("mark", "ini"),
    [("assert_all_pages_read=False", ""), ("", "cognito_groups_assert_all_pages_read = false")],
    ids=["mark", "configuration"],
)
def test_leaving_pages_can_be_allowed(pytester: pytest.Pytester, mark: str, ini: str) -> None:
    pytester.makeini(f"[pytest]\n{ini}")
    result = run(
        pytester,
        f"""
        @marked
        @pytest.mark.cognito_groups({mark})
        def test_it():
            page()
        """,
    )
    assert result.parseoutcomes() == {"passed": 1}


def test_unread_pages_can_be_asserted_in_the_middle_of_a_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @marked
        def test_it(cognito_groups):
            cognito_groups.assert_all_pages_read()
            token = page()["NextToken"]
            with pytest.raises(AssertionError, match="4 of 10 users read"):
                cognito_groups.assert_all_pages_read()
            cognito_groups.reset_calls()
            with pytest.raises(AssertionError, match="4 of 10 users read"):
                cognito_groups.assert_all_pages_read()
            while token:
                token = page(NextToken=token).get("NextToken")
            cognito_groups.assert_all_pages_read()
        """,
    )
    assert result.parseoutcomes() == {"passed": 1}


def test_ragged_paging_judges_only_what_full_paging_would_have_cut(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.mark.cognito_groups(SEED)
        def test_one_page_in_full():
            page()

        @marked
        def test_several_pages_in_full():
            page()
        """,
        "--cognito-groups-paging=ragged",
    )
    assert result.parseoutcomes() == {"passed": 1, "failed": 1}
    result.stdout.fnmatch_lines(["FAILED test_it.py::test_several_pages_in_full - *"])


# Runaway loops


@pytest.mark.parametrize(
    ("loop", "told"),
    [
        ("while page().get('NextToken'): pass", "the token was never sent back"),
        ("while page(NextToken=None or first).get('NextToken'): pass", "the same token was sent each time"),
    ],
    ids=["no-token", "same-token"],
)
@pytest.mark.parametrize("paging", ["full", "ragged"])
def test_a_loop_without_end_is_stopped_inside_the_call(
    pytester: pytest.Pytester, loop: str, told: str, paging: str
) -> None:
    result = run(
        pytester,
        f"""
        @marked
        def test_it():
            first = page()["NextToken"]
            try:
                {loop}
            except Exception:
                pass
        """,
        f"--cognito-groups-paging={paging}",
    )
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(
        [
            f"Endless loop: {READERS[:-1]}*) was answered 1,000 times in a row with a NextToken, and {told}.",
            f"  called at test_it.py:{line_of('return client.list')}",
        ]
    )


@pytest.mark.parametrize(
    "body",
    [
        "thread = threading.Thread(target=loop); thread.start(); thread.join()",
        "ThreadPoolExecutor(1).submit(loop).exception()",
        "pytest.raises(pytest.fail.Exception, loop)",
    ],
    ids=["thread", "executor", "caught"],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_stopped_loop_fails_the_test_once_though_it_was_hidden(pytester: pytest.Pytester, body: str) -> None:
    result = run(
        pytester,
        f"""
        def loop():
            while page().get("NextToken"):
                pass

        @marked
        @pytest.mark.cognito_groups(assert_all_pages_read=False, assert_all_faults_raised=False, max_repeats=5)
        def test_it():
            {body}
        """,
    )
    assert result.parseoutcomes()["failed"] == 1
    assert "errors" not in result.parseoutcomes()
    assert str(result.stdout).count("Endless loop") == 1 + str(result.stdout).count("- Failed: Endless loop")


def test_threads_that_loop_alike_are_told_of_once(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def loop():
            while page().get("NextToken"):
                pass

        @marked
        @pytest.mark.cognito_groups(max_repeats=5)
        def test_it():
            with ThreadPoolExecutor(3) as pool:
                [pool.submit(loop) for _ in range(3)]
        """,
    )
    assert result.parseoutcomes() == {"failed": 1}
    assert len([line for line in result.outlines if line.startswith("Endless loop: ")]) == 1


def test_a_request_is_answered_as_often_as_max_repeats_says(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @marked
        @pytest.mark.cognito_groups(max_repeats=1)
        def test_a_walk():
            everything()

        @marked
        @pytest.mark.cognito_groups(max_repeats=3, assert_all_pages_read=False)
        def test_three():
            page(), page(), page()

        @marked
        @pytest.mark.cognito_groups(max_repeats=3, assert_all_pages_read=False)
        def test_four():
            page(), page(), page(), page()
        """,
    )
    assert result.parseoutcomes() == {"passed": 2, "failed": 1}
    result.stdout.fnmatch_lines(["* was answered 3 times in a row with a NextToken, and *"])


def test_many_first_pages_are_no_loop(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @marked
        @pytest.mark.cognito_groups(assert_all_pages_read=False)
        def test_threads():
            with ThreadPoolExecutor(4) as pool:
                assert len(list(pool.map(lambda _: page(), range(240)))) == 240

        @marked
        @pytest.mark.cognito_groups(max_repeats=5)
        def test_walks():
            for _ in range(20):
                everything()

        @marked
        @pytest.mark.cognito_groups(max_repeats=5, assert_all_pages_read=False)
        def test_reset(cognito_groups):
            for _ in range(20):
                page()
                cognito_groups.reset_calls()
        """,
    )
    assert result.parseoutcomes() == {"passed": 3}


# The end of a test


def test_a_refused_call_fails_the_test_although_it_was_caught(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @marked
        def test_it():
            with pytest.raises(pytest.fail.Exception):
                client.list_resource_servers(UserPoolId=POOL)
        """,
    )
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(
        [
            "cognito-idp list_resource_servers was called, but cognito_groups doesn't answer it.",
            "  called at test_it.py:*",
            "To answer it here, give the answer, or a function that makes it from the parameters:",
            '  cognito_groups.answer("list_resource_servers", {"ResourceServers": ??})',
            "If this is on purpose, let it through (to AWS, unless moto's mock_aws is active):",
            "  @pytest.mark.cognito_groups(allow_operations=['list_resource_servers']), "
            "or 'cognito_groups_allow_operations = \"list_resource_servers\"' in pytest's configuration",
        ],
        consecutive=True,
    )


def test_a_test_that_failed_already_is_told_nothing_more(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @marked
        def test_function():
            page()
            assert 1 == 2

        @marked
        class TestCase(unittest.TestCase):
            def test_method(self):
                page()
                self.assertEqual(1, 2)

        @marked
        def test_skipped():
            page()
            pytest.skip("enough")

        @marked
        @pytest.mark.xfail(strict=True)
        def test_expected():
            page()
        """,
    )
    assert result.parseoutcomes() == {"failed": 2, "skipped": 1, "xfailed": 1}
    result.stdout.no_fnmatch_line("*Pages were left unread*")
    result.stdout.fnmatch_lines(["*1 != 2*"])


def test_the_end_of_a_unittest_method_is_checked_too(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @marked
        class TestCase(unittest.TestCase):
            def test_method(self):
                page()
        """,
    )
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(["Pages were left unread: *", "*- cognito-idp calls -*"])


def test_a_fault_that_was_not_reached_fails_the_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.mark.cognito_groups("faults: [{operation: list_users_in_group, error: TooManyRequestsException}]")
        class TestInherited:
            def test_it(self):
                pass

        def test_own(cognito_groups):
            cognito_groups.throttle("list_users_in_group", times=2)

        @pytest.mark.cognito_groups(assert_all_faults_raised=False)
        def test_allowed(cognito_groups):
            cognito_groups.throttle()
        """,
    )
    assert result.parseoutcomes() == {"passed": 2, "failed": 1}
    result.stdout.fnmatch_lines(
        [
            "1 planned fault not raised as often as planned:",
            "  TooManyRequestsException for list_users_in_group(): planned 2 times, raised 0 times; it was not called",
            "Plan a fault for no more requests than the code sends, retries included.",
            "If this is on purpose: @pytest.mark.cognito_groups(assert_all_faults_raised=False), *",
        ],
        consecutive=True,
    )


@pytest.mark.parametrize(
    "arguments", [(), ("-p", "xdist", "-n2"), ("--assert=plain",)], ids=["plain", "xdist", "assert-plain"]
)
def test_a_failing_test_shows_its_calls(pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    result = run(
        pytester,
        """
        @marked
        def test_it():
            everything()
            assert False
        """,
        *arguments,
    )
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(
        [
            "*- cognito-idp calls -*",
            f"  1. {READERS} -> 4 users (more to come)",
            "  2. *NextToken='*…*'* -> 4 users (page 2, more to come)",
            "  3. *NextToken='*…*'* -> 2 users (page 3)",
        ]
    )


def test_a_failing_test_shows_all_its_calls_when_asked(pytester: pytest.Pytester) -> None:
    tests = """
        @marked
        def test_it():
            list(walk(Limit=1)), list(walk(Limit=1)), list(walk(Limit=1))
            assert False
        """
    result = run(pytester, tests)
    result.stdout.fnmatch_lines(["  … 10 more (all with -v) …"])
    result = run(pytester, tests, "-v")
    result.stdout.no_fnmatch_line("*more (all with -v)*")


def test_a_failing_assertion_hides_the_frames_of_the_plugin(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @marked
        def test_it(cognito_groups):
            cognito_groups.assert_called()
        """,
    )
    result.stdout.fnmatch_lines([">       cognito_groups.assert_called()"])
    result.stdout.no_fnmatch_line("*fake.py*")


# Paging from the command line


def test_both_runs_each_test_with_the_fixture_twice(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_without():
            pass

        @marked
        def test_function():
            pass

        @marked
        @pytest.mark.parametrize("letter", "ab")
        def test_parametrized(letter):
            pass

        @marked
        @pytest.mark.cognito_groups(paging="full")
        def test_named():
            pass

        @pytest.mark.parametrize(
            "number",
            [
                0,
                pytest.param(1, marks=pytest.mark.cognito_groups(paging="ragged")),
                pytest.param(2, marks=pytest.mark.cognito_groups(inherit=False)),
            ],
        )
        @marked
        def test_named_by_a_parameter_set(number):
            pass

        @pytest.mark.parametrize("number", [0, pytest.param(1, marks=marked)])
        def test_marked_by_a_parameter_set(number):
            pass

        @pytest.mark.cognito_groups(paging="full")
        class TestClass:
            @pytest.mark.cognito_groups(inherit=False)
            def test_method(self, cognito_groups):
                pass

        @marked
        class TestCase(unittest.TestCase):
            def test_method(self):
                pass
        """,
        "--cognito-groups-paging=both",
        "--collect-only",
        "-q",
    )
    assert [line for line in result.outlines if "::" in line] == [
        "test_it.py::test_without",
        "test_it.py::test_function[full]",
        "test_it.py::test_function[ragged]",
        "test_it.py::test_parametrized[a-full]",
        "test_it.py::test_parametrized[a-ragged]",
        "test_it.py::test_parametrized[b-full]",
        "test_it.py::test_parametrized[b-ragged]",
        "test_it.py::test_named",
        "test_it.py::test_named_by_a_parameter_set[0-full]",
        "test_it.py::test_named_by_a_parameter_set[0-ragged]",
        "test_it.py::test_named_by_a_parameter_set[1]",
        "test_it.py::test_named_by_a_parameter_set[2-full]",
        "test_it.py::test_named_by_a_parameter_set[2-ragged]",
        "test_it.py::test_marked_by_a_parameter_set[0]",
        "test_it.py::test_marked_by_a_parameter_set[1-full]",
        "test_it.py::test_marked_by_a_parameter_set[1-ragged]",
        "test_it.py::TestClass::test_method[full]",
        "test_it.py::TestClass::test_method[ragged]",
        "test_it.py::TestCase::test_method",
    ]


def test_both_runs_twice_what_a_mark_of_the_module_concerns(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        pytestmark = marked

        def test_function():
            pass

        class TestClass:
            def test_method(self):
                pass
        """,
        "--cognito-groups-paging=both",
        "-v",
    )
    assert result.parseoutcomes() == {"passed": 4}
    result.stdout.fnmatch_lines(["*::test_function[[]ragged]*", "*::TestClass::test_method[[]ragged]*"])


@pytest.mark.parametrize("arguments", [(), ("-p", "xdist", "-n2")], ids=["one-process", "xdist"])
def test_each_run_is_paged_as_its_id_says(pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    result = run(
        pytester,
        """
        def paging(fake):
            fake.load("users: {'new-[1:3]': [many]}")
            pages = client.get_paginator("list_users_in_group").paginate(UserPoolId=POOL, GroupName="many")
            return "full" if len(list(pages)) == 1 else "ragged"

        @marked
        def test_function(cognito_groups, request):
            assert request.node.name == f"test_function[{paging(cognito_groups)}]"

        @pytest.mark.parametrize("own", ["", pytest.param("full", marks=pytest.mark.cognito_groups(paging="full"))])
        def test_parametrized(cognito_groups, request, own):
            assert (own or request.node.name[19:-1]) == paging(cognito_groups)

        @marked
        class TestCase(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def fake(self, cognito_groups):
                self.fake = cognito_groups

            def test_method(self):
                self.assertEqual(paging(self.fake), "ragged")
        """,
        "--cognito-groups-paging=both",
        *arguments,
    )
    assert result.parseoutcomes() == {"passed": 6}


@pytest.mark.parametrize("paging", ["ragged", "both"])
def test_a_failing_ragged_test_tells_how_to_run_it_again(pytester: pytest.Pytester, paging: str) -> None:
    tests = """
        @marked
        def test_it():
            pages = everything()
            assert not [len(page["Users"]) for page in pages]
        """
    result = run(pytester, tests, f"--cognito-groups-paging={paging}", "-k", "not full")
    hints = [line for line in result.outlines if line.startswith("To get the same pages again: ")]
    assert len(hints) == 1
    command = hints[0].partition("again: pytest ")[2].replace("'", "").split()
    again = pytester.runpytest_inprocess(*command)
    assert again.parseoutcomes()["failed"] == 1
    pages = [line for line in result.outlines if line.startswith("E  ")]
    assert pages == [line for line in again.outlines if line.startswith("E  ")]


@pytest.mark.parametrize("arguments", [(), ("-p", "xdist", "-n2", "--dist=loadgroup")], ids=["alone", "loadgroup"])
@pytest.mark.parametrize(
    ("mark", "paging"), [("", "ragged"), ("(paging='ragged')", "full")], ids=["command-line", "mark"]
)
def test_the_command_that_repeats_a_ragged_test_works(
    pytester: pytest.Pytester, arguments: tuple[str, ...], mark: str, paging: str
) -> None:
    tests = f"""
        @marked
        @pytest.mark.cognito_groups{mark}
        @pytest.mark.xdist_group("group")
        @pytest.mark.parametrize("text", ["a@b c"])
        def test_it(text):
            assert not [len(page["Users"]) for page in everything()]
        """
    result = run(pytester, tests, f"--cognito-groups-paging={paging}", "-Wignore", *arguments)
    (command,) = re.findall(r"the same pages again: pytest (.*)", str(result.stdout))
    assert "--cognito-groups-paging=ragged" in command
    again = pytester.runpytest_inprocess(*shlex.split(command), "-Wignore")
    assert again.parseoutcomes()["failed"] == 1
    pages = [line for line in result.outlines if line.startswith("E  ")]
    assert pages == [line for line in again.outlines if line.startswith("E  ")]


def test_a_fixture_that_fails_shows_the_calls_too(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.fixture
        def ready(cognito_groups):
            cognito_groups.load("users: {alice: [readers]}")
            groups()
            assert False

        def test_it(ready):
            pass
        """,
        "--cognito-groups-paging=ragged",
    )
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(["*- cognito-idp calls -*", "  1. admin_list_groups_for_user(*"])
    result.stdout.fnmatch_lines(["To get the same pages again: pytest *"])


def test_the_random_seed_decides_the_pages(pytester: pytest.Pytester) -> None:
    tests = """
        @marked
        def test_it(record_property):
            print("pages", [[user["Username"] for user in page["Users"]] for page in everything()])
        """

    def pages(seed: int) -> list[str]:
        arguments = ("--cognito-groups-paging=ragged", f"--cognito-groups-random-seed={seed}", "-s")
        return [line for line in run(pytester, tests, *arguments).outlines if "pages" in line]

    assert pages(1) == pages(1)
    assert len({str(pages(seed)) for seed in range(5)}) > 1


def test_the_fixture_may_be_overridden_and_asked_for_late(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def cognito_groups(cognito_groups):
            cognito_groups.add_user("erin", groups=[])
            return cognito_groups

        @pytest.mark.cognito_groups("users: {alice: [readers]}")
        def test_overridden(cognito_groups):
            assert list(cognito_groups.users) == ["alice", "erin"]

        def test_late(request):
            assert list(request.getfixturevalue("cognito_groups").users) == ["erin"]
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)


def test_the_plugin_documents_itself(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--markers")
    result.stdout.fnmatch_lines(
        ["@pytest.mark.cognito_groups(seed, /, [*], file=None, inherit=True, now=None, [*][*]options): *"]
    )
    result = pytester.runpytest_inprocess("--help")
    result.stdout.fnmatch_lines(["  --cognito-groups-paging={full,ragged,both}", "  --cognito-groups-random-seed=N"])
    result.stdout.fnmatch_lines(["  cognito_groups_file *", "  cognito_groups_default_limit *"])
    result = pytester.runpytest_inprocess("--fixtures")
    result.stdout.fnmatch_lines(["cognito_groups -- *", "*Amazon Cognito user pools that answer *"])


def test_the_header_names_nothing(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess()
    header = str(result.stdout).partition("collected")[0]
    assert "cognito" not in header.replace("cognito-groups-", "", 1).lower().replace("plugins:", "")


@pytest.mark.parametrize(
    "misuse",
    [
        "cognito_groups.assert_called('admin_list_groups_for_user', UserName='alice')",
        "cognito_groups.calls.filter('list_group')",
        "cognito_groups.add_to_group('mallory', 'readers')",
        "cognito_groups.add_group('a b')",
        "cognito_groups.load('usrs: {}')",
        "cognito_groups.load_file('none.yaml')",
        "cognito_groups.throttle('list_group')",
        "cognito_groups.answer('sign_up', {})",
        "cognito_groups.add_fault(None, 'NoError')",
        "cognito_groups.attach(3)",
        "CognitoGroups.from_yaml('usrs: {}')",
        "CognitoGroups(page_size=0)",
    ],
)
def test_misuse_is_shown_where_the_test_does_it(pytester: pytest.Pytester, misuse: str) -> None:
    tests = f"""
        from pytest_cognito_groups import CognitoGroups

        @marked
        def test_misuse(cognito_groups):
            {misuse}
        """
    result = run(pytester, tests, "--tb=short")
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines([f"    {misuse}", "E   *"])
    result.stdout.no_fnmatch_line("*fake.py:*")
    result.stdout.no_fnmatch_line("*/pytest_cognito_groups/*.py:*")
