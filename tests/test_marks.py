"""The mark: where it may stand, how marks merge, what is wrong with one."""

from __future__ import annotations

from textwrap import dedent

import pytest

POOL = "eu-west-1_Demo12345"


RESOLVED = """
import pytest
from pytest_cognito_groups.marks import resolve

@pytest.fixture
def options(request):
    return resolve(request.node).options
"""

ACTIVE = """
import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

client = boto3.client(
    "cognito-idp", region_name="us-east-1", endpoint_url="http://127.0.0.1:1", aws_access_key_id="key",
    aws_secret_access_key="secret", config=Config(retries={"total_max_attempts": 1}),
)

def is_active():
    try:
        client.admin_list_groups_for_user(UserPoolId="us-east-1_TestPool1", Username="alice")
    except EndpointConnectionError:
        return False
    return True
"""

PLAIN = """
import boto3
client = boto3.client("cognito-idp", region_name="us-east-1")

def groups():
    answer = client.admin_list_groups_for_user(UserPoolId="us-east-1_TestPool1", Username="alice")
    return [group["GroupName"] for group in answer["Groups"]]
"""


def passes(pytester: pytest.Pytester, module: str, *arguments: str, count: int | None = None) -> None:
    """Run the module; all its tests pass."""
    pytester.makepyfile(module)
    result = pytester.runpytest_inprocess(*arguments)
    passed = result.parseoutcomes().get("passed", 0)
    assert result.ret == 0
    assert passed == (module.count("def test_") if count is None else count)


def within(outer: str, *, inner: str) -> str:
    """The decorators of a function with one mark, and another one on its only parameter set."""
    inside = f"pytest.param(0, marks=pytest.mark.cognito_groups({inner}))"
    return f"@pytest.mark.parametrize('_', [{inside}])\n@pytest.mark.cognito_groups({outer})"


def test_the_mark_alone_activates_the_fixture(pytester: pytest.Pytester) -> None:
    passes(
        pytester,
        """
        import boto3, pytest
        client = boto3.client("cognito-idp", region_name="eu-west-1")

        @pytest.mark.cognito_groups("{pool: eu-west-1_Demo12345, users: {alice: [readers]}}")
        def test_it():
            answer = client.admin_list_groups_for_user(UserPoolId="eu-west-1_Demo12345", Username="alice")
            assert [group["GroupName"] for group in answer["Groups"]] == ["readers"]
        """,
    )


@pytest.mark.parametrize(
    "marked",
    [
        pytest.param(
            """
            pytestmark = pytest.mark.cognito_groups("users: {alice: [a]}")

            def test_it():
                assert groups() == ["a"]
            """,
            id="module",
        ),
        pytest.param(
            """
            @pytest.mark.cognito_groups("users: {alice: [a]}")
            class TestIt:
                def test_it(self):
                    assert groups() == ["a"]
            """,
            id="class",
        ),
        pytest.param(
            """
            class TestIt:
                pytestmark = pytest.mark.cognito_groups("users: {alice: [a]}")

                def test_it(self):
                    assert groups() == ["a"]
            """,
            id="class-attribute",
        ),
        pytest.param(
            """
            class TestOuter:
                @pytest.mark.cognito_groups("users: {alice: [a]}")
                class TestInner:
                    def test_it(self):
                        assert groups() == ["a"]
            """,
            id="nested-class",
        ),
        pytest.param(
            """
            @pytest.mark.cognito_groups("users: {alice: [a]}")
            class Base:
                pass

            class TestDerived(Base):
                def test_it(self):
                    assert groups() == ["a"]
            """,
            id="base-class",
        ),
        pytest.param(
            """
            @pytest.mark.cognito_groups("users: {alice: [a]}")
            class TestIt(unittest.TestCase):
                def test_it(self):
                    self.assertEqual(groups(), ["a"])
            """,
            id="unittest-class",
        ),
        pytest.param(
            """
            class TestIt(unittest.TestCase):
                @pytest.mark.cognito_groups("users: {alice: [a]}")
                def test_it(self):
                    self.assertEqual(groups(), ["a"])
            """,
            id="unittest-method",
        ),
        pytest.param(
            """
            marked = pytest.mark.cognito_groups("users: {alice: [a]}")

            @pytest.mark.parametrize("name", [pytest.param("a", marks=marked)])
            def test_it(name):
                assert groups() == [name]
            """,
            id="parameter-set",
        ),
        pytest.param(
            """
            @pytest.mark.cognito_groups("users: {alice: [a]}")
            @pytest.mark.parametrize("name", ["a"])
            def test_it(name):
                assert groups() == [name]
            """,
            id="parametrized",
        ),
        pytest.param(
            """
            from hypothesis import given, strategies

            @pytest.mark.cognito_groups("users: {alice: [a]}")
            @given(strategies.integers())
            def test_it(number):
                assert groups() == ["a"]
            """,
            id="hypothesis",
        ),
    ],
)
def test_a_mark_may_stand_anywhere(pytester: pytest.Pytester, marked: str) -> None:
    pytester.makepyfile(plain=PLAIN)
    module = "import pytest, unittest\nfrom plain import groups\n" + dedent(marked)
    passes(pytester, module, "-p", "hypothesispytest", count=1)


