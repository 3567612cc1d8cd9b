"""pycognito, which pages by hand."""

from __future__ import annotations

import boto3
import pytest
from pycognito import Cognito

from pytest_cognito_groups import CognitoGroups

POOL = "eu-west-1_Pycognito1"
pytestmark = pytest.mark.cognito_groups(
    f"""
    pool: {POOL}
    groups:
      group-[01:70]:
    users:
      alice: [group-01, group-02]
      bob: ["group-[01:70]"]
      carol:
    """
)
BOBS = [f"group-{number:02}" for number in range(1, 71)]


@pytest.fixture
def cognito(cognito_groups: CognitoGroups) -> Cognito:
    return Cognito(POOL, "client-id", session=boto3.Session())


def test_the_groups_of_a_user(cognito: Cognito) -> None:
    assert cognito.admin_list_groups_for_user("alice") == ["group-01", "group-02"]


def test_a_user_without_groups(cognito: Cognito) -> None:
    assert cognito.admin_list_groups_for_user("carol") == []


def test_more_groups_than_fit_a_page(cognito: Cognito, cognito_groups: CognitoGroups) -> None:
    assert cognito.admin_list_groups_for_user("bob") == BOBS
    assert [call.page for call in cognito_groups.calls] == [1, 2]


@pytest.mark.cognito_groups(page_size=1)
def test_pages_of_one(cognito: Cognito, cognito_groups: CognitoGroups) -> None:
    assert cognito.admin_list_groups_for_user("bob") == BOBS
    assert len(cognito_groups.calls) == 70


@pytest.mark.cognito_groups(paging="ragged")
def test_ragged_pages(cognito: Cognito) -> None:
    assert sorted(cognito.admin_list_groups_for_user("bob")) == BOBS


def test_an_unknown_user(cognito: Cognito) -> None:
    with pytest.raises(cognito.client.exceptions.UserNotFoundException):
        cognito.admin_list_groups_for_user("mallory")


def test_another_operation_is_refused(cognito: Cognito) -> None:
    with (
        pytest.raises(AssertionError, match="cognito-idp admin_enable_user was called"),
        CognitoGroups(),
        pytest.raises(pytest.fail.Exception),
    ):
        cognito.admin_enable_user("alice")
