import pytest

from accounts.members import addresses_of, members_of, page_of
from accounts.pool import client
from pytest_cognito_groups import CognitoGroups


def test_all_members_whatever_the_pages(cognito_groups: CognitoGroups) -> None:
    assert {member.username for member in members_of("readers")} == {
        user.username for user in cognito_groups.members_of("readers")
    }


@pytest.mark.cognito_groups(paging="ragged")
def test_all_members_even_with_short_and_empty_pages() -> None:
    assert len(list(members_of("readers"))) == 153


def test_a_group_without_members(cognito_groups: CognitoGroups) -> None:
    assert list(members_of("empty")) == []


def test_an_unknown_group(cognito_groups: CognitoGroups) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException, match=r"Group not found\."):
        list(members_of("nobodies"))


@pytest.mark.cognito_groups("""
users:
  frank: [editors]                          # has no address
  grace: {groups: [editors], attributes: {email: grace@example.com}}
""")
def test_mail_goes_to_those_who_can_sign_in_and_have_an_address() -> None:
    assert addresses_of("editors") == ["alice@example.com", "grace@example.com"]


@pytest.mark.cognito_groups(assert_all_pages_read=False, paging="full")
def test_one_page_for_a_caller_who_turns_them(cognito_groups: CognitoGroups) -> None:
    first = page_of("readers", limit=2)
    second = page_of("readers", limit=2, after=first.following)
    assert [member.username for member in first.members + second.members] == ["alice", "bob", "carol", "reader-001"]
    cognito_groups.assert_calls(
        [
            ("list_users_in_group", {"GroupName": "readers", "Limit": 2}),
            ("list_users_in_group", {"NextToken": first.following}),
        ]
    )
