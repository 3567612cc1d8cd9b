"""The guard around a whole run: calls while no fake is active are refused, and told where they come from."""

from __future__ import annotations

from textwrap import dedent

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from pytest_cognito_groups import hook

PLAIN = """
import contextlib
import boto3
from botocore.config import Config

client = boto3.client(
    "cognito-idp", region_name="us-east-1", endpoint_url="http://127.0.0.1:1", aws_access_key_id="key",
    aws_secret_access_key="secret", config=Config(retries={"total_max_attempts": 1}),
)

def members():
    return client.list_users_in_group(UserPoolId="us-east-1_TestPool1", GroupName="readers")

def quietly(call=members):
    with contextlib.suppress(BaseException):
        call()
"""
SIGNED = "ignore:datetime.datetime.utcnow() is deprecated:DeprecationWarning"  # by botocore before 1.41
FACT = "cognito-idp list_users_in_group was called while no fake was active."
IMPORT = "  from pytest_cognito_groups import CognitoGroups"
WITH = '  with CognitoGroups.from_yaml("users: {alice: [[]readers]}") as cognito_groups:'
MARK = '  @pytest.mark.cognito_groups("users: {alice: [[]readers]}")'
ENDING = [
    "If moto or a Stubber should answer, start it before the call.",
    'If this is on purpose: "cognito_groups_guard = false" in pytest\'s configuration, or for one run: '
    "-o cognito_groups_guard=false",
]


