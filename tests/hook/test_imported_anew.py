"""boto3 and botocore, dropped from `sys.modules` and imported anew in a test: still answered."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

import boto3
import botocore.endpoint
import botocore.exceptions
import pytest

from pytest_cognito_groups import CognitoGroups, hook

POOL: Final = "us-east-1_TestPool1"
SEED: Final = "users: {alice: [staff]}"


def drop(*packages: str) -> dict[str, ModuleType]:
    dropped = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in packages}
    for name in dropped:
        del sys.modules[name]
    return dropped


@pytest.fixture
def fake() -> Iterator[CognitoGroups]:
    with CognitoGroups.from_yaml(SEED) as fake:
        yield fake


@pytest.fixture
def anew(fake: CognitoGroups) -> Iterator[Any]:
    """boto3, imported anew while the fake is active."""
    before = drop("boto3", "botocore")
    yield importlib.import_module("boto3")
    drop("boto3", "botocore")
    sys.modules.update(before)


def make(module: Any, **settings: Any) -> Any:
    return module.Session().client("cognito-idp", region_name="us-east-1", **settings)


def groups(client: Any, username: str = "alice") -> list[str]:
    answer = client.admin_list_groups_for_user(UserPoolId=POOL, Username=username)
    return [group["GroupName"] for group in answer["Groups"]]


def test_a_new_client_is_answered_without_credentials(anew: Any, fake: CognitoGroups) -> None:
    assert anew is not boto3
    assert groups(make(anew)) == ["staff"]
    assert len(fake.calls) == 1


def test_an_older_client_is_answered_still(anew: Any, fake: CognitoGroups) -> None:
    assert groups(make(boto3)) == ["staff"]
    assert groups(make(anew)) == ["staff"]
    assert groups(make(boto3)) == ["staff"]


def test_its_errors_are_its_own(anew: Any) -> None:
    errors: Any = importlib.import_module("botocore.exceptions")
    assert errors is not botocore.exceptions
    with pytest.raises(errors.ClientError) as raised:
        groups(make(anew), "nobody")
    assert not isinstance(raised.value, botocore.exceptions.ClientError)


def test_a_planned_error_of_the_transport_is_of_the_client_that_asks(anew: Any, fake: CognitoGroups) -> None:
    errors: Any = importlib.import_module("botocore.exceptions")
    fake.add_fault(None, errors.ReadTimeoutError, times=None)
    with pytest.raises(errors.ReadTimeoutError):
        groups(make(anew))
    with pytest.raises(botocore.exceptions.ReadTimeoutError):
        groups(make(boto3))


def test_its_waits_are_skipped(anew: Any, fake: CognitoGroups, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setenv("AWS_RETRY_MODE", "standard")
    for module in (boto3, anew):
        fake.throttle(times=2)
        assert groups(make(module)) == ["staff"]
    assert waits == []
    assert [call.attempts for call in fake.calls] == [3, 3]


def test_both_are_as_they_were_when_the_last_fake_ends(anew: Any, fake: CognitoGroups) -> None:
    groups(make(boto3))
    groups(make(anew))
    endpoint: Any = importlib.import_module("botocore.endpoint")
    assert endpoint.time is not time
    fake.__exit__(None, None, None)
    assert endpoint.time is time
    assert botocore.endpoint.time is time
    fake.__enter__()


def test_other_operations_are_refused(anew: Any) -> None:
    with pytest.raises(pytest.fail.Exception), CognitoGroups():
        make(anew).list_users(UserPoolId=POOL)


def test_the_ready_client_is_of_the_botocore_that_is_imported(anew: Any, fake: CognitoGroups) -> None:
    errors: Any = importlib.import_module("botocore.exceptions")
    with pytest.raises(errors.ClientError):
        groups(fake.client, "nobody")


def test_a_session_is_prepared_once_however_often_its_module_is_imported(
    anew: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[object] = []
    package = importlib.import_module("botocore")
    monkeypatch.setattr(hook, "_prepare", prepared.append)
    del sys.modules["botocore.session"]
    importlib.import_module("botocore.session")
    assert len(package._INITIALIZERS) == 1
