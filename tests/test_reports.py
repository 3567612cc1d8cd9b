"""What a failing test shows of the fakes that it called, whoever entered them."""

from __future__ import annotations

import shlex
from textwrap import dedent
from typing import Final

import pytest

MODULE: Final = """
import boto3
import pytest
from pytest_cognito_groups import CognitoGroups

POOL = "eu-west-1_Reports01"
OTHER = "eu-west-1_Reports02"
SEED = "{pool: eu-west-1_Reports01, users: {alice: [readers], bob: [readers]}}"

def ask(name, pool=POOL):
    client = boto3.client("cognito-idp", region_name="eu-west-1")
    return client.admin_list_groups_for_user(UserPoolId=pool, Username=name)
"""
TITLE: Final = "*- cognito-idp calls -*"


def run(pytester: pytest.Pytester, tests: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(test_it=MODULE + dedent(tests))
    return pytester.runpytest_inprocess(*arguments)


def shown(result: pytest.RunResult) -> list[str]:
    """The lines of the sections, and the names of the tests that they stand under."""
    return [
        line
        for line in result.outlines
        if "cognito-idp calls" in line or line.startswith(("  1. ", "  2. ", "Hint ", "____", "Paging "))
    ]


def called(name: str, outcome: str = "1 group", pool: str = "eu-west-1_Reports01") -> str:
    return f"  1. admin_list_groups_for_user(UserPoolId='{pool}', Username='{name}') -> {outcome}"


def test_a_refused_call_is_not_told_as_none(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_it(cognito_groups):
            cognito_groups.client.admin_delete_user(UserPoolId=POOL, Username="alice")
        """,
    )
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines([TITLE, "No other calls were made."], consecutive=True)


def test_a_call_that_was_retried_is_explained(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from botocore.config import Config

        @pytest.mark.cognito_groups(SEED)
        def test_it(cognito_groups):
            cognito_groups.throttle(times=1)
            client = boto3.client("cognito-idp", region_name="eu-west-1", config=Config(retries={"mode": "standard"}))
            with pytest.raises(client.exceptions.TooManyRequestsException):
                client.admin_list_groups_for_user(UserPoolId=POOL, Username="alice")
        """,
    )
    assert result.parseoutcomes()["failed"] == 1  # an older botocore warns, too
    result.stdout.fnmatch_lines(
        [TITLE, called("alice", "1 group (2 attempts)"), "Hint for call 1: botocore retried it, so *"], consecutive=True
    )


@pytest.mark.parametrize("base", ["unittest.TestCase", "object"])
def test_the_fixture_as_an_attribute_is_explained(pytester: pytest.Pytester, base: str) -> None:
    result = run(
        pytester,
        f"""
        import unittest

        @pytest.mark.cognito_groups(SEED)
        class TestIt({base}):
            def test_it(self):
                self.cognito_groups.assert_not_called()

            def test_of_something_else(self):
                self.cognito_group

            def test_on_something_else(self):
                unittest.cognito_groups
        """,
    )
    assert result.parseoutcomes() == {"failed": 3}
    result.stdout.fnmatch_lines([TITLE, "Hint: nothing has set self.cognito_groups. *"], consecutive=True)
    assert str(result.stdout).count("nothing has set") == 1


def test_a_test_that_enters_a_fake_itself_shows_its_calls_and_hints(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_it():
            with CognitoGroups.from_yaml(SEED):
                ask("Alice")
        """,
    )
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(
        [TITLE, called("Alice", "UserNotFoundException"), "Hint for call 1: user 'alice' differs in case: *"],
        consecutive=True,
    )


def test_calls_of_a_fake_that_the_test_has_left_are_shown(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_it():
            with CognitoGroups.from_yaml(SEED):
                ask("alice")
            assert False
        """,
    )
    result.stdout.fnmatch_lines([TITLE, called("alice")], consecutive=True)


def test_each_fake_that_was_called_has_its_section(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.mark.cognito_groups(SEED)
        def test_it():
            ask("alice")
            with CognitoGroups.from_yaml("{pool: eu-west-1_Reports02, users: {carol: [a, b]}}"):
                ask("carol", OTHER)
            with CognitoGroups.from_yaml("{pool: eu-west-1_Reports02, users: {dave: }}"):
                pass
            assert False
        """,
    )
    assert sum("cognito-idp calls" in line for line in result.outlines) == 2
    result.stdout.fnmatch_lines(
        [TITLE, called("alice"), TITLE, called("carol", "2 groups", "eu-west-1_Reports02")], consecutive=True
    )


def test_of_a_fake_that_lives_longer_a_test_shows_its_own_calls(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.fixture(scope="session", autouse=True)
        def fake():
            with CognitoGroups.from_yaml(SEED) as fake:
                yield fake

        def test_passes():
            ask("alice")

        def test_fails():
            ask("bob")
            assert False

        def test_asks_nothing():
            assert False

        def test_forgets(fake):
            ask("alice")
            fake.reset_calls()
            ask("bob")
            assert False
        """,
        "--tb=short",
    )
    assert result.parseoutcomes() == {"failed": 3, "passed": 1}
    titles = [line for line in shown(result) if line.startswith("____")]
    assert [line.strip("_ ") for line in titles] == ["test_fails", "test_asks_nothing", "test_forgets"]
    blocks = [line for line in shown(result) if line not in titles]
    assert [line for line in blocks if "cognito-idp calls" not in line] == [called("bob")] * 2
    assert shown(result).index(titles[1]) + 1 == shown(result).index(titles[2])


def test_a_fake_that_ended_with_the_test_before_is_not_shown(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_passes():
            with CognitoGroups.from_yaml(SEED):
                ask("alice")

        def test_fails():
            assert False
        """,
    )
    assert result.parseoutcomes() == {"failed": 1, "passed": 1}
    result.stdout.no_fnmatch_line(TITLE)


def test_a_fake_that_lives_longer_is_shown_after_many_that_do_not(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.fixture(scope="module", autouse=True)
        def fake():
            with CognitoGroups.from_yaml(SEED):
                yield

        @pytest.mark.parametrize("number", range(10))
        def test_passes(number):
            with CognitoGroups.from_yaml("pool: eu-west-1_Reports02"):
                pass

        def test_fails():
            ask("carol")
        """,
    )
    assert result.parseoutcomes() == {"failed": 1, "passed": 10}
    result.stdout.fnmatch_lines([TITLE, called("carol", "UserNotFoundException")], consecutive=True)


def test_a_fake_that_is_entered_twice_has_one_section(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_it():
            fake = CognitoGroups.from_yaml(SEED)
            for name in ("alice", "bob"):
                with fake:
                    ask(name)
            assert False
        """,
    )
    assert [line for line in shown(result) if "____" not in line][1:] == [
        called("alice"),
        called("bob").replace("1.", "2.", 1),
    ]


def test_a_fixture_that_takes_the_name_of_the_plugins_is_shown_too(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.fixture
        def cognito_groups():
            with CognitoGroups.from_yaml(SEED) as fake:
                yield fake

        def test_it(cognito_groups):
            ask("carol")
        """,
    )
    result.stdout.fnmatch_lines([TITLE, called("carol", "UserNotFoundException")], consecutive=True)


def test_each_ragged_fake_has_the_command_that_gives_its_pages_again(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def walk(fake):
            paginator = fake.client.get_paginator("admin_list_groups_for_user")
            pages = paginator.paginate(UserPoolId=fake.pool.id, Username="alice")
            print("pages", fake.pool.id, [len(page["Groups"]) for page in pages])

        @pytest.fixture(scope="session")
        def staff():
            with CognitoGroups.from_yaml("{pool: eu-west-1_Reports03, users: {alice: ['group-[1:50]']}}") as staff:
                yield staff

        def test_before(staff):
            pass

        def test_it(staff, cognito_groups):
            cognito_groups.load("users: {alice: ['group-[1:50]']}")
            walk(staff)
            walk(cognito_groups)
            with CognitoGroups.from_yaml("{pool: eu-west-1_Reports02, users: {alice: [a, b]}}", random_seed="x") as own:
                walk(own)
            assert False
        """,
        "--cognito-groups-paging=ragged",
    )
    assert result.parseoutcomes() == {"failed": 1, "passed": 1}
    commands = [
        line.partition("again: pytest ")[2] for line in result.outlines if line.startswith("To get the same pages")
    ]
    assert len(commands) == 2
    for command, pool in zip(commands, ("Reports03", "TestPool1"), strict=True):
        again = pytester.runpytest_inprocess(*shlex.split(command))
        pages = [line for line in result.outlines if line.startswith("pages") and pool in line]
        assert pages == [line for line in again.outlines if line.startswith("pages") and pool in line]


def test_a_fixture_that_fails_after_the_test_shows_the_calls(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.fixture
        def late():
            yield
            assert False

        @pytest.mark.cognito_groups(SEED)
        def test_it(late):
            ask("alice")
        """,
    )
    assert result.parseoutcomes() == {"errors": 1, "passed": 1}
    result.stdout.fnmatch_lines([TITLE, called("alice")], consecutive=True)


@pytest.mark.parametrize(
    ("assertion", "mark", "told"),
    [("assert False", "", True), ("assert True", "", False), ("assert False", ", assert_all_pages_read=False", False)],
    ids=["another failure", "the pages' own failure", "on purpose"],
)
def test_pages_left_unread_are_hinted_at_where_a_test_fails_otherwise(
    pytester: pytest.Pytester, assertion: str, mark: str, told: bool
) -> None:
    pytester.makepyfile(
        test_it=f"""
        import boto3
        import pytest

        @pytest.mark.cognito_groups("users: {{'user-[1:3]': [readers]}}", page_size=1{mark})
        def test_it():
            client = boto3.client("cognito-idp", region_name="us-east-1")
            client.list_users_in_group(UserPoolId="us-east-1_TestPool1", GroupName="readers")
            {assertion}
        """
    )
    result = pytester.runpytest_inprocess()
    assert result.parseoutcomes() == {"failed": 1}
    hint = "Hint: the NextToken returned at test_it.py:7 was not sent back: does the code read all pages?"
    assert (hint in result.outlines) is told


@pytest.mark.parametrize("failure", ["assert page['Users']", "assert False"])
def test_a_ragged_page_left_in_a_small_listing_is_hinted_at(pytester: pytest.Pytester, failure: str) -> None:
    result = run(
        pytester,
        f"""
        @pytest.mark.cognito_groups(SEED, paging="ragged")
        def test_it(cognito_groups):
            page = cognito_groups.client.list_users_in_group(UserPoolId=POOL, GroupName="readers")
            {failure}
        """,
        "--cognito-groups-random-seed=4",
    )
    assert result.parseoutcomes() == {"failed": 1}
    hint = "Hint: the NextToken returned at *: does the code read all pages? A short or an empty page *"
    result.stdout.fnmatch_lines([TITLE, "*(more to come)", hint, "Paging was ragged: *"], consecutive=True)


def test_without_a_page_nothing_is_said_of_paging(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.mark.cognito_groups(SEED, paging="ragged")
        def test_it(cognito_groups):
            cognito_groups.client.admin_get_user(UserPoolId=POOL, Username="alice")
            assert False
        """,
    )
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.no_fnmatch_line("*aging was ragged*")
