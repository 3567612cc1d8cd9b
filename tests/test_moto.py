"""moto's mock_aws around and inside the fake: each answers what is its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.models import botocore_stubber

from pytest_cognito_groups import CognitoGroups

REGION: Final = "eu-west-1"
POOL: Final = "eu-west-1_Seeded001"
SEED: Final = f"{{pool: {POOL}, users: {{alice: [staff, admins], bob: [staff]}}}}"

# Of a session of its own: moto reaches the sessions that were made after it was imported.
client: Final[Any] = boto3.Session(aws_access_key_id="key", aws_secret_access_key="secret").client(
    "cognito-idp", region_name=REGION
)


def groups(username: str, pool: str = POOL, *, asked: Any = client) -> list[str]:
    answer = asked.admin_list_groups_for_user(UserPoolId=pool, Username=username)
    return [group["GroupName"] for group in answer["Groups"]]


def pool_of_moto(name: str = "customers") -> str:
    """A pool with one user in one group, made by other operations."""
    pool: str = client.create_user_pool(PoolName=name)["UserPool"]["Id"]
    client.create_group(UserPoolId=pool, GroupName="made-by-moto")
    client.admin_create_user(UserPoolId=pool, Username="carol")
    client.admin_add_user_to_group(UserPoolId=pool, Username="carol", GroupName="made-by-moto")
    return pool


def use_others() -> None:
    """S3 and DynamoDB, which are moto's alone."""
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="reports")
    s3.put_object(Bucket="reports", Key="today", Body=b"content")
    assert s3.get_object(Bucket="reports", Key="today")["Body"].read() == b"content"
    table = boto3.resource("dynamodb", region_name=REGION).create_table(
        TableName="seats",
        KeySchema=[{"AttributeName": "username", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "username", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table.put_item(Item={"username": "alice", "seat": 7})
    assert table.get_item(Key={"username": "alice"})["Item"]["seat"] == 7


def check_both() -> None:
    """What holds wherever both are active."""
    assert groups("alice") == ["staff", "admins"]
    use_others()
    moto_pool = pool_of_moto()
    assert groups("carol", moto_pool) == ["made-by-moto"]
    assert [pool["Id"] for pool in client.list_user_pools(MaxResults=10)["UserPools"]] == [moto_pool]


# In all its forms


@mock_aws
@pytest.mark.cognito_groups(SEED)
def test_as_a_decorator() -> None:
    check_both()


@mock_aws()
def test_as_a_decorator_with_the_fixture(cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_group("staff")
    cognito_groups.add_user("dave", groups=["staff"])
    us_east_1 = boto3.client("cognito-idp", region_name="us-east-1")
    assert groups("dave", cognito_groups.pool.id, asked=us_east_1) == ["staff"]
    use_others()
    cognito_groups.assert_called("admin_list_groups_for_user", times=1)


@mock_aws
@pytest.mark.cognito_groups(SEED)
class TestAsADecoratorOfAClass:
    def test_both_answer(self) -> None:
        check_both()


@pytest.mark.cognito_groups(SEED)
def test_as_a_context_manager_inside_the_fake() -> None:
    with mock_aws():
        check_both()


def test_as_a_context_manager_around_the_fake() -> None:
    with mock_aws(), CognitoGroups.from_yaml(SEED):
        check_both()


@pytest.fixture
def moto() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.mark.cognito_groups(SEED)
def test_as_a_fixture_set_up_after_the_fake(cognito_groups: CognitoGroups, moto: None) -> None:
    check_both()


def test_as_a_fixture_set_up_before_the_fake(moto: None) -> None:
    with CognitoGroups.from_yaml(SEED):
        check_both()


def test_started_and_stopped_by_hand() -> None:
    mock = mock_aws()
    with CognitoGroups.from_yaml(SEED):
        mock.start()
        try:
            check_both()
        finally:
            mock.stop()


# Who answers


@pytest.mark.cognito_groups(SEED)
def test_the_call_that_moto_answers_is_not_recorded(cognito_groups: CognitoGroups, moto: None) -> None:
    pool = pool_of_moto()
    groups("carol", pool)
    groups("alice")
    assert [call.params["UserPoolId"] for call in cognito_groups.calls] == [POOL]


@pytest.mark.cognito_groups(SEED)
def test_a_pool_that_moto_made_can_be_seeded_here(cognito_groups: CognitoGroups, moto: None) -> None:
    pool = client.create_user_pool(PoolName="customers")["UserPool"]["Id"]
    cognito_groups.add_pool(pool).load("users: {erin: [vip]}")
    assert groups("erin", pool) == ["vip"]
    assert client.describe_user_pool(UserPoolId=pool)["UserPool"]["Name"] == "customers"


@pytest.mark.cognito_groups(SEED)
def test_a_pool_that_nobody_knows_is_answered_by_moto(cognito_groups: CognitoGroups, moto: None) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        groups("alice", "eu-west-1_Unknown01")
    assert cognito_groups.calls == []


@pytest.mark.cognito_groups(SEED)
def test_nested_fakes_come_before_moto(cognito_groups: CognitoGroups, moto: None) -> None:
    pool = pool_of_moto()
    with CognitoGroups.from_yaml("{pool: eu-west-1_Inner0001, users: {frank: [guests]}}"):
        assert groups("frank", "eu-west-1_Inner0001") == ["guests"]
        assert groups("alice") == ["staff", "admins"]
        assert groups("carol", pool) == ["made-by-moto"]


@pytest.mark.cognito_groups(SEED)
def test_faults_do_not_meet_what_moto_answers(cognito_groups: CognitoGroups, moto: None) -> None:
    pool = pool_of_moto()
    cognito_groups.add_fault("admin_list_groups_for_user", "NotAuthorizedException")
    assert groups("carol", pool) == ["made-by-moto"]
    with pytest.raises(client.exceptions.NotAuthorizedException):
        groups("alice")


@pytest.mark.cognito_groups(SEED)
def test_a_paginator_walks_the_pools_of_both(moto: None) -> None:
    paginator = client.get_paginator("list_users_in_group")
    for pool, group, names in ((POOL, "staff", ["alice", "bob"]), (pool_of_moto(), "made-by-moto", ["carol"])):
        pages = paginator.paginate(UserPoolId=pool, GroupName=group, PaginationConfig={"PageSize": 1})
        assert list(pages.search("Users[].Username")) == names


def test_other_operations_are_refused_when_motos_mock_has_ended() -> None:
    with (  # noqa: PT012
        pytest.raises(AssertionError, match="cognito-idp list_user_pools was called"),
        CognitoGroups.from_yaml(SEED),
    ):
        with mock_aws():
            assert client.list_user_pools(MaxResults=10)["UserPools"] == []
        with pytest.raises(pytest.fail.Exception):
            client.list_user_pools(MaxResults=10)


def test_moto_alone_is_left_alone() -> None:
    with mock_aws():
        assert groups("carol", pool_of_moto()) == ["made-by-moto"]
        with pytest.raises(ClientError):
            groups("alice")


# Where moto does not answer: no request leaves the process, as the suite's guard shows


@pytest.fixture
def unknown_to_moto() -> Any:
    """A client as it is when it was made before moto was imported."""
    made = boto3.Session().client("cognito-idp", region_name=REGION)
    made.meta.events.unregister("before-send", botocore_stubber)
    return made


@pytest.mark.cognito_groups(SEED)
def test_a_client_older_than_moto_is_answered_by_the_fake(
    cognito_groups: CognitoGroups, unknown_to_moto: Any, moto: None
) -> None:
    assert groups("alice", asked=unknown_to_moto) == ["staff", "admins"]


@pytest.mark.cognito_groups(SEED)
def test_a_client_older_than_moto_finds_a_pool_of_motos(
    cognito_groups: CognitoGroups, unknown_to_moto: Any, moto: None
) -> None:
    assert groups("carol", pool_of_moto(), asked=unknown_to_moto) == ["made-by-moto"]


@pytest.mark.cognito_groups(SEED)
def test_what_moto_would_pass_through_is_answered_by_the_innermost(cognito_groups: CognitoGroups) -> None:
    with mock_aws(config={"core": {"passthrough": {"services": ["cognitoidp"]}}}):
        assert groups("alice") == ["staff", "admins"]
        with pytest.raises(client.exceptions.ResourceNotFoundException, match=r"User pool \S+ does not exist"):
            groups("alice", "eu-west-1_Unknown01")
    assert [call.error for call in cognito_groups.calls] == [None, "ResourceNotFoundException"]
