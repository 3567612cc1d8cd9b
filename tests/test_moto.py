"""moto's mock_aws around and inside the fake: each answers what is its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.cognitoidp.responses import CognitoIdpResponse
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


# Clients that moto does not reach: no request leaves the process, as the suite's guard shows

ONE_ATTEMPT: Final = Config(retries={"total_max_attempts": 1})


def older_than_moto(session: Any, **settings: Any) -> Any:
    """A client as it is when it was made before moto was imported."""
    make = session.client if hasattr(session, "client") else session.create_client
    made = make("cognito-idp", region_name=REGION, config=ONE_ATTEMPT, **settings)
    made.meta.events.unregister("before-send", botocore_stubber)
    return made


@pytest.fixture
def unknown_to_moto() -> Any:
    return older_than_moto(boto3.Session(aws_access_key_id="key", aws_secret_access_key="secret"))


@pytest.fixture
def without_credentials() -> Any:
    return older_than_moto(boto3.Session())


class Refreshed(RefreshableCredentials):
    """Credentials that are fetched when a request is signed."""

    def __init__(self) -> None:
        super().__init__("key", "secret", "token", None, lambda: pytest.fail("fetched"), "made up")

    def get_frozen_credentials(self) -> Any:
        pytest.fail("fetched")


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


@pytest.mark.parametrize("allowed", [None, "admin_delete_user", "*"])
@pytest.mark.parametrize("kind", ["unknown_to_moto", "without_credentials"])
def test_other_operations_of_a_client_older_than_moto_are_motos(
    kind: str, allowed: Any, moto: None, request: pytest.FixtureRequest
) -> None:
    older = request.getfixturevalue(kind)
    pool = pool_of_moto()
    with CognitoGroups.from_yaml(SEED, allow_operations=allowed):
        older.admin_delete_user(UserPoolId=pool, Username="carol")
    assert client.list_users(UserPoolId=pool)["Users"] == []


def test_a_client_without_credentials_asks_moto_for_any_pool(moto: None, without_credentials: Any) -> None:
    pool = pool_of_moto()
    with CognitoGroups.from_yaml(SEED):
        assert groups("carol", pool, asked=without_credentials) == ["made-by-moto"]
        assert groups("alice", asked=without_credentials) == ["staff", "admins"]


def test_credentials_that_would_be_fetched_are_left_alone(moto: None) -> None:
    session = botocore.session.get_session()
    session._credentials = Refreshed()
    older = older_than_moto(session)
    pool = pool_of_moto()
    with CognitoGroups.from_yaml(SEED):
        assert groups("carol", pool, asked=older) == ["made-by-moto"]
        older.admin_delete_user(UserPoolId=pool, Username="carol")
    assert client.list_users(UserPoolId=pool)["Users"] == []


def test_moto_answers_an_operation_once(moto: None, unknown_to_moto: Any) -> None:
    with CognitoGroups.from_yaml(SEED):
        for asked in (client, unknown_to_moto):
            asked.create_user_pool(PoolName="customers")
    assert len(client.list_user_pools(MaxResults=10)["UserPools"]) == 2


def test_moto_tells_accounts_by_who_has_signed(moto: None) -> None:
    role = {"RoleArn": "arn:aws:iam::222222222222:role/other", "RoleSessionName": "other"}
    keys = boto3.client("sts", region_name=REGION).assume_role(**role)["Credentials"]
    other = boto3.client(
        "cognito-idp",
        region_name=REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    pool = other.create_user_pool(PoolName="customers")["UserPool"]["Id"]
    other.admin_create_user(UserPoolId=pool, Username="carol")
    with CognitoGroups.from_yaml(SEED):
        assert groups("carol", pool, asked=other) == []
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            groups("carol", pool)


@pytest.mark.parametrize("kind", ["boto3", "older"])
def test_an_operation_that_moto_would_not_answer_is_refused(kind: str) -> None:
    local: Any = {"endpoint_url": "http://127.0.0.1:1"}
    session = boto3.Session(aws_access_key_id="key", aws_secret_access_key="secret")
    with (  # noqa: PT012
        pytest.raises(AssertionError) as raised,
        mock_aws(config={"core": {"passthrough": {"services": ["cognitoidp"]}}}),
        CognitoGroups.from_yaml(SEED),
    ):
        for settings in ({}, local):
            made = session.client("cognito-idp", region_name=REGION, config=ONE_ATTEMPT, **settings)
            asked = made if kind == "boto3" else older_than_moto(session, **settings)
            with pytest.raises(pytest.fail.Exception):
                asked.list_user_pools(MaxResults=10)
    text = str(raised.value)
    assert "let it through (to AWS, although moto's mock_aws is active):" in text
    assert "let it through (to http://127.0.0.1:1, although moto's mock_aws is active):" in text


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"UserPoolId": 5}'])
@pytest.mark.parametrize("kind", ["boto3", "older"])
def test_what_names_no_pool_is_not_motos(kind: str, body: bytes, moto: None) -> None:
    def put(params: dict[str, object], **_: object) -> None:
        params["body"] = body

    asked = older_than_moto(boto3.Session()) if kind == "older" else boto3.client("cognito-idp", region_name=REGION)
    asked.meta.events.register("before-call", put)
    with CognitoGroups.from_yaml(SEED) as fake:
        with pytest.raises(ClientError):
            groups("alice", asked=asked)
        assert len(fake.calls) == 1


def test_what_the_fake_answers_does_not_reach_moto(moto: None, monkeypatch: pytest.MonkeyPatch) -> None:
    carried_out: list[object] = []
    monkeypatch.setattr(CognitoIdpResponse, "admin_list_groups_for_user", carried_out.append)
    with CognitoGroups.from_yaml(SEED):
        assert groups("alice") == ["staff", "admins"]
    assert carried_out == []


@pytest.mark.cognito_groups(SEED)
def test_what_moto_would_pass_through_is_answered_by_the_innermost(cognito_groups: CognitoGroups) -> None:
    with mock_aws(config={"core": {"passthrough": {"services": ["cognitoidp"]}}}):
        assert groups("alice") == ["staff", "admins"]
        with pytest.raises(client.exceptions.ResourceNotFoundException, match=r"User pool \S+ does not exist"):
            groups("alice", "eu-west-1_Unknown01")
    assert [call.error for call in cognito_groups.calls] == [None, "ResourceNotFoundException"]


# What a failing test says of it


@pytest.mark.parametrize(
    "check",
    [
        lambda fake: fake.assert_called(),
        lambda fake: fake.assert_called("admin_list_groups_for_user", times=2),
        lambda fake: fake.assert_called_once_with("admin_list_groups_for_user", UserPoolId=POOL, Username="carol"),
        lambda fake: fake.assert_calls([("admin_list_groups_for_user", {})]),
    ],
)
def test_a_failed_assertion_says_what_moto_answered(check: Any, moto: None) -> None:
    first, second = pool_of_moto("first"), pool_of_moto("second")
    with CognitoGroups.from_yaml(SEED) as fake:
        for pool in (first, second, first):
            groups("carol", pool)
        with pytest.raises(AssertionError) as raised:
            check(fake)
    assert str(raised.value).splitlines()[-4:] == [
        "moto answered 3 calls for pools that no fake has:",
        f"  {first!r}: 2 calls",
        f"  {second!r}: 1 call",
        "To answer them here, seed the pool (pool: …) or add it: cognito_groups.add_pool(…).",
    ]


def test_a_retried_call_of_motos_is_one_call(moto: None) -> None:
    retrying = boto3.client("cognito-idp", region_name=REGION, config=Config(retries={"mode": "standard"}))
    throttled = [True, False]

    def throttle(http_response: Any = None, response: Any = None, **_: object) -> Any:
        return 0 if throttled.pop(0) else None

    retrying.meta.events.register_first("needs-retry.cognito-identity-provider", throttle)
    pool = pool_of_moto()
    with CognitoGroups.from_yaml(SEED) as fake:
        groups("carol", pool, asked=retrying)
        assert throttled == []
        with pytest.raises(AssertionError, match=f"'{pool}': 1 call"):
            fake.assert_called()


def test_forgotten_calls_are_not_told(moto: None) -> None:
    pool = pool_of_moto()
    with CognitoGroups.from_yaml(SEED) as fake:
        groups("carol", pool)
        fake.reset_calls()
        with pytest.raises(AssertionError) as raised:
            fake.assert_called()
    assert "moto" not in str(raised.value)


def test_the_section_of_a_failing_test_says_what_moto_answered(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3
        import pytest
        from moto import mock_aws
        from pytest_cognito_groups import CognitoGroups

        @pytest.fixture(scope="module", autouse=True)
        def pool():
            with mock_aws(), CognitoGroups() as fake:
                client = boto3.client("cognito-idp", region_name="us-east-1")
                made = client.create_user_pool(PoolName="x")["UserPool"]["Id"]
                client.admin_create_user(UserPoolId=made, Username="carol")
                yield lambda: client.admin_list_groups_for_user(UserPoolId=made, Username="carol")

        def test_passes(pool):
            pool()

        def test_fails(pool):
            pool()
            assert False

        def test_fails_by_itself():
            assert False
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:randomly")
    result.assert_outcomes(passed=1, failed=2)
    titles = [line for line in result.outlines if "cognito-idp calls" in line]
    assert len(titles) == 1
    result.stdout.fnmatch_lines(
        [
            "*- cognito-idp calls -*",
            "moto answered 1 call for pools that no fake has:",
            "  'us-east-1_*': 1 call",
            "To answer them here, *",
        ],
        consecutive=True,
    )


@pytest.mark.parametrize("ending", ["", "cognito_groups.reset_calls(); "], ids=["kept", "reset"])
def test_a_failing_test_tells_that_moto_lacks_the_seeds_pool(pytester: pytest.Pytester, ending: str) -> None:
    pytester.makepyfile(
        f"""
        import boto3
        import pytest
        from moto import mock_aws

        @mock_aws
        @pytest.mark.cognito_groups("{SEED}")
        def test_it(cognito_groups):
            client = boto3.client("cognito-idp", region_name="{REGION}")
            client.list_user_pools(MaxResults=1)
            with pytest.raises(client.exceptions.ResourceNotFoundException):
                client.describe_user_pool(UserPoolId="{POOL}")
            {ending}assert 1 == 2
        """
    )
    result = pytester.runpytest_inprocess()
    hint = (
        f"Hint: moto answered describe_user_pool, but pool '{POOL}' is only in the seed; to answer it here: "
        'cognito_groups.answer("describe_user_pool", …)'
    )
    assert (hint in result.outlines) == (not ending)
