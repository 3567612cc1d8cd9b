"""Other cognito-idp operations: refused by name while a fake is active, and remembered; let through where allowed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, Final

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from pytest_cognito_groups import CognitoGroups

POOL: Final = "us-east-1_TestPool1"
KEYS: Final = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
Refused = pytest.fail.Exception

client: Final[Any] = boto3.client("cognito-idp", region_name="us-east-1", **KEYS)
unsigned: Final[Any] = boto3.client("cognito-idp", region_name="us-east-1", config=Config(signature_version=UNSIGNED))
nobody_listens: Final[Any] = boto3.client(
    "cognito-idp",
    region_name="us-east-1",
    endpoint_url="http://127.0.0.1:1",
    config=Config(retries={"total_max_attempts": 1}),
    **KEYS,
)


@contextmanager
def refusing(*methods: str) -> Iterator[CognitoGroups]:
    """A fake that ends with these refusals and no others."""
    with pytest.raises(AssertionError) as caught, CognitoGroups() as fake:
        yield fake
    facts = [line for line in str(caught.value).splitlines() if line.startswith("cognito-idp ")]
    assert facts == [f"cognito-idp {method} was called, but cognito_groups doesn't answer it." for method in methods]


# From inside the call


def test_the_refusal_names_the_operation_and_the_option() -> None:
    with refusing("list_resource_servers"), pytest.raises(Refused) as caught:
        client.list_resource_servers(UserPoolId=POOL)
    text = str(caught.value)
    assert "cognito-idp list_resource_servers was called" in text
    assert "allow_operations=['list_resource_servers']" in text


def test_the_refusal_names_the_place_of_the_call() -> None:
    with refusing("list_resource_servers"), pytest.raises(Refused, match=r"test_refusals\.py"):
        client.list_resource_servers(UserPoolId=POOL)


@pytest.mark.parametrize(
    ("settings", "goes_to"),
    [
        ({}, "AWS"),
        ({"region_name": "cn-north-1"}, "AWS"),
        ({"endpoint_url": "https://vpce-1.cognito-idp.eu-west-1.vpce.amazonaws.com"}, "AWS"),
        ({"endpoint_url": "http://localhost:4566"}, "http://localhost:4566"),
        ({"endpoint_url": "https://amazonaws.com.example.org/x"}, "https://amazonaws.com.example.org/x"),
    ],
)
def test_the_refusal_says_where_the_call_would_go(settings: dict[str, str], goes_to: str) -> None:
    elsewhere = boto3.client("cognito-idp", **{"region_name": "us-east-1", **KEYS, **settings})
    with refusing("list_resource_servers"), pytest.raises(Refused) as caught:
        elsewhere.list_resource_servers(UserPoolId=POOL)
    assert f"let it through (to {goes_to}, unless moto's mock_aws is active):" in str(caught.value)


def test_a_refusal_past_a_signer_of_ones_own_says_where_it_would_go() -> None:
    elsewhere = boto3.client("cognito-idp", region_name="us-east-1", endpoint_url="http://localhost:4566", **KEYS)
    elsewhere.meta.events.register_first("choose-signer", lambda **_: UNSIGNED)
    with refusing("list_resource_servers"), pytest.raises(Refused, match="to http://localhost:4566, unless"):
        elsewhere.list_resource_servers(UserPoolId=POOL)


def test_a_handler_of_exceptions_cannot_hide_it() -> None:
    def hide() -> None:
        with suppress(Exception):
            client.list_resource_servers(UserPoolId=POOL)

    with refusing("list_resource_servers"), pytest.raises(Refused):
        hide()


def test_an_operation_that_needs_no_credentials_is_refused() -> None:
    with refusing("initiate_auth"), pytest.raises(Refused):
        client.initiate_auth(AuthFlow="USER_AUTH", ClientId="client")


def test_an_unsigned_client_is_refused() -> None:
    with refusing("list_resource_servers"), pytest.raises(Refused):
        unsigned.list_resource_servers(UserPoolId=POOL)


def test_a_client_without_credentials_is_refused() -> None:
    with refusing("admin_list_devices") as fake, pytest.raises(Refused):
        boto3.client("cognito-idp", region_name="us-east-1").admin_list_devices(
            UserPoolId=fake.pool.id, Username="alice"
        )


def test_a_paginator_is_refused() -> None:
    with refusing("list_identity_providers"), pytest.raises(Refused):
        list(client.get_paginator("list_identity_providers").paginate(UserPoolId=POOL))


def test_a_refused_operation_is_not_sent_again() -> None:
    adaptive = boto3.client("cognito-idp", region_name="us-east-1", config=Config(retries={"mode": "adaptive"}), **KEYS)
    with refusing("list_resource_servers"), pytest.raises(Refused):
        adaptive.list_resource_servers(UserPoolId=POOL)


def test_another_service_is_none_of_its_business() -> None:
    sts = boto3.client("sts", endpoint_url="http://127.0.0.1:1", region_name="us-east-1", config=ONE_ATTEMPT, **KEYS)
    with CognitoGroups(), pytest.raises(EndpointConnectionError):
        sts.get_caller_identity()


def test_a_neighbour_of_the_service_is_none_of_its_business() -> None:
    identity = boto3.client(
        "cognito-identity", endpoint_url="http://127.0.0.1:1", region_name="us-east-1", config=ONE_ATTEMPT, **KEYS
    )
    with CognitoGroups(), pytest.raises(EndpointConnectionError):
        identity.list_identity_pools(MaxResults=1)


ONE_ATTEMPT: Final = Config(retries={"total_max_attempts": 1})


# Remembered


def test_a_refusal_that_was_caught_fails_at_the_end() -> None:
    with refusing("list_resource_servers"), suppress(BaseException):
        client.list_resource_servers(UserPoolId=POOL)


def test_each_operation_is_told_once() -> None:
    with refusing("list_resource_servers", "list_identity_providers"):
        for _ in range(3):
            for method in (client.list_resource_servers, client.list_identity_providers):
                with suppress(BaseException):
                    method(UserPoolId=POOL)


def test_a_refusal_in_a_thread_that_nobody_joins_fails_at_the_end() -> None:
    refused = threading.Event()

    def work() -> None:
        try:
            client.list_resource_servers(UserPoolId=POOL)
        except BaseException:  # noqa: BLE001  # what becomes of it is another's business
            refused.set()

    with refusing("list_resource_servers"):
        threading.Thread(target=work, daemon=True).start()
        assert refused.wait(timeout=30)


def test_a_refusal_in_a_future_that_nobody_asks_fails_at_the_end() -> None:
    with refusing("list_resource_servers"), ThreadPoolExecutor(8) as threads:
        for _ in range(8):
            threads.submit(client.list_resource_servers, UserPoolId=POOL)


def test_a_refusal_that_was_gathered_fails_at_the_end() -> None:
    async def work() -> list[BaseException]:
        calls = [asyncio.to_thread(client.list_resource_servers, UserPoolId=POOL) for _ in range(3)]
        return await asyncio.gather(*calls, return_exceptions=True)

    with refusing("list_resource_servers"):
        assert [type(result) for result in asyncio.run(work())] == [Refused] * 3


def test_a_refusal_that_leaves_the_fake_is_not_told_twice() -> None:
    with pytest.raises(Refused), CognitoGroups():
        client.list_resource_servers(UserPoolId=POOL)


def test_a_test_fails_by_it_once_wherever_it_is_hidden(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio, contextlib, threading
        import boto3
        import pytest

        client = boto3.client("cognito-idp", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s")

        def call():
            client.list_resource_servers(UserPoolId="us-east-1_TestPool1")

        def test_except_exception(cognito_groups):
            with contextlib.suppress(Exception):
                call()

        def test_pytest_raises(cognito_groups):
            with pytest.raises(pytest.fail.Exception):
                call()

        def test_thread(cognito_groups):
            called = threading.Event()

            def quietly():
                try:
                    call()
                except BaseException:
                    called.set()

            threading.Thread(target=quietly, daemon=True).start()
            assert called.wait(30)

        def test_gather(cognito_groups):
            async def gather():
                return await asyncio.gather(asyncio.to_thread(call), return_exceptions=True)

            assert len(asyncio.run(gather())) == 1

        def test_skip(cognito_groups):
            with contextlib.suppress(BaseException):
                call()
            pytest.skip("no need")

        @pytest.mark.cognito_groups(assert_all_pages_read=False, assert_all_faults_raised=False)
        def test_without_the_checks_that_have_a_switch():
            with pytest.raises(pytest.fail.Exception):
                call()
        """
    )
    result = pytester.runpytest_inprocess("-rN")
    result.assert_outcomes(failed=6)
    message = "cognito-idp list_resource_servers was called, but cognito_groups doesn't answer it."
    assert str(result.stdout).count(message) == 6


