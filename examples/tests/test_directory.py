"""The asynchronous view. Without aiobotocore, this module is skipped and the others run."""

import asyncio

import pytest

from pytest_cognito_groups import CognitoGroups

pytest.importorskip("aiobotocore", reason="the directory needs: pip install aiobotocore")

from aiobotocore.session import get_session

from directory.lookup import directory, username_of


def run(function, argument):
    """What the coroutine returns that gets a client and the argument."""

    async def with_client():
        async with get_session().create_client("cognito-idp", region_name="eu-west-1") as client:
            return await function(client, argument)

    return asyncio.run(with_client())


def test_many_addresses_at_once(cognito_groups: CognitoGroups) -> None:
    found = run(directory, ["bob@example.com", "Carol@Example.com", "nobody@example.com"])
    assert found == {
        "bob@example.com": {"readers"},
        "Carol@Example.com": {"readers", "editors"},
        "nobody@example.com": set(),
    }
    assert {call.params["Username"] for call in cognito_groups.calls.filter("admin_list_groups_for_user")} == {
        "bob",
        "carol",
    }


@pytest.mark.cognito_groups("users: {robert: {attributes: {email: bob@example.com}}}")
def test_an_address_of_two_users_is_nobodys() -> None:
    with pytest.raises(LookupError, match="several users"):
        run(username_of, "bob@example.com")


@pytest.mark.cognito_groups(r"""users: {erin: {attributes: {email: '"e\rin"@example.com'}}}""")
def test_an_address_with_a_quote_and_a_backslash() -> None:
    assert run(username_of, r'"e\rin"@example.com') == "erin"