def test_a_mark_may_stand_at_a_coroutine(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from plain import groups

        @pytest.mark.asyncio
        @pytest.mark.cognito_groups("users: {alice: [a]}")
        async def test_it():
            assert groups() == ["a"]
        """,
        plain=PLAIN,
    )
    # In a process of its own: pytest-asyncio, when it is old, leaves an event loop open.
    pytester.runpytest_subprocess("-p", "asyncio").assert_outcomes(passed=1)


def test_a_parameter_set_without_the_mark_gets_no_fake(pytester: pytest.Pytester) -> None:
    passes(
        pytester,
        ACTIVE
        + dedent(
            """

        marked = pytest.mark.cognito_groups("users: {alice: [a]}")

        @pytest.mark.parametrize("active", [pytest.param(1, marks=marked), 0])
        def test_it(active):
            assert is_active() == bool(active)
            """
        ),
        count=2,
    )


def test_a_mark_added_while_tests_are_collected_counts(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                item.add_marker(pytest.mark.cognito_groups("users: {bob: [b]}"))
        """
    )
    passes(
        pytester,
        """
        import pytest

        @pytest.mark.cognito_groups("users: {alice: [a]}")
        def test_it(cognito_groups):
            assert list(cognito_groups.users) == ["alice", "bob"]
        """,
    )


def test_the_fake_comes_before_function_fixtures_but_after_wider_ones(pytester: pytest.Pytester) -> None:
    passes(
        pytester,
        ACTIVE
        + dedent(
            """

        @pytest.fixture(scope="session", autouse=True)
        def wide():
            assert not is_active()

        @pytest.fixture
        def narrow():
            assert is_active()

        @pytest.mark.cognito_groups("users: {alice: [a]}")
        def test_it(narrow):
            pass
            """
        ),
    )


def test_the_fake_comes_before_what_every_test_is_set_up_with(pytester: pytest.Pytester) -> None:
    passes(
        pytester,
        ACTIVE
        + dedent(
            """

        marked = pytest.mark.cognito_groups("users: {alice: [a]}")

        @pytest.fixture(autouse=True)
        def everywhere():
            active = is_active()
            yield
            assert is_active() == active

        @pytest.fixture(autouse=True)
        def inside(request):
            active = is_active()
            assert active == bool(request.node.get_closest_marker("cognito_groups"))
            yield
            assert is_active() == active

        @marked
        def test_function():
            pass

        @marked
        class TestClass:
            def setup_method(self):
                assert is_active()

            def teardown_method(self):
                assert is_active()

            def test_method(self):
                pass

        @pytest.mark.parametrize("number", [pytest.param(1, marks=marked)])
        def test_parameter(number):
            pass

        def test_without():
            pass
            """
        ),
    )


# Merging


