"""By what names pools, groups and users are found, and what is answered when they are not (LOOK)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from botocore.exceptions import ClientError

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.hook.data import service_model

POOL = "us-east-1_TestPool1"
SUB = "5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a11"

with_federated_users = pytest.mark.skipif(
    "EXTERNAL_PROVIDER" not in service_model().enum("UserStatusType"),
    reason="this botocore's service model does not have EXTERNAL_PROVIDER yet, so no answer may",
)


def groups_of(client: Any, username: str, pool: str = POOL) -> list[str]:
    answer = client.admin_list_groups_for_user(UserPoolId=pool, Username=username)
    return [group["GroupName"] for group in answer["Groups"]]


def users_in(client: Any, group: str, pool: str = POOL) -> list[dict[str, Any]]:
    users: list[dict[str, Any]] = client.list_users_in_group(UserPoolId=pool, GroupName=group)["Users"]
    return users


def is_known(client: Any, username: str, pool: str = POOL) -> bool:
    try:
        client.admin_list_groups_for_user(UserPoolId=pool, Username=username)
    except client.exceptions.UserNotFoundException:
        return False
    return True


def error_of(client: Any, operation: str, **params: object) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as raised:
        getattr(client, operation)(**params)
    response = raised.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]


SUBJECTS = [
    pytest.param("admin_list_groups_for_user", {"Username": "alice"}, id="groups of a user"),
    pytest.param("list_users_in_group", {"GroupName": "readers"}, id="users of a group"),
]


@pytest.mark.rule("LOOK-1")
@pytest.mark.parametrize(("operation", "subject"), SUBJECTS)
def test_an_unknown_pool_is_not_found(client: Any, operation: str, subject: dict[str, str]) -> None:
    assert error_of(client, operation, UserPoolId="us-east-1_Nowhere", **subject) == (
        400,
        "ResourceNotFoundException",
        "User pool us-east-1_Nowhere does not exist.",
    )


@pytest.mark.rule("LOOK-2")
@pytest.mark.cognito_groups("{pool: eu-west-1_Demo12345, users: {alice: [readers]}}")
@pytest.mark.parametrize(("operation", "subject"), SUBJECTS)
def test_a_pool_is_not_found_from_another_region(client_for: Any, operation: str, subject: dict[str, str]) -> None:
    params = {"UserPoolId": "eu-west-1_Demo12345", **subject}
    assert error_of(client_for("us-east-1"), operation, **params) == (
        400,
        "ResourceNotFoundException",
        "User pool eu-west-1_Demo12345 does not exist.",
    )
    assert getattr(client_for("eu-west-1"), operation)(**params)["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("pool", ["local_Demo12345", "my-pool_1", "us-east_1", "us_east-1_Demo12345"])
@pytest.mark.parametrize(("operation", "subject"), SUBJECTS)
def test_an_id_without_a_region_is_found_from_everywhere(
    client_for: Any, cognito_groups: CognitoGroups, pool: str, operation: str, subject: dict[str, str]
) -> None:
    cognito_groups.add_pool(pool).load("users: {alice: [readers]}")
    for region in ("us-east-1", "eu-west-1"):
        status = getattr(client_for(region), operation)(UserPoolId=pool, **subject)["ResponseMetadata"][
            "HTTPStatusCode"
        ]
        assert status == 200


@pytest.mark.rule("LOOK-2")
@pytest.mark.parametrize(
    "region", ["eu-west-1", "cn-north-1", "us-gov-west-1", "us-isob-east-1", "eu-new-9", "aws-global"]
)
def test_an_id_with_a_region_of_any_partition_is_found_there_alone(client: Any, region: str) -> None:
    with CognitoGroups.from_yaml(f"{{pool: {region}_Demo12345, users: {{alice: [readers]}}}}") as fake:
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            groups_of(client, "alice", fake.pool.id)
        assert groups_of(fake.client, "alice", fake.pool.id) == ["readers"]


@pytest.mark.rule("LOOK-3")
def test_an_unknown_user_is_not_found(client: Any) -> None:
    with pytest.raises(client.exceptions.UserNotFoundException):
        client.admin_list_groups_for_user(UserPoolId=POOL, Username="nobody")
    assert error_of(client, "admin_list_groups_for_user", UserPoolId=POOL, Username="nobody") == (
        400,
        "UserNotFoundException",
        "User does not exist.",
    )


@pytest.mark.rule("LOOK-4")
def test_an_unknown_group_is_not_found(client: Any) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.list_users_in_group(UserPoolId=POOL, GroupName="none")
    assert error_of(client, "list_users_in_group", UserPoolId=POOL, GroupName="none") == (
        400,
        "ResourceNotFoundException",
        "Group not found.",
    )


@pytest.mark.rule("LOOK-3", "LOOK-4")
def test_what_was_deleted_is_not_found(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_group("readers")
    cognito_groups.add_group("writers")
    cognito_groups.add_user("alice", groups=["readers", "writers"])
    cognito_groups.add_user("bob", groups=["readers"])
    cognito_groups.delete_group("writers")
    cognito_groups.delete_user("bob")

    assert groups_of(client, "alice") == ["readers"]
    assert [user["Username"] for user in users_in(client, "readers")] == ["alice"]
    assert not is_known(client, "bob")
    assert error_of(client, "list_users_in_group", UserPoolId=POOL, GroupName="writers")[2] == "Group not found."


@pytest.mark.rule("LOOK-5")
@pytest.mark.cognito_groups(f"{{users: {{alice: {{groups: [readers], sub: {SUB}}}}}}}")
@pytest.mark.parametrize("name", ["alice", SUB])
def test_a_user_is_found_by_username_and_by_a_sub_that_was_seeded(client: Any, name: str) -> None:
    assert groups_of(client, name) == ["readers"]


@pytest.mark.rule("LOOK-5")
@pytest.mark.cognito_groups("{users: {alice: [readers], 'member-[1:30]': [others]}}")
def test_a_user_is_found_by_the_sub_that_the_answer_shows(client: Any) -> None:
    (alice,) = users_in(client, "readers")
    sub = alice["Attributes"][0]["Value"]
    assert sub == str(UUID(sub))
    assert groups_of(client, sub) == ["readers"]


@pytest.mark.rule("LOOK-5")
@pytest.mark.cognito_groups("{users: {alice: [readers]}}")
@pytest.mark.parametrize("stranger", ["00000000-0000-4000-8000-000000000000", "no-uuid-but-as-long-as-such-a-one-is"])
def test_a_sub_that_nobody_has_finds_nobody(client: Any, stranger: str) -> None:
    assert len(stranger) == 36
    assert not is_known(client, stranger)


ALIASES = """
alias_attributes: [email, phone_number, preferred_username]
users:
  alice:
    groups: [readers]
    attributes:
      email: alice@example.com
      email_verified: true
      phone_number: "+15551234567"
      phone_number_verified: true
      preferred_username: ally
