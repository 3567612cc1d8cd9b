"""Every client of the process is answered, however it was made, and nothing leaves the process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import FunctionType
from typing import Any, Final, NoReturn

import boto3
import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

from pytest_cognito_groups import CognitoGroups

REGION: Final = "eu-west-1"
POOL: Final = "eu-west-1_Clients01"
SEED: Final = f"""
pool: {POOL}
groups:
  admins: {{precedence: 0}}
  readers:
  writers:
users:
  alice: [readers, admins, writers]
  bob: [readers]
  carol: [readers]
  nobody:
  member-[01:40]: [writers]
"""
pytestmark = [pytest.mark.cognito_groups(SEED), pytest.mark.usefixtures("no_network")]

AT_IMPORT: Final[Any] = boto3.client("cognito-idp", region_name=REGION)
WITHOUT_RETRIES: Final[Any] = boto3.client(
    "cognito-idp", region_name=REGION, config=Config(retries={"max_attempts": 0})
)
PAGINATOR_AT_IMPORT: Final[Any] = AT_IMPORT.get_paginator("list_users_in_group")


def of_the_default_session() -> Any:
    return boto3.client("cognito-idp", region_name=REGION)


def of_a_default_session_that_was_set_up() -> Any:
    boto3.setup_default_session(region_name=REGION)
    return boto3.client("cognito-idp")


def of_a_boto3_session() -> Any:
    return boto3.Session(region_name=REGION).client("cognito-idp")


def of_a_botocore_session() -> Any:
    return botocore.session.get_session().create_client("cognito-idp", region_name=REGION)


def of_a_session_with_credentials() -> Any:
    session = boto3.Session(aws_access_key_id="key", aws_secret_access_key="secret", aws_session_token="token")
    return session.client("cognito-idp", region_name=REGION)


def with_credentials() -> Any:
    return boto3.client("cognito-idp", region_name=REGION, aws_access_key_id="key", aws_secret_access_key="secret")


def unsigned() -> Any:
    return boto3.client("cognito-idp", region_name=REGION, config=Config(signature_version=UNSIGNED))


def behind_an_endpoint_url() -> Any:
    return boto3.client("cognito-idp", region_name=REGION, endpoint_url="http://cognito.invalid:9229/path")


def behind_a_fips_endpoint() -> Any:
    return boto3.client("cognito-idp", region_name=REGION, config=Config(use_fips_endpoint=True))


def behind_a_proxy() -> Any:
    return boto3.client(
        "cognito-idp", region_name=REGION, config=Config(proxies={"https": "http://proxy.invalid:3128"})
    )


def made_at_import() -> Any:
    return AT_IMPORT


KINDS: Final = (
    of_the_default_session,
    of_a_default_session_that_was_set_up,
    of_a_boto3_session,
    of_a_botocore_session,
    of_a_session_with_credentials,
    with_credentials,
    unsigned,
    behind_an_endpoint_url,
    behind_a_fips_endpoint,
    behind_a_proxy,
    made_at_import,
)


@cache
def made(kind: Callable[[], Any]) -> Any:
    """A client of the kind, made under the fake of the first test that needs one: making a client takes long."""
    return kind()


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def client(request: pytest.FixtureRequest, cognito_groups: CognitoGroups) -> Any:
    return made(request.param)


def groups(client: Any, username: str) -> list[str]:
    answer = client.admin_list_groups_for_user(UserPoolId=POOL, Username=username)
    return [group["GroupName"] for group in answer["Groups"]]


def users(client: Any, group: str) -> list[str]:
    answer = client.list_users_in_group(UserPoolId=POOL, GroupName=group)
    return [user["Username"] for user in answer["Users"]]


# Each kind of client


def test_a_client_gets_the_groups_of_a_user(client: Any) -> None:
    assert groups(client, "alice") == ["readers", "admins", "writers"]


def test_a_client_gets_the_users_in_a_group(client: Any) -> None:
    assert users(client, "readers") == ["alice", "bob", "carol"]


def test_a_client_gets_the_modelled_exception(client: Any) -> None:
    with pytest.raises(client.exceptions.UserNotFoundException) as caught:
        groups(client, "mallory")
    assert isinstance(caught.value, ClientError)
    assert caught.value.operation_name == "AdminListGroupsForUser"
    assert caught.value.response["Error"] == {"Code": "UserNotFoundException", "Message": "User does not exist."}
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_client_pages(client: Any) -> None:
    pages = client.get_paginator("list_users_in_group").paginate(
        UserPoolId=POOL, GroupName="readers", PaginationConfig={"PageSize": 1}
    )
    assert [[user["Username"] for user in page["Users"]] for page in pages] == [["alice"], ["bob"], ["carol"]]


def test_a_call_is_recorded_once(client: Any, cognito_groups: CognitoGroups) -> None:
    groups(client, "bob")
    assert cognito_groups.calls == [("admin_list_groups_for_user", {"UserPoolId": POOL, "Username": "bob"})]


def test_the_region_of_a_call_is_the_clients(client: Any, cognito_groups: CognitoGroups) -> None:
    groups(client, "bob")
    assert cognito_groups.calls.last.region == REGION


def test_what_botocore_refuses_is_no_call(client: Any, cognito_groups: CognitoGroups) -> None:
    with pytest.raises(ParamValidationError):
        client.list_users_in_group(UserPoolId=POOL)
    assert cognito_groups.calls == []


# Where the client comes from


def test_a_client_of_another_region_does_not_find_the_pool() -> None:
    elsewhere = boto3.client("cognito-idp", region_name="us-east-1")
    with pytest.raises(elsewhere.exceptions.ResourceNotFoundException, match=f"User pool {POOL} does not exist"):
        users(elsewhere, "readers")


def test_the_region_counts_behind_an_endpoint_url_too() -> None:
    elsewhere = boto3.client("cognito-idp", region_name="us-east-1", endpoint_url=f"https://{REGION}.invalid")
    with pytest.raises(elsewhere.exceptions.ResourceNotFoundException):
        users(elsewhere, "readers")


def test_an_unsigned_client_of_another_region_does_not_find_the_pool() -> None:
    elsewhere = boto3.client("cognito-idp", region_name="us-east-1", config=Config(signature_version=UNSIGNED))
    with pytest.raises(elsewhere.exceptions.ResourceNotFoundException):
        users(elsewhere, "readers")


def test_a_client_a_call_is_answered_each_time(cognito_groups: CognitoGroups) -> None:
    for name in ("alice", "bob", "carol"):
        assert "readers" in groups(boto3.client("cognito-idp", region_name=REGION), name)
    cognito_groups.assert_called("admin_list_groups_for_user", times=3)


def test_a_bound_method_may_be_handed_around() -> None:
    def ask(method: Callable[..., Any], **params: object) -> Any:
        return method(UserPoolId=POOL, **params)

    assert len(ask(AT_IMPORT.list_users_in_group, GroupName="readers")["Users"]) == 3
    assert len(ask(AT_IMPORT.admin_list_groups_for_user, Username="bob")["Groups"]) == 1


def test_a_paginator_made_at_import_is_answered() -> None:
    pages = PAGINATOR_AT_IMPORT.paginate(UserPoolId=POOL, GroupName="readers")
    assert [user["Username"] for page in pages for user in page["Users"]] == ["alice", "bob", "carol"]


def test_the_fakes_own_client_is_of_the_first_pools_region(cognito_groups: CognitoGroups) -> None:
    assert cognito_groups.client.meta.region_name == REGION
    assert groups(cognito_groups.client, "bob") == ["readers"]


def test_the_fakes_client_is_of_us_east_1_without_a_pool_region() -> None:
    with CognitoGroups.from_yaml("{pool: local_Clients01, users: {alice: [readers]}}") as fake:
        assert fake.client.meta.region_name == "us-east-1"
        assert fake.client.list_users_in_group(UserPoolId=fake.pool.id, GroupName="readers")["Users"]


def test_the_fakes_own_client_is_made_once(cognito_groups: CognitoGroups) -> None:
    assert cognito_groups.client is cognito_groups.client


def test_the_fakes_own_client_follows_the_settings(
    cognito_groups: CognitoGroups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "7")
    assert cognito_groups.client.meta.config.retries["total_max_attempts"] == 7


def test_the_fakes_own_client_has_no_need_of_a_profile(
    cognito_groups: CognitoGroups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "of-the-developer")
    assert groups(cognito_groups.client, "bob") == ["readers"]


# The guard of this module


def test_the_guard_sees_the_look_up_of_an_instance(no_network: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the fake's setting a client made without credentials asks the metadata service."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    with pytest.raises(AssertionError, match=r"http://169\.254\.169\.254/"):
        boto3.client("cognito-idp", region_name=REGION)
    assert [url.split("/")[2] for url in no_network] == ["169.254.169.254"]
    no_network.clear()


def test_the_guard_sees_a_request(no_network: list[str], cognito_groups: CognitoGroups) -> None:
    cognito_groups._stop()  # as if no fake were active
    with pytest.raises(AssertionError, match="a request to"):
        groups(made(with_credentials), "alice")
    cognito_groups._start()
    assert no_network == [f"https://cognito-idp.{REGION}.amazonaws.com/"]
    no_network.clear()


# Paginators


def walk(**config: object) -> Any:
    paginator = AT_IMPORT.get_paginator("list_users_in_group")
    return paginator.paginate(UserPoolId=POOL, GroupName="writers", PaginationConfig=config)


EVERYBODY: Final = ["alice", *(f"member-{number:02}" for number in range(1, 41))]


def test_page_size_is_the_limit_of_each_request(cognito_groups: CognitoGroups) -> None:
    pages = [len(page["Users"]) for page in walk(PageSize=15)]
    assert pages == [15, 15, 11]
    assert [call.params["Limit"] for call in cognito_groups.calls] == [15, 15, 15]
    assert [call.page for call in cognito_groups.calls] == [1, 2, 3]


def test_max_items_truncates_and_starting_token_goes_on() -> None:
    first = walk(PageSize=10, MaxItems=17).build_full_result()
    assert [user["Username"] for user in first["Users"]] == EVERYBODY[:17]
    rest = walk(PageSize=10, StartingToken=first["NextToken"]).build_full_result()
    assert [user["Username"] for user in rest["Users"]] == EVERYBODY[17:]
    assert "NextToken" not in rest


def test_a_resume_token_goes_on_in_a_later_walk() -> None:
    pages = walk(PageSize=10, MaxItems=10)
    assert len(pages.build_full_result()["Users"]) == 10
    rest = walk(PageSize=10, StartingToken=pages.resume_token)
    assert list(rest.search("Users[].Username")) == EVERYBODY[10:]


def test_search_goes_through_all_pages() -> None:
    assert list(walk(PageSize=7).search("Users[].Username")) == EVERYBODY


def test_build_full_result_joins_the_pages() -> None:
    paginator = AT_IMPORT.get_paginator("admin_list_groups_for_user")
    full = paginator.paginate(UserPoolId=POOL, Username="alice", PaginationConfig={"PageSize": 1}).build_full_result()
    assert [group["GroupName"] for group in full["Groups"]] == ["readers", "admins", "writers"]


def test_an_empty_listing_is_one_page() -> None:
    paginator = AT_IMPORT.get_paginator("admin_list_groups_for_user")
    pages = list(paginator.paginate(UserPoolId=POOL, Username="nobody"))
    assert [page["Groups"] for page in pages] == [[]]


def test_a_paginator_raises_the_modelled_exception() -> None:
    paginator = AT_IMPORT.get_paginator("admin_list_groups_for_user")
    with pytest.raises(AT_IMPORT.exceptions.UserNotFoundException):
        list(paginator.paginate(UserPoolId=POOL, Username="mallory"))


def test_a_walk_that_a_paginator_leaves_early_is_not_unread(cognito_groups: CognitoGroups) -> None:
    assert any(user["Username"] == "alice" for page in walk(PageSize=10) for user in page["Users"])
    cognito_groups.assert_all_pages_read()


# Threads


def test_a_pool_of_8_threads_is_answered(cognito_groups: CognitoGroups) -> None:
    def all_members(_: int) -> list[str]:
        return list(walk(PageSize=10).search("Users[].Username"))

    with ThreadPoolExecutor(8) as pool:
        walks = list(pool.map(all_members, range(40)))
    assert walks == [EVERYBODY] * 40
    assert len(cognito_groups.calls) == 40 * 5
    assert {call.attempts for call in cognito_groups.calls} == {1}


def test_a_signal_never_finds_the_lock_taken_but_not_held(cognito_groups: CognitoGroups) -> None:
    # Handlers run between the steps of Python code, and may raise; a lock in C has none.
    kind = type(cognito_groups._service.lock)
    assert not {type(kind.__enter__), type(kind.__exit__)} & {FunctionType}


def test_a_client_may_be_made_in_each_thread() -> None:
    def ask(name: str) -> list[str]:
        return groups(boto3.Session().client("cognito-idp", region_name=REGION), name)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, ["bob", "carol"] * 4))
    assert answers == [["readers"]] * 8


def test_threads_with_clients_of_several_regions_keep_their_regions(cognito_groups: CognitoGroups) -> None:
    regions = ("eu-west-1", "us-east-1", "ap-south-1", "eu-north-1")
    clients = {region: boto3.client("cognito-idp", region_name=region) for region in regions}
    for region in regions[1:]:
        cognito_groups.add_pool(f"{region}_Other0001").add_user(f"user-of-{region}")
    start = threading.Barrier(8)

    def ask(number: int) -> None:
        region = regions[number % 4]
        username = "bob" if region == REGION else f"user-of-{region}"
        pool_id = POOL if region == REGION else f"{region}_Other0001"
        start.wait(timeout=30)
        for _ in range(10):
            clients[region].admin_list_groups_for_user(UserPoolId=pool_id, Username=username)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert len(cognito_groups.calls) == 80
    assert all(call.params["UserPoolId"].startswith(f"{call.region}_") for call in cognito_groups.calls)


# Presigning


@pytest.mark.parametrize("method", ["list_users_in_group", "list_users"])
def test_a_presigned_url_is_not_a_call(method: str, cognito_groups: CognitoGroups) -> None:
    params = {"UserPoolId": POOL} | ({"GroupName": "readers"} if method == "list_users_in_group" else {})
    url = made(with_credentials).generate_presigned_url(method, Params=params)
    assert "X-Amz-Signature=" in url
    assert cognito_groups.calls == []


# When the plugin itself breaks


class BrokenError(Exception):
    pass


@pytest.mark.parametrize("part", ["has_pool", "respond"])
@pytest.mark.parametrize(
    "error", [BrokenError, OSError, TimeoutError, KeyboardInterrupt], ids=lambda error: error.__name__
)
def test_a_failure_of_the_plugin_reaches_the_caller(
    part: str, error: type[BaseException], cognito_groups: CognitoGroups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And, as the guard of this module shows, nothing reaches the network."""

    def fail(*args: object) -> NoReturn:
        raise error("broken")

    monkeypatch.setattr(cognito_groups._service, part, fail)
    with pytest.raises(error, match="broken"):
        groups(WITHOUT_RETRIES, "alice")


def test_a_call_after_a_failure_of_the_plugin_is_answered(
    cognito_groups: CognitoGroups, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> NoReturn:
        raise BrokenError

    with monkeypatch.context() as patch:
        patch.setattr(cognito_groups._service, "respond", fail)
        with pytest.raises(BrokenError):
            groups(AT_IMPORT, "bob")
    assert groups(AT_IMPORT, "bob") == ["readers"]
    assert len(cognito_groups.calls) == 1


def test_what_is_answered_here_is_not_signed(client: Any, cognito_groups: CognitoGroups) -> None:
    """Even where there are credentials: to sign takes a quarter of a call."""
    sent = []

    def look(request: Any, **_: object) -> None:
        sent.append(dict(request.headers))

    client.meta.events.register_first("before-send.cognito-identity-provider", look)
    try:
        cognito_groups.add_user("signed", groups=[])
        groups(client, "signed")
    finally:
        client.meta.events.unregister("before-send.cognito-identity-provider", look)
    assert [headers.get("Authorization") for headers in sent] == [None]