@pytest.fixture(autouse=True)
def guarded(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncognito_groups_guard = true")
    pytester.makepyfile(plain=PLAIN)
    pytester.syspathinsert()


def run(pytester: pytest.Pytester, module: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(test_it="import pytest\nfrom plain import *\n" + dedent(module))
    return pytester.runpytest_inprocess("-W", SIGNED, *arguments)


def is_told(result: pytest.RunResult, *lines: str, place: str = "plain.py:11") -> None:
    result.stdout.fnmatch_lines([FACT, f"  called at {place}", *lines, *ENDING], consecutive=True)
    result.stdout.no_fnmatch_line("*Traceback*")


# Where a call comes from


@pytest.mark.parametrize("call", ["members()", "quietly()"], ids=["raised", "swallowed"])
def test_a_test_without_the_mark_is_told_to_take_it(pytester: pytest.Pytester, call: str) -> None:
    result = run(pytester, f"def test_it():\n    {call}\n")
    assert result.parseoutcomes() == {"failed": 1}
    is_told(
        result,
        "test_it.py::test_it has no fake. Mark the test, its class or its module:",
        MARK,
        'or give every test a fake: "cognito_groups_autouse = true" in pytest\'s configuration',
    )


def test_a_misspelled_mark_is_named(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.mark.cognito_group("users: {alice: [readers]}")
        def test_it():
            members()
        """,
        "-Wdefault",
    )
    assert result.parseoutcomes()["failed"] == 1
    is_told(result, "test_it.py::test_it has a mark 'cognito_group'; did you mean 'cognito_groups'?", MARK)


@pytest.mark.parametrize("call", ["members()", "quietly()"], ids=["raised", "swallowed"])
def test_set_up_of_a_unittest_class_is_named(pytester: pytest.Pytester, call: str) -> None:
    result = run(
        pytester,
        f"""
        import unittest

        @pytest.mark.cognito_groups("users: {{alice: [readers]}}")
        class TestIt(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                {call}

            def test_it(self):
                pass
        """,
    )
    assert result.parseoutcomes() == {"errors": 1}
    is_told(
        result,
        "setUpClass of TestIt runs before a test's fake exists, marked or not. Enter one in it:",
        IMPORT,
        '  cls.enterClassContext(CognitoGroups.from_yaml("users: {alice: [[]readers]}"))',
    )


def test_the_seed_to_write_is_one_that_answers_the_call(pytester: pytest.Pytester) -> None:
    module = """
        def test_it():
            client.admin_remove_user_from_group(UserPoolId="eu-west-1_Other", Username="bob", GroupName="admins")

        def test_odd():
            client.admin_list_groups_for_user(UserPoolId="eu-west-1_Other", Username="12: [x]")
    """
    result = run(pytester, module)
    assert result.parseoutcomes() == {"failed": 2}
    result.stdout.fnmatch_lines(
        [
            '  @pytest.mark.cognito_groups("{pool: eu-west-1_Other, users: {bob: [[]admins]}}")',
            '  @pytest.mark.cognito_groups("{pool: eu-west-1_Other, users: {alice: [[]readers]}}")',
        ]
    )


def test_set_up_of_a_module_is_named(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def setup_module():\n    members()\n\ndef test_it(cognito_groups):\n    pass\n")
    assert result.parseoutcomes() == {"errors": 1}
    is_told(
        result,
        "setup_module of test_it runs before a test's fake exists, marked or not. Enter one in it:",
        IMPORT,
        WITH,
    )


@pytest.mark.parametrize("call", ["members()", "quietly()"], ids=["raised", "swallowed"])
@pytest.mark.parametrize("scope", ["class", "module", "package", "session"])
def test_a_fixture_of_a_wider_scope_is_named(pytester: pytest.Pytester, scope: str, call: str) -> None:
    result = run(
        pytester,
        f"""
        @pytest.fixture(scope="{scope}")
        def staff():
            {call}

        @pytest.mark.cognito_groups("users: {{alice: [readers]}}")
        def test_it(staff):
            pass
        """,
    )
    assert result.parseoutcomes() == {"errors": 1}
    is_told(
        result,
        f"The fixture staff has {scope} scope: it runs before a test's fake exists. Enter one in it:",
        IMPORT,
        WITH,
    )


def test_a_fixture_of_a_test_without_the_mark_is_the_tests_matter(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.fixture
        def staff():
            return members()

        def test_it(staff):
            pass
        """,
    )
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(["test_it.py::test_it has no fake. *"])


def test_a_call_beside_the_fake_of_a_marked_test_is_told(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("from plain import members\n\ndef pytest_runtest_setup():\n    members()\n")
    result = run(pytester, "def test_it(cognito_groups):\n    pass\n")
    assert result.parseoutcomes() == {"errors": 1}
    is_told(
        result,
        "The call was made during test_it.py::test_it while its fake was not active. Enter one for it:",
        IMPORT,
        WITH,
    )


@pytest.mark.parametrize("call", ["members()", "quietly()"], ids=["raised", "swallowed"])
def test_a_teardown_is_named(pytester: pytest.Pytester, call: str) -> None:
    result = run(
        pytester,
        f"""
        @pytest.fixture(scope="session")
        def staff():
            yield
            {call}

        def test_it(staff):
            pass
        """,
    )
    assert result.parseoutcomes() == {"passed": 1, "errors": 1}
    is_told(
        result,
        "The call was made during the teardown of test_it.py::test_it, or of a wider fixture that ended with it.",
        "Enter a fake for it:",
        IMPORT,
        WITH,
    )


@pytest.mark.parametrize("call", ["members()", "quietly()"], ids=["raised", "swallowed"])
def test_an_import_of_a_test_module_is_an_error_of_its_collection(pytester: pytest.Pytester, call: str) -> None:
    result = run(pytester, f"{call}\n\ndef test_it():\n    pass\n")
    assert result.parseoutcomes() == {"errors": 1}
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*ERROR collecting test_it.py*"])
    is_told(
        result,
        "The call was made while test_it.py was collected, by code that runs at import.",
        "Move it into a test or a fixture, or enter a fake for it:",
        IMPORT,
        WITH,
    )


@pytest.mark.parametrize("call", ["members()", "quietly()"], ids=["raised", "swallowed"])
def test_an_import_of_a_conftest_stops_the_run_with_the_message(pytester: pytest.Pytester, call: str) -> None:
    pytester.makeconftest(f"from plain import *\n{call}\n")
    result = run(pytester, "def test_it():\n    pass\n")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            f"ERROR: {FACT}",
            "  called at plain.py:11",
            "The call was made while pytest loaded its conftest files, by code that runs at import.",
            "Move it into a test or a fixture, or enter a fake for it:",
            IMPORT,
            WITH,
            *ENDING,
        ],
        consecutive=True,
    )


def test_an_inner_conftests_import_is_an_error_of_its_collection(pytester: pytest.Pytester) -> None:
    folder = pytester.mkpydir("sub")
    (folder / "conftest.py").write_text("from plain import *\nmembers()\n")
    (folder / "test_below.py").write_text("def test_below():\n    pass\n")
    result = run(pytester, "def test_it():\n    pass\n")
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(["The call was made while sub was collected, by code that runs at import."])


def test_a_call_outside_of_any_test_fails_the_run(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("from plain import quietly\n\ndef pytest_runtestloop():\n    quietly()\n")
    result = run(pytester, "def test_it():\n    pass\n")
    assert result.parseoutcomes() == {"passed": 1}
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*= cognito-idp calls outside of any test =*"])
    is_told(result, "The call was made outside any test. Enter a fake for it:", IMPORT, WITH)


# However it is made


def test_a_thread_that_nobody_joins_fails_the_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import threading

        def test_it():
            called = threading.Event()
            threading.Thread(target=lambda: (quietly(), called.set()), daemon=True).start()
            assert called.wait(30)

        def test_after_it():
            pass
        """,
    )
    assert result.parseoutcomes() == {"failed": 1, "passed": 1}
    result.stdout.fnmatch_lines([FACT, "test_it.py::test_it has no fake. *"])


def test_each_place_is_told_once(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it():\n    quietly(), quietly()\n")
    assert result.outlines.count(FACT) == 1


def test_a_test_that_failed_already_is_told_nothing_more(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it():\n    quietly()\n    assert 1 == 2\n\ndef test_after_it():\n    pass\n")
    assert result.parseoutcomes() == {"failed": 1, "passed": 1}
    result.stdout.no_fnmatch_line(FACT)


@pytest.mark.parametrize(
    "call",
    [
        "client.admin_get_user(UserPoolId='us-east-1_TestPool1', Username='alice')",
        "client.initiate_auth(AuthFlow='USER_AUTH', ClientId='client')",
        "boto3.client('cognito-idp', region_name='us-east-1').list_user_pools(MaxResults=1)",
        "list(client.get_paginator('list_groups').paginate(UserPoolId='us-east-1_TestPool1'))",
    ],
    ids=["other", "unsigned", "without-credentials", "paginator"],
)
def test_every_operation_is_refused(pytester: pytest.Pytester, call: str) -> None:
    result = run(pytester, f"def test_it():\n    {call}\n")
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(["cognito-idp * was called while no fake was active."])


def test_a_handler_that_chooses_the_signer_does_not_open_the_guard(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from botocore import UNSIGNED

        def test_it():
            client.meta.events.register_first("choose-signer.cognito-identity-provider", lambda **_: UNSIGNED)
            members()
        """,
    )
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines([FACT])


def test_an_aiobotocore_client_is_refused(pytester: pytest.Pytester) -> None:
    pytest.importorskip("aiobotocore")
    result = run(
        pytester,
        """
        import asyncio
        import aiobotocore.session

        async def ask():
            creator = aiobotocore.session.get_session().create_client("cognito-idp", region_name="us-east-1")
            async with creator as client:
                await client.list_users_in_group(UserPoolId="us-east-1_TestPool1", GroupName="readers")

        def test_it():
            asyncio.run(ask())
        """,
    )
    assert result.parseoutcomes() == {"failed": 1}
    is_told(result, "test_it.py::test_it has no fake. *", "*", "*", place="test_it.py:*")


def test_workers_are_guarded(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "from plain import quietly\n\ndef pytest_sessionstart(session):\n"
        "    if hasattr(session.config, 'workerinput'):\n        quietly()\n"
    )
    result = run(pytester, "def test_it():\n    members()\n", "-p", "xdist", "-n1")
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(["test_it.py::test_it has no fake. *", "The call was made outside any test. *"])


# What passes


def test_moto_answers(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from moto import mock_aws

        older = boto3.client(
            "cognito-idp", region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret"
        )

        @mock_aws
        def test_it():
            for client in (older, boto3.client("cognito-idp", region_name="us-east-1")):
                pool = client.create_user_pool(PoolName="p")["UserPool"]["Id"]
                client.create_group(UserPoolId=pool, GroupName="readers")
                assert client.list_users_in_group(UserPoolId=pool, GroupName="readers")["Users"] == []

        def test_after_it():
            quietly(lambda: older.list_user_pools(MaxResults=1))
        """,
    )
    assert result.parseoutcomes() == {"passed": 1, "failed": 1}


def test_moto_answers_an_older_client_without_credentials(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        older = boto3.session.Session().client("cognito-idp", region_name="us-east-1")

        def test_it():
            from moto import mock_aws

            with mock_aws():
                assert older.list_user_pools(MaxResults=1)["UserPools"] == []
        """,
    )
    assert result.parseoutcomes() == {"passed": 1}


def test_what_moto_does_not_answer_is_refused(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from moto import mock_aws

        @mock_aws(config={"core": {"passthrough": {"urls": [".*"]}}})
        def test_it():
            boto3.client("cognito-idp", region_name="us-east-1").list_user_pools(MaxResults=1)
        """,
    )
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(["cognito-idp list_user_pools was called while no fake was active."])


def test_a_stubber_answers(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from botocore.stub import Stubber

        def test_it():
            with Stubber(client) as stubber:
                stubber.add_response("list_users_in_group", {"Users": []})
                assert members()["Users"] == []
        """,
    )
    assert result.parseoutcomes() == {"passed": 1}


def test_a_presigned_url_is_no_call(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it():\n    client.generate_presigned_url('list_user_pools', {'MaxResults': 1})\n")
    assert result.parseoutcomes() == {"passed": 1}


def test_fakes_answer_wherever_they_are_entered(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import unittest
        from pytest_cognito_groups import CognitoGroups

        def fake():
            return CognitoGroups.from_yaml("users: {alice: [readers]}")

        with fake():
            assert members()["Users"]

        @pytest.fixture(scope="session")
        def staff():
            with fake() as staff:
                members()
                yield staff

        class TestIt(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.enterClassContext(fake())
                members()

            def test_it(self):
                members()

        def test_it(staff):
            members()

        @pytest.mark.cognito_groups("users: {alice: [readers]}")
        def test_marked():
            members()
        """,
    )
    assert result.parseoutcomes() == {"passed": 3}


def test_another_service_is_none_of_its_business(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from botocore.exceptions import EndpointConnectionError

        def test_it():
            sts = boto3.client(
                "sts", region_name="us-east-1", endpoint_url="http://127.0.0.1:1", config=client.meta.config,
                aws_access_key_id="key", aws_secret_access_key="secret",
            )
            with pytest.raises(EndpointConnectionError):
                sts.get_caller_identity()
        """,
    )
    assert result.parseoutcomes() == {"passed": 1}


# When there is one


@pytest.mark.parametrize("switch", ["", "cognito_groups_guard = false"], ids=["default", "off"])
def test_without_the_setting_calls_go_where_they_went(pytester: pytest.Pytester, switch: str) -> None:
    pytester.makeini(f"[pytest]\n{switch}")
    result = run(
        pytester,
        """
        from botocore.exceptions import EndpointConnectionError

        def test_it():
            with pytest.raises(EndpointConnectionError):
                members()
        """,
    )
    assert result.parseoutcomes() == {"passed": 1}


def test_the_setting_may_be_overridden_on_the_command_line(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it():\n    pass\n\nquietly()\n", "-o", "cognito_groups_guard=false")
    assert result.parseoutcomes() == {"passed": 1}


@pytest.mark.parametrize("name", ["guard", "autouse"])
def test_a_wrong_setting_stops_the_run(pytester: pytest.Pytester, name: str) -> None:
    pytester.makeini(f"[pytest]\ncognito_groups_{name} = perhaps")
    result = run(pytester, "def test_it():\n    pass\n")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    error = f"ERROR: in pytest's configuration: cognito_groups_{name} takes true or false, not 'perhaps'"
    result.stderr.fnmatch_lines([error])


def test_the_guard_ends_with_its_run(pytester: pytest.Pytester) -> None:
    before = hook.guard
    assert run(pytester, "def test_it():\n    members()\n").parseoutcomes() == {"failed": 1}
    assert hook.guard is before
    client = boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    with pytest.raises(EndpointConnectionError):
        client.list_user_pools(MaxResults=1)


def test_a_run_inside_a_run_has_its_own_guard(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from botocore.exceptions import EndpointConnectionError
        pytest_plugins = ["pytester"]

        def test_it(pytester):
            pytester.makepyfile(
                test_inside='''
                import pytest
                from botocore.exceptions import EndpointConnectionError
                from plain import members

                def test_inside():
                    with pytest.raises(EndpointConnectionError):
                        members()
                '''
            )
            inside = pytester.runpytest_inprocess("-p", "pytest_cognito_groups", "-W", "ignore::DeprecationWarning")
            assert inside.parseoutcomes() == {"passed": 1}
            members()
        """,
    )
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(["test_it.py::test_it has no fake. *"])
