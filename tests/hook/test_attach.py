"""Clients and sessions that were made before the package was imported."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Final

import boto3
import botocore.session
import pytest

from pytest_cognito_groups import CognitoGroups

KEYS: Final = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}

SCRIPT: Final = """
import sys
import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

settings = {
    "region_name": "us-east-1",
    "endpoint_url": "http://127.0.0.1:1",
    "config": Config(retries={"total_max_attempts": 1}),
    "aws_access_key_id": "key",
    "aws_secret_access_key": "secret",
}

def of_boto3(session):
    return session.client("cognito-idp", **settings)

def of_botocore(session):
    return session.create_client("cognito-idp", **settings)

attached = [boto3.Session(), botocore.session.get_session()]
apart = [boto3.Session(), botocore.session.get_session()]

def make(session):
    return (session.client if isinstance(session, boto3.Session) else session.create_client)("cognito-idp", **settings)

made_before = {session: make(session) for session in (*attached, *apart)}

assert not any(name.startswith("pytest_cognito_groups") for name in sys.modules)
from pytest_cognito_groups import CognitoGroups

def is_answered(client):
    try:
        client.admin_list_groups_for_user(UserPoolId="us-east-1_TestPool1", Username="alice")
    except EndpointConnectionError:
        return False
    return True

with CognitoGroups() as fake:
    fake.add_user("alice")
    assert not any(map(is_answered, made_before.values()))
    for session in attached:
        fake.attach(session)
        assert not is_answered(made_before[session])
        assert is_answered(make(session))
    for session in apart:
        fake.attach(made_before[session])
        assert is_answered(made_before[session])
        assert not is_answered(make(session))
    assert len(fake.calls) == 4
assert not any(map(is_answered, made_before.values()))
"""


def test_what_was_made_before_the_import_can_be_attached() -> None:
    signed = "ignore:datetime.datetime.utcnow() is deprecated:DeprecationWarning"  # botocore before 1.41 signs with it
    subprocess.run([sys.executable, "-W", "error", "-W", signed, "-c", SCRIPT], check=True, timeout=60)


@pytest.fixture
def fake() -> Any:
    with CognitoGroups() as fake:
        fake.add_user("alice")
        yield fake


def ask(client: Any) -> None:
    client.admin_list_groups_for_user(UserPoolId="us-east-1_TestPool1", Username="alice")


def test_what_is_attached_already_is_answered_once(fake: CognitoGroups) -> None:
    session = boto3.Session(region_name="us-east-1")
    fake.attach(session)
    client = session.client("cognito-idp")
    fake.attach(client)
    fake.attach(client)
    ask(client)
    assert len(fake.calls) == 1


def test_a_client_is_attached_for_good(fake: CognitoGroups) -> None:
    client = botocore.session.get_session().create_client("cognito-idp", region_name="us-east-1", **KEYS)
    fake.attach(client)
    with CognitoGroups() as another:
        another.add_user("alice")
        ask(client)
        assert len(another.calls) == 1


@pytest.mark.parametrize(
    ("target", "kind"), [(None, "NoneType"), ("cognito-idp", "str"), (boto3, "module"), (object(), "object")]
)
def test_anything_else_is_refused(target: object, kind: str, fake: CognitoGroups) -> None:
    with pytest.raises(TypeError, match=f"client_or_session must be a client or a session .*, not {kind}$"):
        fake.attach(target)
