import json

import pytest

from functions import pre_token_generation, profile, whoami
from pytest_cognito_groups import CognitoGroups


def request_of(username: str) -> dict:
    return {"requestContext": {"authorizer": {"claims": {"cognito:username": username}}}}


def sign_in_of(username: str) -> dict:
    return {
        "version": "1",
        "triggerSource": "TokenGeneration_Authentication",
        "userPoolId": "eu-west-1_Accounts1",
        "userName": username,
        "request": {"userAttributes": {}, "groupConfiguration": {}},
        "response": {},
    }


def test_whoami_tells_the_groups_of_now(cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_to_group("bob", "editors")
    answer = whoami.handler(request_of("bob"), None)
    assert (answer["statusCode"], json.loads(answer["body"])["groups"]) == (200, ["editors", "readers"])


def test_whoami_of_a_user_who_has_been_deleted(cognito_groups: CognitoGroups) -> None:
    cognito_groups.delete_user("bob")
    assert whoami.handler(request_of("bob"), None)["statusCode"] == 404


@pytest.mark.cognito_groups(
    "faults: [{operation: admin_list_groups_for_user, error: TooManyRequestsException, times: null}]"
)
def test_whoami_while_the_service_is_busy() -> None:
    answer = whoami.handler(request_of("bob"), None)
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "1")


def test_the_profile_of_a_user(cognito_groups: CognitoGroups) -> None:
    answer = profile.handler(request_of("bob"), None)
    assert json.loads(answer["body"]) == {"username": "bob", "email": "bob@example.com", "groups": ["readers"]}
    cognito_groups.assert_not_called("list_users_in_group")


def test_the_profile_of_an_administrator_has_the_members(cognito_groups: CognitoGroups) -> None:
    members = json.loads(profile.handler(request_of("alice"), None)["body"])["members"]
    assert members.keys() == {"readers", "internal-billing", "editors", "admins"}
    assert (members["editors"], len(members["readers"])) == (["alice", "carol"], 153)


@pytest.mark.parametrize(("username", "status"), [("nobody", 404), ("carol", 403)])
def test_no_profile_for_who_may_not_sign_in(cognito_groups: CognitoGroups, username: str, status: int) -> None:
    assert profile.handler(request_of(username), None)["statusCode"] == status
    cognito_groups.assert_called_once("admin_get_user", Username=username)


def test_tokens_leave_internal_groups_out(cognito_groups: CognitoGroups) -> None:
    event = pre_token_generation.handler(sign_in_of("alice"), None)
    override = event["response"]["claimsOverrideDetails"]["groupOverrideDetails"]
    assert sorted(override["groupsToOverride"]) == ["admins", "editors", "readers"]


@pytest.mark.parametrize("username", ["alice", "bob", "carol", "dave"])
def test_tokens_have_the_roles_that_the_pool_would_have_given(cognito_groups: CognitoGroups, username: str) -> None:
    event = pre_token_generation.handler(sign_in_of(username), None)
    override = event["response"]["claimsOverrideDetails"]["groupOverrideDetails"]
    claims = cognito_groups.claims(username)
    assert override["iamRolesToOverride"] == sorted(claims.get("cognito:roles", []))
    assert override.get("preferredRole") == claims.get("cognito:preferred_role")
