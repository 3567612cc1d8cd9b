"""`cognito_groups_autouse`: every test has the fixture, as if each were marked."""

from __future__ import annotations

from textwrap import dedent

import pytest

PLAIN = """
import boto3
client = boto3.client("cognito-idp", region_name="us-east-1")

def groups(username="alice"):
    answer = client.admin_list_groups_for_user(UserPoolId="us-east-1_TestPool1", Username=username)
    return [group["GroupName"] for group in answer["Groups"]]
"""


@pytest.fixture(autouse=True)
def everywhere(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncognito_groups_autouse = true\ncognito_groups_file = base.yaml")
    pytester.makefile(".yaml", base="users: {alice: [readers]}")
    pytester.makepyfile(plain=PLAIN)
    pytester.syspathinsert()


def run(pytester: pytest.Pytester, module: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(test_it="import pytest, unittest\nfrom plain import *\n" + dedent(module))
    return pytester.runpytest_inprocess(*arguments)


@pytest.mark.parametrize(
    "module",
    [
        pytest.param("def test_it():\n    assert groups() == ['readers']\n", id="function"),
        pytest.param("class TestIt:\n    def test_it(self):\n        assert groups() == ['readers']\n", id="method"),
        pytest.param(
            "class TestIt(unittest.TestCase):\n    def test_it(self):\n        assert groups() == ['readers']\n",
            id="unittest",
        ),
        pytest.param(
            "@pytest.mark.parametrize('name', ['readers'])\ndef test_it(name):\n    assert groups() == [name]\n",
            id="parametrized",
        ),
        pytest.param(
            "def test_it(request):\n    fake = request.getfixturevalue('cognito_groups')\n    groups()\n"
            "    assert len(fake.calls) == 1\n",
            id="asked-for-later",
        ),
        pytest.param(
            "@pytest.mark.cognito_groups('users: {alice: [admins]}')\n"
            "def test_it():\n    assert groups() == ['admins']\n",
            id="marked",
        ),
        pytest.param(
            "from hypothesis import given, strategies\n\n@given(strategies.integers())\ndef test_it(number):\n"
            "    assert groups() == ['readers']\n",
            id="hypothesis",
        ),
    ],
)
def test_every_test_has_the_fixture(pytester: pytest.Pytester, module: str) -> None:
    assert run(pytester, module, "-p", "hypothesispytest").parseoutcomes() == {"passed": 1}


def test_a_coroutine_has_the_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import pytest
        from plain import groups

        @pytest.mark.asyncio
        async def test_it():
            assert groups() == ["readers"]
        """
    )
    # In a process of its own: pytest-asyncio, when it is old, leaves an event loop open.
    pytester.runpytest_subprocess("-p", "asyncio").assert_outcomes(passed=1)


def test_a_doctest_has_the_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        module='def f():\n    """\n    >>> from plain import groups\n    >>> groups()\n    [\'readers\']\n    """\n'
    )
    result = pytester.runpytest_inprocess("--doctest-modules", "module.py")
    assert result.parseoutcomes() == {"passed": 1}


def test_without_a_file_the_pool_is_empty(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncognito_groups_autouse = true")
    result = run(
        pytester,
        """
        def test_it():
            with pytest.raises(client.exceptions.UserNotFoundException):
                groups()
        """,
    )
    assert result.parseoutcomes() == {"passed": 1}


def test_the_fake_comes_before_what_every_test_is_set_up_with(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.fixture(autouse=True)
        def found():
            yield groups()
            assert groups() == ["readers"]

        class TestIt:
            def setup_method(self):
                assert groups() == ["readers"]

            def test_it(self, found):
                assert found == ["readers"]
        """,
    )
    assert result.parseoutcomes() == {"passed": 1}


def test_the_end_of_every_test_is_checked(pytester: pytest.Pytester) -> None:
    pytester.makefile(".yaml", base="users: {alice: ['group-[1:30]']}")
    result = run(pytester, "def test_it():\n    groups()\n")
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(["Pages were left unread: *"])


def test_each_test_starts_from_the_base_seed(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_one(cognito_groups):
            cognito_groups.add_user("bob")

        def test_two(cognito_groups):
            assert list(cognito_groups.users) == ["alice"]
        """,
        "-p",
        "no:randomly",
    )
    assert result.parseoutcomes() == {"passed": 2}


def test_without_the_setting_no_test_has_it(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncognito_groups_autouse = false")
    result = run(pytester, "def test_it(request):\n    assert 'cognito_groups' not in request.fixturenames\n")
    assert result.parseoutcomes() == {"passed": 1}


def test_both_runs_once_and_ragged_what_does_not_name_the_fixture(pytester: pytest.Pytester) -> None:
    """So a suite does not take twice as long, and no test loses its id."""
    module = """
    def paging(request):
        fake = request.getfixturevalue("cognito_groups")
        fake.load("users: {'new-[1:3]': [many]}")
        pages = fake.client.get_paginator("list_users_in_group").paginate(UserPoolId=fake.pool.id, GroupName="many")
        return "full" if len(list(pages)) == 1 else "ragged"

    def test_unmarked(request):
        assert paging(request) == "ragged"

    @pytest.mark.cognito_groups("users: {alice: [admins]}")
    def test_marked():
        pass

    def test_asking(cognito_groups):
        pass
    """
    result = run(pytester, module, "--cognito-groups-paging=both", "-v")
    assert result.parseoutcomes() == {"passed": 5}
    result.stdout.fnmatch_lines(
        [
            "test_it.py::test_unmarked PASSED*",
            "test_it.py::test_marked[[]full] PASSED*",
            "test_it.py::test_marked[[]ragged] PASSED*",
            "test_it.py::test_asking[[]full] PASSED*",
            "test_it.py::test_asking[[]ragged] PASSED*",
        ]
    )


def test_it_satisfies_the_guard(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\ncognito_groups_autouse = true\ncognito_groups_guard = true\ncognito_groups_file = base.yaml"
    )
    assert run(pytester, "def test_it():\n    assert groups() == ['readers']\n").parseoutcomes() == {"passed": 1}


@pytest.mark.parametrize("name", ["cognito_group", "cognito_grops"])
def test_a_misspelled_mark_is_named(pytester: pytest.Pytester, name: str) -> None:
    module = f"@pytest.mark.{name}('users: {{alice: [admins]}}')\ndef test_it():\n    groups()\n"
    result = run(pytester, module, "-Wdefault")
    assert result.parseoutcomes()["errors"] == 1
    result.stdout.fnmatch_lines(
        [
            f"test_it.py::test_it has a mark '{name}'; did you mean 'cognito_groups'?",
            '  @pytest.mark.cognito_groups("users: {alice: [[]readers]}")',
        ],
        consecutive=True,
    )


def test_a_registered_mark_of_a_name_like_it_is_another(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "def pytest_configure(config):\n    config.addinivalue_line('markers', 'cognito_group(name)')\n"
    )
    module = "@pytest.mark.cognito_group('readers')\ndef test_it():\n    assert groups() == ['readers']\n"
    assert run(pytester, module).parseoutcomes() == {"passed": 1}