"""


@pytest.mark.rule("LOOK-5", "LOOK-6")
@pytest.mark.cognito_groups(ALIASES)
@pytest.mark.parametrize("alias", ["alice@example.com", "+15551234567", "ally"])
def test_a_user_is_found_by_an_alias(client: Any, alias: str) -> None:
    assert groups_of(client, alias) == ["readers"]


@pytest.mark.rule("LOOK-5")
@pytest.mark.cognito_groups(ALIASES.replace("alias_attributes: [email, phone_number, preferred_username]", ""))
@pytest.mark.parametrize("attribute", ["alice@example.com", "+15551234567", "ally"])
def test_an_attribute_is_no_alias_unless_the_pool_says_so(client: Any, attribute: str) -> None:
    assert not is_known(client, attribute)


@pytest.mark.rule("LOOK-6")
@pytest.mark.cognito_groups(ALIASES)
@pytest.mark.parametrize("verified", ["false", None])
@pytest.mark.parametrize(("name", "value"), [("email", "bob@example.com"), ("phone_number", "+15550000000")])
def test_an_alias_counts_only_once_it_is_verified(
    client: Any, cognito_groups: CognitoGroups, name: str, value: str, verified: str | None
) -> None:
    flag = {} if verified is None else {f"{name}_verified": verified}
    cognito_groups.add_user("bob", attributes={name: value, **flag})
    assert is_known(client, "bob")
    assert not is_known(client, value)


@pytest.mark.rule("LOOK-6")
@pytest.mark.cognito_groups("{alias_attributes: [preferred_username]}")
def test_a_preferred_username_needs_no_verification(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_user("bob", attributes={"preferred_username": "bobby"})
    assert is_known(client, "bobby")


@pytest.mark.rule("LOOK-6")
@pytest.mark.cognito_groups(ALIASES)
def test_the_username_goes_before_an_alias(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_group("writers")
    cognito_groups.add_user("ally", groups=["writers"])
    assert groups_of(client, "ally") == ["writers"]


@with_federated_users
@pytest.mark.rule("LOOK-5")
@pytest.mark.cognito_groups(
    f"""
    alias_attributes: [email, preferred_username]
    users:
      google_1:
        groups: [readers]
        status: EXTERNAL_PROVIDER
        sub: {SUB}
        attributes: {{email: g@example.com, email_verified: true, preferred_username: gee}}
      google_2: {{status: EXTERNAL_PROVIDER}}
    """
)
def test_a_federated_user_is_found_by_username_alone(client: Any, cognito_groups: CognitoGroups) -> None:
    assert groups_of(client, "google_1") == ["readers"]
    for name in (SUB, "g@example.com", "gee", cognito_groups.users["google_2"].sub):
        assert not is_known(client, name)


SIGN_IN = """
username_attributes: [email, phone_number]
users:
  alice@example.com: [readers]
  "+15551234567": [readers]
  carol@example.com:
    groups: [readers]
    attributes: {email_verified: true, phone_number: "+15559999999"}