def test_a_runaway_loop_fails_the_test_once_wherever_it_is_hidden(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio, threading
        import boto3
        import pytest

        pytestmark = pytest.mark.cognito_groups(
            "users: {alice: [staff], bob: [staff]}",
            max_repeats=5,
            assert_all_pages_read=False,
            assert_all_faults_raised=False,
        )
        client = boto3.client("cognito-idp", region_name="us-east-1")

        def loop():
            while True:
                client.list_users_in_group(UserPoolId="us-east-1_TestPool1", GroupName="staff", Limit=1)

        def quietly():
            with pytest.raises(pytest.fail.Exception):
                loop()

        def test_pytest_raises():
            quietly()

        def test_thread():
            thread = threading.Thread(target=quietly)
            thread.start()
            thread.join()

        def test_gather():
            async def gather():
                await asyncio.gather(asyncio.to_thread(loop), return_exceptions=True)

            asyncio.run(gather())

        def test_skip():
            quietly()
            pytest.skip("no need")
        """
    )
    result = pytester.runpytest_inprocess("-rN")
    result.assert_outcomes(failed=4)
    assert str(result.stdout).count("Endless loop: ") == 4


def test_a_test_that_skips_itself_is_not_held_to_the_other_checks(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        def test_skip(cognito_groups):
            cognito_groups.throttle()
            pytest.skip("no need")
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(skipped=1)


# Allowed


@pytest.mark.parametrize(
    "allowed",
    [
        "list_resource_servers",
        "ListResourceServers",
        "*",
        ["list_identity_providers", "list_resource_servers"],
        ("ListResourceServers",),
    ],
    ids=["method", "operation", "all", "list", "tuple"],
)
def test_an_allowed_operation_goes_where_it_would_have_gone(allowed: Any) -> None:
    with CognitoGroups(allow_operations=allowed) as fake, pytest.raises(EndpointConnectionError):
        nobody_listens.list_resource_servers(UserPoolId=POOL)
    assert fake.calls == []


def test_an_operation_that_was_not_allowed_is_refused_all_the_same() -> None:
    with (
        pytest.raises(AssertionError, match="cognito-idp list_identity_providers was called"),
        CognitoGroups(allow_operations="list_resource_servers"),
        pytest.raises(Refused),
    ):
        nobody_listens.list_identity_providers(UserPoolId=POOL)


def test_the_two_operations_are_answered_though_all_are_allowed() -> None:
    with CognitoGroups(allow_operations="*") as fake:
        fake.add_group("staff")
        assert nobody_listens.list_users_in_group(UserPoolId=POOL, GroupName="staff")["Users"] == []


def test_an_operation_that_does_not_exist_cannot_be_allowed() -> None:
    with pytest.raises(ValueError, match="list_user"):
        CognitoGroups(allow_operations="list_user")