def test_marks_merge_from_the_outside_in(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncognito_groups_file = base.yaml")
    pytester.makefile(".yaml", base="{pool: eu-west-1_Demo12345, users: {base: [a], alice: [a]}}")
    passes(
        pytester,
        """
        import pytest
        pytestmark = pytest.mark.cognito_groups("users: {module: [a], alice: [b]}")
        innermost = pytest.mark.cognito_groups("users: {parameter: [a], alice: [e]}")

        @pytest.mark.cognito_groups("users: {root: [a], alice: [c]}")
        class Root:
            pass

        @pytest.mark.cognito_groups("users: {derived: [a], alice: [d]}")
        class TestDerived(Root):
            @pytest.mark.cognito_groups("users: {function: [a]}")
            @pytest.mark.parametrize("last", [pytest.param("e", marks=innermost), "d"])
            def test_it(self, cognito_groups, last):
                names = ["base", "alice", "module", "root", "derived", "function"] + ["parameter"] * (last == "e")
                assert list(cognito_groups.users) == names
                assert [group.name for group in cognito_groups.groups_of("alice")] == [last]
                assert list(cognito_groups.pools) == ["eu-west-1_Demo12345"]
        """,
        count=2,
    )


def test_stacked_marks_add_up(pytester: pytest.Pytester) -> None:
    passes(
        pytester,
        RESOLVED
        + dedent(
            """

        @pytest.mark.cognito_groups("users: {alice: [a]}", page_size=3)
        @pytest.mark.cognito_groups("users: {bob: [b]}", default_limit=4)
        def test_it(cognito_groups, options):
            assert set(cognito_groups.users) == {"alice", "bob"}
            assert (options.page_size, options.default_limit) == (3, 4)
            """
        ),
    )


def test_all_operations_may_be_allowed_at_once(pytester: pytest.Pytester) -> None:
    passes(
        pytester,
        ACTIVE
        + dedent(
            """

        @pytest.mark.cognito_groups(allow_operations=["*", "list_users"])
        def test_it(cognito_groups):
            with pytest.raises(EndpointConnectionError):
                client.admin_list_devices(UserPoolId="us-east-1_TestPool1", Username="alice")
            """
        ),
    )


def test_the_base_file_lies_beside_the_configuration(pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("conf")
    (folder / "pytest.ini").write_text("[pytest]\ncognito_groups_file = base.yaml\n")
    (folder / "base.yaml").write_text("users: {base: [a]}")
    pytester.makepyfile("def test_it(cognito_groups):\n    assert list(cognito_groups.users) == ['base']")
    result = pytester.runpytest_inprocess("-c", "conf/pytest.ini", "--rootdir", str(pytester.path))
    assert result.parseoutcomes() == {"passed": 1}


def test_inherit_false_drops_what_is_outside(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncognito_groups_file = base.yaml\ncognito_groups_default_limit = 7")
    pytester.makefile(".yaml", base="users: {base: [a]}")
    passes(
        pytester,
        RESOLVED
        + dedent(
            """
        pytestmark = pytest.mark.cognito_groups(
            "{users: {module: [a]}, faults: [{operation: list_users_in_group, error: TooManyRequestsException}]}",
            page_size=2,
        )

        @pytest.mark.cognito_groups("users: {alice: [a]}", inherit=False)
        def test_it(cognito_groups, options):
            assert list(cognito_groups.users) == ["alice"]
            assert (options.page_size, options.default_limit) == (None, 7)
            assert cognito_groups.client.list_users_in_group(UserPoolId=cognito_groups.pool.id, GroupName="a")["Users"]
            """
        ),
    )


def test_marks_go_before_the_command_line_and_that_before_the_ini(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeini(
        "[pytest]\ncognito_groups_paging = full\ncognito_groups_default_limit = 2\ncognito_groups_page_size = 2"
    )
    passes(
        pytester,
        RESOLVED
        + dedent(
            """
        pytestmark = pytest.mark.cognito_groups(default_limit=3, max_repeats=3)

        @pytest.mark.cognito_groups(max_repeats=4)
        def test_it(options):
            assert options.max_repeats == 4
            assert options.default_limit == 3
            assert options.page_size == 2
            assert options.paging == "ragged"

        @pytest.mark.cognito_groups(paging="full")
        def test_paging(options):
            assert options.paging == "full"
            """
        ),
        "--cognito-groups-paging=ragged",
    )


def test_every_option_can_be_set_in_the_configuration(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        """
        [pytest]
        cognito_groups_default_limit = 2
        cognito_groups_page_size = 3
        cognito_groups_paging = ragged
        cognito_groups_assert_all_pages_read = false
        cognito_groups_assert_all_faults_raised = no
        cognito_groups_allow_operations = list_users AdminGetUser
        cognito_groups_partial_reads =
            accounts/members.py::first_admin
            app.py::Page.first
        cognito_groups_max_repeats = 9
        """
    )
    passes(
        pytester,
        RESOLVED
        + dedent(
            """
        def test_it(options):
            assert options.values == {
                "default_limit": 2,
                "page_size": 3,
                "paging": "ragged",
                "assert_all_pages_read": False,
                "assert_all_faults_raised": False,
                "allow_operations": ("list_users", "AdminGetUser"),
                "partial_reads": ("accounts/members.py::first_admin", "app.py::Page.first"),
                "max_repeats": 9,
            }
            """
        ),
    )


@pytest.mark.skipif(pytest.version_tuple < (9, 0), reason="pytest reads the table [tool.pytest] from version 9 on")
def test_every_option_can_be_set_in_toml(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml(
        """
        [tool.pytest]
        cognito_groups_file = "base.yaml"
        cognito_groups_default_limit = 2
        cognito_groups_page_size = 3
        cognito_groups_paging = "ragged"
        cognito_groups_assert_all_pages_read = false
        cognito_groups_assert_all_faults_raised = false
        cognito_groups_allow_operations = ["list_users", "AdminGetUser"]
        cognito_groups_partial_reads = ["accounts/members.py::first_admin", "app.py::Page.first"]
        cognito_groups_max_repeats = 9
        """
    )
    pytester.makefile(".yaml", base="users: {base: [a]}")
    passes(
        pytester,
        RESOLVED
        + dedent(
            """
        def test_it(cognito_groups, options):
            assert list(cognito_groups.users) == ["base"]
            assert options.values == {
                "default_limit": 2,
                "page_size": 3,
                "paging": "ragged",
                "assert_all_pages_read": False,
                "assert_all_faults_raised": False,
                "allow_operations": ("list_users", "AdminGetUser"),
                "partial_reads": ("accounts/members.py::first_admin", "app.py::Page.first"),
                "max_repeats": 9,
            }
            """
        ),
    )


def test_a_file_is_found_beside_the_module_then_in_the_root_directory(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]")
    for place, user in (("", "root"), ("sub", "beside")):
        folder = pytester.path / place
        folder.mkdir(exist_ok=True)
        (folder / "both.yaml").write_text(f"users: {{{user}: [a]}}")
    (pytester.path / "only.yaml").write_text("users: {root: [a]}")
    (pytester.path / "sub" / "test_it.py").write_text(
        """
from textwrap import dedent

import pytest
from pathlib import Path

@pytest.mark.cognito_groups(file="both.yaml")
def test_beside(cognito_groups):
    assert list(cognito_groups.users) == ["beside"]

@pytest.mark.cognito_groups(file=Path("only.yaml"))
def test_root(cognito_groups):
    assert list(cognito_groups.users) == ["root"]

def test_load_file(cognito_groups):
    cognito_groups.load_file("both.yaml")
    cognito_groups.load_file("only.yaml")
    assert list(cognito_groups.users) == ["beside", "root"]
"""
    )
    assert pytester.runpytest_inprocess().parseoutcomes() == {"passed": 3}


@pytest.mark.parametrize(
    ("marks", "now"),
    [
        ("@pytest.mark.cognito_groups('now: 2026-01-31T12:00:00Z')", "2026-01-31T12:00:00+00:00"),
        ("@pytest.mark.cognito_groups(now='2026-01-31T12:00:00+01:00')", "2026-01-31T11:00:00+00:00"),
        ("@pytest.mark.cognito_groups(now='2026-01-31t12:00z')", "2026-01-31T12:00:00+00:00"),
        ("@pytest.mark.cognito_groups(now=datetime.date(2026, 1, 31))", "2026-01-31T00:00:00+00:00"),
        ("@pytest.mark.cognito_groups(now=datetime.datetime(2026, 1, 31, 1))", "2026-01-31T01:00:00+00:00"),
        (
            "@pytest.mark.cognito_groups('now: 2026-01-31T01:00:00Z', now=datetime.datetime(2026, 1, 31, 1))",
            "2026-01-31T01:00:00+00:00",
        ),
        (within("now='2026-01-01'", inner="'now: 2026-02-02'"), "2026-02-02T00:00:00+00:00"),
        (within("'now: 2026-01-01'", inner="now='2026-02-02'"), "2026-02-02T00:00:00+00:00"),
        (within("'now: 2026-01-01'", inner="page_size=2"), "2026-01-01T00:00:00+00:00"),
    ],
    ids=["seed", "text", "small letters", "date", "datetime", "the same twice", "inner-seed", "inner-mark", "outer"],
)
def test_the_innermost_now_freezes_the_test(pytester: pytest.Pytester, marks: str, now: str) -> None:
    arguments = "cognito_groups, _" if "'_'" in marks else "cognito_groups"
    passes(
        pytester,
        f"import datetime, pytest\n\n{marks}\ndef test_it({arguments}):\n"
        f"    assert datetime.datetime.now(datetime.UTC).isoformat() == {now!r}\n"
        "    assert cognito_groups.clock is not None\n",
    )


# What is wrong


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        (
            "page_sise=2",
            "unknown option 'page_sise'; did you mean 'page_size'?",
        ),
        ("default_limit=61", "default_limit must be from 1 to 60, not 61"),
        ("default_limit='5'", "default_limit must be a whole number, from 1 to 60, not '5'"),
        ("page_size=0", "page_size must be at least 1, not 0"),
        ("page_size=True", "page_size must be a whole number, at least 1, not True"),
        ("paging='raged'", "paging must be \"full\" or \"ragged\", not 'raged'; did you mean 'ragged'?"),
        ("paging='both'", "* both works only on the command line: --cognito-groups-paging=both"),
        ("assert_all_pages_read=0", "assert_all_pages_read must be True or False, not 0"),
        ("inherit=None", "inherit must be True or False, not None"),
        ("max_repeats=0", "max_repeats must be at least 1, not 0"),
        ("allow_operations=['list_user']", "cognito-idp has no operation 'list_user'; did you mean 'list_users'?"),
        ("allow_operations=5", 'allow_operations must be names of operations, or "*", not 5'),
        ("now='yesterday'", "now must be a date or a time such as 2026-01-31T12:00:00Z, not 'yesterday'"),
        ("now='2026-W05-6'", "now must be a date or a time such as 2026-01-31T12:00:00Z, not '2026-W05-6'"),
        ("now='20260131'", "now must be a date or a time such as 2026-01-31T12:00:00Z, not '20260131'"),
        ("now='2026-01-31X12:00'", "now must be a date or a time such as 2026-01-31T12:00:00Z, not '2026-01-31X12:00'"),
        ("now='2026-02-30'", "now must be a date or a time such as 2026-01-31T12:00:00Z, not '2026-02-30'"),
        ("now=5", "now must be a datetime, a date or ISO 8601 text, not 5"),
        ("5", 'the seed must be YAML text such as "users: {alice: [readers]}", not 5'),
        ("'people.yaml'", "the seed must be YAML text; to read a file: file='people.yaml'"),
        ("seed=''", "the seed is the first argument; pass it without a name"),
        ("'', ''", "a mark takes one seed, not 2; use a mark for each"),
        ("'', file='x'", "a mark takes a seed or a file, not both; use a mark for each"),
        ("file=5", "file must be a path, not 5"),
    ],
)
def test_a_wrong_mark_is_an_error_at_set_up_with_the_message_alone(
    pytester: pytest.Pytester, mark: str, message: str
) -> None:
    pytester.makepyfile(f"import pytest\n\n@pytest.mark.cognito_groups({mark})\ndef test_it():\n    pass\n")
    result = pytester.runpytest_inprocess()
    assert result.parseoutcomes() == {"errors": 1}
    literal = message.replace("[", "[[]")
    result.stdout.fnmatch_lines([f"test_*::test_it: @pytest.mark.cognito_groups: {literal}"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*.py:*: *Error*")


def test_all_that_is_wrong_with_the_marks_of_one_level_is_told(pytester: pytest.Pytester) -> None:
    marks = "@pytest.mark.cognito_groups(page_size=0, max_repeats=2)\n@pytest.mark.cognito_groups(5, max_repeats=3)\n"
    pytester.makepyfile(f"import pytest\n\n{marks}def test_it():\n    pass\n")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "test_*::test_it: @pytest.mark.cognito_groups: 3 errors:",
            '  the seed must be YAML text such as "users: {alice: [[]readers]}", not 5',
            "  page_size must be at least 1, not 0",
            "  max_repeats is set twice on one level, to 3 and to 2; keep one",
        ],
        consecutive=True,
    )


def test_a_missing_file_names_where_it_was_looked_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\n\n@pytest.mark.cognito_groups(file='no.yaml')\ndef test_it():\n    pass\n")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "*::test_it: @pytest.mark.cognito_groups: file 'no.yaml' doesn't exist. Looked for:",
            f"  {pytester.path / 'no.yaml'}",
        ]
    )


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (
            "page_size=2",
            "page_size=3",
            "page_size is set twice on one level, to 3 and to 2; keep one",
        ),
        ("now='2026-01-01'", "now='2026-01-02'", "now is set twice on one level, *"),
    ],
)
def test_an_option_given_differently_twice_on_one_level_is_an_error(
    pytester: pytest.Pytester, first: str, second: str, message: str
) -> None:
    marks = f"@pytest.mark.cognito_groups({first})\n@pytest.mark.cognito_groups({second})\n"
    pytester.makepyfile(f"import pytest\n\n{marks}def test_it():\n    pass\n")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*::test_it: @pytest.mark.cognito_groups: {message}"])