"""


@pytest.mark.rule("LOOK-7")
@pytest.mark.cognito_groups(SIGN_IN)
@pytest.mark.parametrize("name", ["alice@example.com", "+15551234567", "carol@example.com", "+15559999999"])
def test_sign_in_names_find_the_user_verified_or_not(client: Any, name: str) -> None:
    assert groups_of(client, name) == ["readers"]


@pytest.mark.rule("LOOK-7")
@pytest.mark.cognito_groups(SIGN_IN)
def test_where_people_sign_in_by_attribute_the_username_is_the_sub(client: Any, cognito_groups: CognitoGroups) -> None:
    users = users_in(client, "readers")
    attributes = [{pair["Name"]: pair["Value"] for pair in user["Attributes"]} for user in users]
    assert [user["Username"] for user in users] == [each["sub"] for each in attributes]
    assert [str(UUID(user["Username"])) for user in users] == [user["Username"] for user in users]
    assert [each.get("email", each.get("phone_number")) for each in attributes] == [
        "alice@example.com",
        "+15551234567",
        "carol@example.com",
    ]
    assert [groups_of(client, user["Username"]) for user in users] == [["readers"]] * 3
    assert cognito_groups.calls[0].items == tuple(user["Username"] for user in users)


@pytest.mark.rule("LOOK-7")
@pytest.mark.cognito_groups(
    """
    username_attributes: [email]
    users:
      key@example.com: {groups: [readers], attributes: {email: real@example.com}}
    """
)
def test_an_attribute_that_was_given_replaces_the_key(client: Any, cognito_groups: CognitoGroups) -> None:
    assert is_known(client, "real@example.com")
    assert not is_known(client, "key@example.com")
    assert cognito_groups.users["key@example.com"].attributes == {"email": "real@example.com"}


FEDERATED = f"""
username_attributes: [email]
users:
  google_1:
    groups: [readers]
    status: EXTERNAL_PROVIDER
    sub: {SUB}
    attributes: {{email: g@example.com, email_verified: true}}
  "google_[2:3]": {{groups: [readers], status: EXTERNAL_PROVIDER}}
"""


@with_federated_users
@pytest.mark.rule("LOOK-5", "LOOK-7")
@pytest.mark.cognito_groups(FEDERATED)
def test_a_federated_user_keeps_their_username_where_others_have_none(
    client: Any, cognito_groups: CognitoGroups
) -> None:
    names = ["google_1", "google_2", "google_3"]
    assert [user["Username"] for user in users_in(client, "readers")] == names
    assert cognito_groups.calls.last.items == tuple(names)
    assert [groups_of(client, name) for name in names] == [["readers"]] * 3
    assert cognito_groups.users["google_1"].username == "google_1"


@with_federated_users
@pytest.mark.rule("LOOK-5", "LOOK-7")
@pytest.mark.cognito_groups(FEDERATED)
def test_a_federated_user_is_found_by_no_sign_in_name(client: Any, cognito_groups: CognitoGroups) -> None:
    for name in (SUB, "g@example.com", "GOOGLE_1", *(cognito_groups.users[f"google_{n}"].sub for n in (2, 3))):
        assert not is_known(client, name)


@with_federated_users
@pytest.mark.rule("LOOK-7")
@pytest.mark.cognito_groups(FEDERATED)
def test_no_attribute_is_made_of_a_federated_users_name(client: Any, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_user("google_4", groups=["readers"], status="EXTERNAL_PROVIDER")
    cognito_groups.load("users: {google_5: {groups: [readers], status: EXTERNAL_PROVIDER}}")
    assert [[pair["Name"] for pair in user["Attributes"]] for user in users_in(client, "readers")] == [
        ["sub", "email", "email_verified"],
        *[["sub"]] * 4,
    ]


CASES = """
alias_attributes: [email, preferred_username]
users:
  Alice: {groups: [Readers], attributes: {email: Alice@Example.com, email_verified: true, preferred_username: Ally}}
