"""How the plugin is loaded, kept out, and run in unusual company."""

from __future__ import annotations

import pytest

MODULE = """
import boto3, pytest

client = boto3.client("cognito-idp", region_name="us-east-1")

@pytest.mark.cognito_groups("users: {alice: [readers]}", page_size=1)
def test_it(cognito_groups):
    answer = client.list_users_in_group(UserPoolId="us-east-1_TestPool1", GroupName="readers")
    assert [user["Username"] for user in answer["Users"]] == ["alice"]
"""
SUBTESTS = () if pytest.version_tuple >= (9,) else ("-p", "subtests")  # pytest has its own since version 9
FAILING = MODULE.replace('["alice"]\n', '["bob"]\n')


def autoload(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have inner runs find the plugins that are installed, as a user's do."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    monkeypatch.delenv("PYTEST_ADDOPTS")


def test_another_plugin_may_set_fixtures_up(pytester: pytest.Pytester) -> None:
    """A later one that does it all itself: the fixture must know its test by then."""
    pytester.makeconftest("""
        from _pytest.fixtures import pytest_fixture_setup as set_up

        def pytest_fixture_setup(fixturedef, request):
            set_up(fixturedef, request)
            return True
    """)
    pytester.makepyfile(MODULE)
    assert pytester.runpytest_inprocess().parseoutcomes()["passed"] == 1


def test_it_is_found(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    autoload(monkeypatch)
    pytester.makepyfile(MODULE)
    assert pytester.runpytest_subprocess().parseoutcomes()["passed"] == 1


def test_it_can_be_kept_out(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makepyfile(MODULE)
    autoload(monkeypatch)
    result = pytester.runpytest_subprocess("-p", "no:pytest_cognito_groups")
    assert result.parseoutcomes()["errors"] == 1
    result.stdout.fnmatch_lines(["*fixture 'cognito_groups' not found"])


def test_it_can_be_loaded_early(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    autoload(monkeypatch)
    pytester.makepyfile(MODULE)
    result = pytester.runpytest_subprocess("-p", "pytest_cognito_groups")
    assert result.parseoutcomes()["passed"] == 1


def test_it_can_be_loaded_alone(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_ADDOPTS")
    pytester.makepyfile(MODULE)
    result = pytester.runpytest_subprocess("-p", "pytest_cognito_groups")
    assert result.parseoutcomes()["passed"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("-p", "no:cacheprovider"),
        ("--import-mode=importlib",),
        ("-p", "randomly"),
        ("-p", "xdist", "-n2", "--dist=load"),
        ("-p", "xdist", "-n2", "--dist=loadscope"),
        ("-p", "xdist", "-n2", "--dist=loadfile"),
        ("-p", "xdist", "-n2", "--dist=loadgroup"),
        ("-p", "xdist", "-n2", "--dist=worksteal"),
        ("-p", "xdist", "-n2", "--dist=each", "--tx=2*popen"),
        ("-p", "rerunfailures", "--reruns=1"),
    ],
    ids=" ".join,
)
def test_it_works_with(pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    pytester.makepyfile(MODULE)
    result = pytester.runpytest_inprocess("-W", "error", *arguments)
    assert set(result.parseoutcomes()) == {"passed"}


def test_a_test_that_is_run_again_starts_anew(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        MODULE
        + """
    cognito_groups.add_group("more")
    assert len(cognito_groups.calls) == 1
    again = bool(seen)
    seen.append(cognito_groups)
    assert again

seen = []
"""
    )
    result = pytester.runpytest_inprocess("-p", "rerunfailures", "--reruns=1")
    assert result.parseoutcomes() == {"passed": 1, "rerun": 1}


def test_calls_reach_junit_xml(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAILING)
    result = pytester.runpytest_inprocess("--junitxml=junit.xml")
    assert result.parseoutcomes() == {"failed": 1}
    xml = (pytester.path / "junit.xml").read_text()
    assert 'name="cognito-idp calls" value="  1. list_users_in_group(' in xml


def test_calls_are_shown_without_the_terminal(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAILING)
    pytester.makeconftest(
        """
        def pytest_runtest_logreport(report):
            if report.failed:
                print([text for title, text in report.sections if title == "cognito-idp calls"])
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:terminal", "-s")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*  1. list_users_in_group(*) -> 1 user*"])


def test_subtests_share_the_fake(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.cognito_groups("users: {alice: [a], bob: [b]}")
        def test_it(cognito_groups, subtests):
            for name in ("alice", "bob"):
                with subtests.test(name=name):
                    answer = cognito_groups.client.admin_list_groups_for_user(
                        UserPoolId=cognito_groups.pool.id, Username=name
                    )
                    assert len(answer["Groups"]) == 1
            assert len(cognito_groups.calls) == 2
        """
    )
    result = pytester.runpytest_inprocess(*SUBTESTS)
    assert result.ret == 0


def test_hypothesis_resets_between_examples(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from hypothesis import HealthCheck, given, settings, strategies
        from pytest_cognito_groups import CognitoGroups

        @given(strategies.integers(1, 5))
        def test_a_fake_for_each_example(count):
            with CognitoGroups.from_yaml(f"users: {{'user-[1:{count}]': [readers]}}") as cognito_groups:
                answer = cognito_groups.client.list_users_in_group(
                    UserPoolId=cognito_groups.pool.id, GroupName="readers"
                )
                assert len(answer["Users"]) == count
                assert len(cognito_groups.calls) == 1
        """
    )
    result = pytester.runpytest_inprocess("-p", "hypothesispytest")
    assert result.parseoutcomes() == {"passed": 1}


def test_it_works_under_coverage(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(MODULE)
    result = pytester.runpytest_subprocess("-p", "pytest_cov", "--cov=.", "--cov-report=term")
    assert result.parseoutcomes()["passed"] == 1
    result.stdout.fnmatch_lines(["test_it_works_under_coverage.py * 100%"])