def test_a_mark_and_its_seed_must_agree_about_now(pytester: pytest.Pytester) -> None:
    mark = "@pytest.mark.cognito_groups('now: 2026-01-01', now='2026-01-02')"
    pytester.makepyfile(f"import pytest\n\n{mark}\ndef test_it():\n    pass\n")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "now is set twice, to 2026-01-02 00:00:00+00:00 by the mark and to 2026-01-01 00:00:00+00:00 "
            "by its seed; keep one"
        ]
    )


def test_an_option_given_the_same_twice_on_one_level_is_none(pytester: pytest.Pytester) -> None:
    passes(
        pytester,
        """
        import pytest

        @pytest.mark.cognito_groups(page_size=2)
        @pytest.mark.cognito_groups(page_size=2)
        def test_it():
            pass
        """,
    )


@pytest.mark.parametrize(
    ("ini", "message"),
    [
        ("default_limit = many", "cognito_groups_default_limit *a whole number, from 1 to 60*'many'"),
        ("page_size = 0", "cognito_groups_page_size must be at least 1, not 0"),
        ("assert_all_pages_read = perhaps", "cognito_groups_assert_all_pages_read takes true or false, not 'perhaps'"),
        (
            "paging = rugged",
            "cognito_groups_paging must be \"full\" or \"ragged\", not 'rugged'; did you mean 'ragged'?",
        ),
        ("allow_operations = no_such", "cognito_groups_allow_operations: cognito-idp has no operation 'no_such'"),
    ],
)
def test_a_wrong_setting_in_the_configuration_is_named(pytester: pytest.Pytester, ini: str, message: str) -> None:
    pytester.makeini(f"[pytest]\ncognito_groups_{ini}")
    pytester.makepyfile("def test_it(cognito_groups):\n    pass\n")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"in pytest's configuration: {message}"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_missing_file_in_the_configuration_is_named(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncognito_groups_file = no.yaml")
    pytester.makepyfile("def test_it(cognito_groups):\n    pass\n")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["cognito_groups_file 'no.yaml' doesn't exist. Looked for:", f"  {pytester.path / 'no.yaml'}", "*short test*"],
        consecutive=True,
    )