"""
OTHER_CASES = ["ALICE", "alice", "alice@example.com", "ALICE@EXAMPLE.COM", "ally"]


@pytest.mark.rule("LOOK-8")
@pytest.mark.cognito_groups(CASES)
@pytest.mark.parametrize("name", OTHER_CASES)
def test_case_counts_in_names_of_users(client: Any, name: str) -> None:
    assert is_known(client, "Alice")
    assert not is_known(client, name)


@pytest.mark.rule("LOOK-8")
@pytest.mark.cognito_groups(f"case_sensitive: false\n{CASES}")
@pytest.mark.parametrize("name", ["Alice", "Alice@Example.com", *OTHER_CASES])
def test_case_does_not_count_where_the_pool_says_so(client: Any, name: str) -> None:
    assert groups_of(client, name) == ["Readers"]


@pytest.mark.rule("LOOK-8")
@pytest.mark.cognito_groups("{username_attributes: [email], case_sensitive: false, users: {Al@Example.com: [readers]}}")
def test_case_does_not_count_in_sign_in_names_where_the_pool_says_so(client: Any) -> None:
    assert is_known(client, "al@example.COM")


@pytest.mark.rule("LOOK-8")
@pytest.mark.parametrize("case_sensitive", [True, False])
def test_case_always_counts_in_names_of_groups(
    client: Any, cognito_groups: CognitoGroups, case_sensitive: bool
) -> None:
    pool = cognito_groups.add_pool("us-east-1_Cases", case_sensitive=case_sensitive)
    pool.add_group("Readers")
    pool.add_group("readers")
    pool.add_user("alice", groups=["readers"])
    assert users_in(client, "Readers", pool.id) == []
    assert [user["Username"] for user in users_in(client, "readers", pool.id)] == ["alice"]
    assert error_of(client, "list_users_in_group", UserPoolId=pool.id, GroupName="READERS")[2] == "Group not found."


@pytest.mark.rule("LOOK-8")
@pytest.mark.cognito_groups(f"case_sensitive: false\n{CASES}")
def test_the_answer_shows_the_case_that_was_seeded(client: Any) -> None:
    assert groups_of(client, "ALICE") == ["Readers"]
    (user,) = users_in(client, "Readers")
    assert user["Username"] == "Alice"
    assert {"Name": "email", "Value": "Alice@Example.com"} in user["Attributes"]


@pytest.mark.rule("LOOK-9")
@pytest.mark.cognito_groups("{groups: {empty: {}}, users: {carol: }}")
@pytest.mark.parametrize(
    "paging",
    [pytest.param(paging, marks=pytest.mark.cognito_groups(paging=paging)) for paging in ("full", "ragged")],
)
def test_a_user_or_a_group_without_memberships_has_an_empty_list(client: Any, paging: str) -> None:
    groups = client.admin_list_groups_for_user(UserPoolId=POOL, Username="carol")
    users = client.list_users_in_group(UserPoolId=POOL, GroupName="empty")
    assert (groups["Groups"], users["Users"]) == ([], [])
    for answer in (groups, users):
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert "NextToken" not in answer


@pytest.mark.rule("LOOK-10")
@pytest.mark.cognito_groups(
    """
    users:
      alice: [readers]
      bob: {groups: [readers], enabled: false}
      carol: {groups: [readers], status: UNCONFIRMED}
      dave: {groups: [readers], status: FORCE_CHANGE_PASSWORD, enabled: false}
    """
)
def test_disabled_and_unconfirmed_members_are_listed_like_the_others(client: Any) -> None:
    assert [(user["Username"], user["Enabled"], user["UserStatus"]) for user in users_in(client, "readers")] == [
        ("alice", True, "CONFIRMED"),
        ("bob", False, "CONFIRMED"),
        ("carol", True, "UNCONFIRMED"),
        ("dave", False, "FORCE_CHANGE_PASSWORD"),
    ]
    assert groups_of(client, "bob") == groups_of(client, "dave") == ["readers"]


@with_federated_users
@pytest.mark.rule("LOOK-10")
@pytest.mark.cognito_groups("{users: {alice: [readers], google_1: {groups: [readers], status: EXTERNAL_PROVIDER}}}")
def test_federated_members_are_listed_like_the_others(client: Any) -> None:
    alice, federated = users_in(client, "readers")
    assert (federated["Username"], federated["Enabled"]) == ("google_1", True)
    assert (alice["UserStatus"], federated["UserStatus"]) == ("CONFIRMED", "EXTERNAL_PROVIDER")
    assert groups_of(client, "google_1") == ["readers"]
