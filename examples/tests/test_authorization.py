"""Every test starts from accounts.yaml; a mark adds what the test needs besides."""

import pytest

from accounts.authorization import ForbiddenError, groups_of, is_member, require, roles_of
from accounts.pool import client
from pytest_cognito_groups import CognitoGroups


def test_all_groups_of_a_user(cognito_groups: CognitoGroups) -> None:
    assert set(groups_of("alice")) == {"readers", "internal-billing", "editors", "admins"}


@pytest.mark.cognito_groups("users: {erin: [readers, 'team-[01:99]']}\ngroups: {'team-[01:99]': }")
def test_a_user_in_as_many_groups_as_there_may_be() -> None:
    assert len(set(groups_of("erin"))) == 100


@pytest.mark.parametrize(
    ("username", "group", "expected"),
    [("alice", "admins", True), ("bob", "admins", False), ("dave", "readers", False)],
)
def test_membership(cognito_groups: CognitoGroups, username: str, group: str, expected: bool) -> None:
    assert is_member(username, group) is expected
    cognito_groups.assert_called("admin_list_groups_for_user", Username=username)


@pytest.mark.parametrize("username", ["bob", "nobody"])
def test_who_is_not_a_member_is_kept_out(cognito_groups: CognitoGroups, username: str) -> None:
    with pytest.raises(ForbiddenError):
        require(username, "admins")


def test_a_membership_that_ends(cognito_groups: CognitoGroups) -> None:
    require("alice", "admins")
    cognito_groups.remove_from_group("alice", "admins")
    with pytest.raises(ForbiddenError):
        require("alice", "admins")


def test_a_throttled_look_up_is_no_answer(cognito_groups: CognitoGroups) -> None:
    cognito_groups.throttle("admin_list_groups_for_user", times=None)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        require("alice", "admins")


def test_a_connection_that_breaks_is_tried_again(cognito_groups: CognitoGroups) -> None:
    from botocore.exceptions import ReadTimeoutError

    cognito_groups.add_fault("admin_list_groups_for_user", ReadTimeoutError, Username="alice")
    require("alice", "admins")
    assert cognito_groups.calls[0].attempts == 2


def test_the_role_of_the_lowest_precedence_goes_first(cognito_groups: CognitoGroups) -> None:
    assert [role.group for role in roles_of("alice")] == ["admins", "editors"]
    assert roles_of("alice")[0].arn == cognito_groups.claims("alice")["cognito:preferred_role"]


def test_groups_without_a_role_give_none(cognito_groups: CognitoGroups) -> None:
    assert roles_of("bob") == []