def test_a_wrong_seed_is_placed_in_the_python_file(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        '''
        import pytest

        @pytest.mark.cognito_groups("""
            groups:
              readers: {precedence: -1}
            users:
              alice: [reader]
        """)
        def test_it():
            pass
        '''
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    lines = path.read_text().splitlines()
    for wrong in ("-1", "[reader]"):
        number = next(number for number, line in enumerate(lines, 1) if wrong in line)
        column = lines[number - 1].index(wrong) + 1 + (wrong[0] == "[")
        result.stdout.fnmatch_lines([f"{path.name}:{number}:{column}: *"])
    result.stdout.fnmatch_lines(["*did you mean 'readers'?"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_wrong_seed_in_no_literal_is_placed_at_its_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(seeds="READERS = 'users: {alice: readers}'")
    path = pytester.makepyfile(
        """
        import pytest
        from seeds import READERS

        NAME = "alice"

        @pytest.mark.cognito_groups(f"users: {{{NAME}: readers}}")
        def test_put_together():
            pass

        @pytest.mark.cognito_groups(READERS)
        class TestImported:
            def test_it(self):
                pass
        """
    )
    pytester.syspathinsert()
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=2)
    for line in (6, 12):
        result.stdout.fnmatch_lines(
            [
                "<seed>:1:16: a user's groups must be a list",
                "*",
                f"    in a mark of the test at {path.name}:{line}",
            ]
        )
