"""aiobotocore and aioboto3: the same fixture, no switch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, TypeAlias

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from moto import mock_aws

from pytest_cognito_groups import CognitoGroups

aiobotocore_session = pytest.importorskip("aiobotocore.session")
from aiobotocore.config import AioConfig  # noqa: E402

REGION: Final = "eu-west-1"
POOL: Final = "eu-west-1_Async00001"
SEED: Final = f"""
pool: {POOL}
groups: {{staff: , admins: }}
users:
  alice: [staff, admins]
  bob: [staff]
  member-[01:48]: [staff]
"""
STAFF: Final = ["alice", "bob", *(f"member-{number:02}" for number in range(1, 49))]
SESSION_AT_IMPORT: Final[Any] = aiobotocore_session.get_session()

Sleeps: TypeAlias = list[float]
pytestmark = pytest.mark.cognito_groups(SEED)


@asynccontextmanager
async def made(region: str = REGION, **config: Any) -> AsyncIterator[Any]:
    async with aiobotocore_session.get_session().create_client(
        "cognito-idp", region_name=region, config=AioConfig(**config)
    ) as client:
        yield client


async def groups(client: Any, username: str) -> list[str]:
    answer = await client.admin_list_groups_for_user(UserPoolId=POOL, Username=username)
    return [group["GroupName"] for group in answer["Groups"]]


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> Sleeps:
    """The seconds that asyncio was asked to sleep; it does not."""
    sleeps: Sleeps = []

    async def sleep(seconds: float, *_: object) -> None:
        sleeps.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return sleeps


# Calls


@pytest.mark.asyncio
async def test_a_call_is_awaited() -> None:
    async with made() as client:
        assert await groups(client, "alice") == ["staff", "admins"]


@pytest.mark.asyncio
async def test_a_session_made_at_import_is_answered() -> None:
    async with SESSION_AT_IMPORT.create_client("cognito-idp", region_name=REGION) as client:
        assert await groups(client, "bob") == ["staff"]


@pytest.mark.asyncio
async def test_an_attached_session_is_answered_once(cognito_groups: CognitoGroups) -> None:
    cognito_groups.attach(SESSION_AT_IMPORT)
    async with SESSION_AT_IMPORT.create_client("cognito-idp", region_name=REGION) as client:
        cognito_groups.attach(client)
        await groups(client, "bob")
    assert len(cognito_groups.calls) == 1


@pytest.mark.asyncio
async def test_the_modelled_exception_is_raised() -> None:
    async with made() as client:
        with pytest.raises(client.exceptions.UserNotFoundException, match="User does not exist"):
            await groups(client, "mallory")


@pytest.mark.asyncio
async def test_a_client_of_another_region_does_not_find_the_pool() -> None:
    async with made("us-east-1") as client:
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            await groups(client, "alice")


@pytest.mark.asyncio
async def test_a_fake_may_be_made_by_hand() -> None:
    with CognitoGroups.from_yaml("{pool: eu-west-1_Other0001, users: {carol: [staff]}}") as fake:
        async with made() as client:
            answer = await client.list_users_in_group(UserPoolId="eu-west-1_Other0001", GroupName="staff")
        assert answer["Users"][0]["Username"] == "carol"
        assert len(fake.calls) == 1


@pytest.mark.asyncio
async def test_an_awaiting_and_a_blocking_client_share_the_fake(cognito_groups: CognitoGroups) -> None:
    blocking = boto3.client("cognito-idp", region_name=REGION)
    async with made() as client:
        first = await client.list_users_in_group(UserPoolId=POOL, GroupName="staff", Limit=20)
        rest = await asyncio.to_thread(
            blocking.list_users_in_group, UserPoolId=POOL, GroupName="staff", Limit=60, NextToken=first["NextToken"]
        )
    assert [user["Username"] for user in first["Users"] + rest["Users"]] == STAFF
    assert [call.page for call in cognito_groups.calls] == [1, 2]


@pytest.mark.asyncio
async def test_moto_answers_for_its_pools_and_other_operations() -> None:
    with mock_aws():
        async with made() as client:
            pool = (await client.create_user_pool(PoolName="customers"))["UserPool"]["Id"]
            await client.admin_create_user(UserPoolId=pool, Username="carol")
            answer = await client.admin_list_groups_for_user(UserPoolId=pool, Username="carol")
            assert answer["Groups"] == []
            await client.admin_delete_user(UserPoolId=pool, Username="carol")
            with pytest.raises(client.exceptions.UserNotFoundException):
                await client.admin_get_user(UserPoolId=pool, Username="carol")


@pytest.mark.asyncio
@pytest.mark.parametrize("body", [b"", b"{}", b'{"UserPoolId": ["x"]}'])
async def test_a_body_that_nobody_checked_is_answered(body: bytes, cognito_groups: CognitoGroups) -> None:
    async with made() as client:
        client.meta.events.register("before-call", lambda params, **_: params.update(body=body))
        with pytest.raises(ClientError):
            await groups(client, "alice")
    assert len(cognito_groups.calls) == 1


@pytest.mark.asyncio
async def test_an_error_inside_the_plugin_is_no_way_out(
    cognito_groups: CognitoGroups, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LookupError("a mistake of the plugin's own")

    async with made(retries={"mode": "standard"}) as client:
        monkeypatch.setattr(type(cognito_groups._service), "respond", broken)
        with pytest.raises(LookupError, match="a mistake of the plugin's own"):
            await groups(client, "alice")


# Paginators


@pytest.mark.asyncio
async def test_pages_are_walked_with_async_for(cognito_groups: CognitoGroups) -> None:
    async with made() as client:
        pages = client.get_paginator("list_users_in_group").paginate(
            UserPoolId=POOL, GroupName="staff", PaginationConfig={"PageSize": 20}
        )
        found = [[user["Username"] for user in page["Users"]] async for page in pages]
    assert found == [STAFF[:20], STAFF[20:40], STAFF[40:]]
    assert [call.params["Limit"] for call in cognito_groups.calls] == [20, 20, 20]


@pytest.mark.asyncio
async def test_max_items_and_starting_token() -> None:
    async with made() as client:
        paginator = client.get_paginator("list_users_in_group")
        first = await paginator.paginate(
            UserPoolId=POOL, GroupName="staff", PaginationConfig={"PageSize": 20, "MaxItems": 30}
        ).build_full_result()
        rest = await paginator.paginate(
            UserPoolId=POOL, GroupName="staff", PaginationConfig={"StartingToken": first["NextToken"]}
        ).build_full_result()
    assert [user["Username"] for user in first["Users"]] == STAFF[:30]
    assert [user["Username"] for user in rest["Users"]] == STAFF[30:]


@pytest.mark.asyncio
async def test_search_goes_through_all_pages() -> None:
    async with made() as client:
        pages = client.get_paginator("admin_list_groups_for_user").paginate(
            UserPoolId=POOL, Username="alice", PaginationConfig={"PageSize": 1}
        )
        assert [name async for name in pages.search("Groups[].GroupName")] == ["staff", "admins"]


@pytest.mark.asyncio
async def test_a_walk_that_a_paginator_leaves_early_is_not_unread(cognito_groups: CognitoGroups) -> None:
    async with made() as client:
        pages = client.get_paginator("list_users_in_group").paginate(UserPoolId=POOL, GroupName="staff")
        async for page in pages:
            assert page["Users"][0]["Username"] == "alice"
            break
    cognito_groups.assert_all_pages_read()


@pytest.mark.asyncio
async def test_a_walk_by_hand_that_is_left_early_is_unread() -> None:
    with (
        pytest.raises(AssertionError, match="1 of 2 users read"),
        CognitoGroups.from_yaml("{pool: eu-west-1_Other0001, users: {carol: [staff], dave: [staff]}}", page_size=1),
    ):
        async with made() as client:
            await client.list_users_in_group(UserPoolId="eu-west-1_Other0001", GroupName="staff")


# Faults


@pytest.mark.asyncio
@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
async def test_a_retry_does_not_sleep(mode: str, sleeps: Sleeps, cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault("admin_list_groups_for_user", "InternalErrorException", times=2)
    async with made(retries={"mode": mode, "total_max_attempts": 4}) as client:
        assert await groups(client, "bob") == ["staff"]
    assert cognito_groups.calls.last.attempts == 3
    assert cognito_groups.calls.last.backoff > 0
    assert sleeps == []


@pytest.mark.asyncio
@pytest.mark.parametrize("mode", ["standard", "adaptive"])
async def test_throttling_is_retried_without_sleep(mode: str, sleeps: Sleeps, cognito_groups: CognitoGroups) -> None:
    cognito_groups.throttle(times=3)
    async with made(retries={"mode": mode, "total_max_attempts": 4}) as client:
        for _ in range(20):
            assert await groups(client, "bob") == ["staff"]
    assert [call.attempts for call in cognito_groups.calls] == [4] + [1] * 19
    assert sleeps == []


@pytest.mark.asyncio
async def test_an_error_of_the_transport_is_raised(cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault(None, EndpointConnectionError, times=2)
    async with made(retries={"mode": "standard", "total_max_attempts": 2}) as client:
        with pytest.raises(EndpointConnectionError):
            await groups(client, "bob")
        assert await groups(client, "bob") == ["staff"]


@pytest.mark.asyncio
async def test_what_the_test_itself_sleeps_is_slept(cognito_groups: CognitoGroups) -> None:
    cognito_groups.throttle()
    async with made(retries={"mode": "standard"}) as client:
        before = asyncio.get_running_loop().time()
        await asyncio.gather(groups(client, "bob"), asyncio.sleep(0.05))
        assert asyncio.get_running_loop().time() - before >= 0.04


# Many at once


@pytest.mark.asyncio
async def test_50_calls_at_once_get_each_their_own(cognito_groups: CognitoGroups) -> None:
    async with made() as client:
        answers = await asyncio.gather(*(groups(client, name) for name in STAFF))
    assert answers == [["staff", "admins"]] + [["staff"]] * 49
    assert {call.params["Username"] for call in cognito_groups.calls} == set(STAFF)
    assert [call.attempts for call in cognito_groups.calls] == [1] * 50


@pytest.mark.asyncio
async def test_50_calls_at_once_are_retried_each_on_its_own(cognito_groups: CognitoGroups) -> None:
    for name in STAFF[::2]:
        cognito_groups.add_fault("admin_list_groups_for_user", "InternalErrorException", times=2, Username=name)
    async with made(retries={"mode": "legacy"}) as client, asyncio.TaskGroup() as tasks:
        for name in STAFF:
            tasks.create_task(groups(client, name))
    attempts = {call.params["Username"]: call.attempts for call in cognito_groups.calls}
    assert attempts == {name: 1 if number % 2 else 3 for number, name in enumerate(STAFF)}
    assert len(cognito_groups.calls) == 50


@pytest.mark.asyncio
async def test_50_walks_at_once_keep_their_places() -> None:
    async def walk(client: Any, size: int) -> list[str]:
        pages = client.get_paginator("list_users_in_group").paginate(
            UserPoolId=POOL, GroupName="staff", PaginationConfig={"PageSize": size}
        )
        return [user["Username"] async for page in pages for user in page["Users"]]

    async with made() as client:
        walks = await asyncio.gather(*(walk(client, size) for size in range(1, 51)))
    assert walks == [STAFF] * 50


@pytest.mark.asyncio
async def test_concurrent_calls_of_several_regions_keep_their_regions(cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_pool("us-east-1_Other0001").add_user("carol")
    async with made("eu-west-1") as here, made("us-east-1") as there:
        await asyncio.gather(
            *(groups(here, "bob") for _ in range(25)),
            *(there.admin_list_groups_for_user(UserPoolId="us-east-1_Other0001", Username="carol") for _ in range(25)),
        )
    assert all(call.params["UserPoolId"].startswith(f"{call.region}_") for call in cognito_groups.calls)


# Turns of the event loop: what a call over the network would give


Ask: TypeAlias = Callable[[Any], Awaitable[object]]


class Flights:
    """Counts the calls that are under way at once."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._flying = 0
        self.most = 0

    async def call(self, client: Any) -> None:
        self._flying += 1
        self.most = max(self.most, self._flying)
        with suppress(BotoCoreError, ClientError):
            await self._ask(client)
        self._flying -= 1


ASKED: Final[dict[str, Ask]] = {
    "answer": lambda client: groups(client, "alice"),
    "error": lambda client: groups(client, "mallory"),
    "fault": lambda client: groups(client, "bob"),
    "transport": lambda client: client.list_users_in_group(UserPoolId=POOL, GroupName="staff"),
}


@pytest.mark.asyncio
@pytest.mark.cognito_groups(assert_all_faults_raised=False)
@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
async def test_calls_that_are_gathered_are_in_flight_together(cognito_groups: CognitoGroups, ask: Ask) -> None:
    cognito_groups.add_fault("list_users_in_group", EndpointConnectionError, times=None)
    cognito_groups.add_fault("admin_list_groups_for_user", "NotAuthorizedException", times=None, Username="bob")
    flights = Flights(ask)
    async with made(retries={"total_max_attempts": 1}) as client:
        await asyncio.gather(*(flights.call(client) for _ in range(20)))
    assert flights.most == 20


@pytest.mark.asyncio
async def test_a_lost_update_in_the_code_under_test_is_seen() -> None:
    seen: dict[str, int] = {"alice": 0}

    async def count(client: Any) -> None:
        before = seen["alice"]
        seen["alice"] = before + len(await groups(client, "alice"))

    async with made() as client:
        await asyncio.gather(*(count(client) for _ in range(10)))
    assert seen == {"alice": 2}


@pytest.mark.asyncio
async def test_faults_are_spread_over_calls_that_are_gathered(cognito_groups: CognitoGroups) -> None:
    cognito_groups.throttle(times=10)
    async with made(retries={"mode": "standard"}) as client:
        await asyncio.gather(*(groups(client, "bob") for _ in range(40)))
    assert [call.attempts for call in cognito_groups.calls] == [2] * 10 + [1] * 30


@pytest.mark.asyncio
async def test_a_retry_gives_way_to_other_tasks(cognito_groups: CognitoGroups) -> None:
    cognito_groups.add_fault(None, "InternalErrorException", times=3)
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with made(retries={"mode": "standard", "total_max_attempts": 4}) as client:
        counting = asyncio.create_task(count())
        await groups(client, "bob")
        counting.cancel()
    assert turns >= 4


# What is refused


@pytest.mark.asyncio
async def test_another_operation_is_refused_though_it_was_gathered() -> None:
    async with made() as client:
        with pytest.raises(AssertionError, match="cognito-idp list_resource_servers was called"), CognitoGroups():
            results = await asyncio.gather(
                client.list_resource_servers(UserPoolId=POOL), groups(client, "bob"), return_exceptions=True
            )
        assert isinstance(results[0], pytest.fail.Exception)
        assert results[1] == ["staff"]


@pytest.mark.asyncio
async def test_another_operation_is_refused_in_a_task_that_nobody_awaits() -> None:
    async with made() as client:
        with pytest.raises(AssertionError, match="cognito-idp list_resource_servers was called"), CognitoGroups():  # noqa: PT012
            task = asyncio.create_task(client.list_resource_servers(UserPoolId=POOL))
            await asyncio.wait([task])
    assert task.exception() is not None


# Time


@pytest.mark.asyncio
@pytest.mark.cognito_groups(now="2026-01-31T12:00:00Z")
async def test_asyncio_goes_on_while_the_seed_freezes_the_time(cognito_groups: CognitoGroups) -> None:
    async with made() as client, asyncio.timeout(30):
        await asyncio.sleep(0.01)
        answer = await client.list_users_in_group(UserPoolId=POOL, GroupName="admins")
    assert answer["Users"][0]["UserCreateDate"].isoformat() == "2026-01-31T12:00:00+00:00"


@pytest.mark.asyncio
@pytest.mark.cognito_groups(now="2026-01-31T12:00:00Z")
async def test_a_timeout_strikes_while_the_seed_freezes_the_time() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.sleep(30)


# Other runners


def test_a_call_in_a_loop_of_its_own(cognito_groups: CognitoGroups) -> None:
    async def ask() -> list[str]:
        async with made() as client:
            return await groups(client, "alice")

    assert asyncio.run(ask()) == ["staff", "admins"]
    assert len(cognito_groups.calls) == 1


def test_a_task_group_of_anyio(cognito_groups: CognitoGroups) -> None:
    anyio = pytest.importorskip("anyio")
    cognito_groups.throttle()
    answers: dict[str, list[str]] = {}

    async def ask(client: Any, name: str) -> None:
        answers[name] = await groups(client, name)

    async def work() -> None:
        async with made(retries={"mode": "standard"}) as client, anyio.create_task_group() as tasks:
            for name in STAFF:
                tasks.start_soon(ask, client, name)

    anyio.run(work)
    assert answers == {name: ["staff"] for name in STAFF} | {"alice": ["staff", "admins"]}
    assert sum(call.attempts for call in cognito_groups.calls) == 51


def test_a_mark_serves_the_tests_of_both_in_all_modes(pytester: pytest.Pytester) -> None:
    pytest.importorskip("anyio")
    pytester.makepyfile(
        """
        import pytest
        from aiobotocore.session import get_session

        pytestmark = pytest.mark.cognito_groups("{pool: eu-west-1_Async00001, users: {alice: [staff]}}")

        async def groups():
            async with get_session().create_client("cognito-idp", region_name="eu-west-1") as client:
                answer = await client.admin_list_groups_for_user(UserPoolId="eu-west-1_Async00001", Username="alice")
            return [group["GroupName"] for group in answer["Groups"]]

        @pytest.mark.asyncio
        async def test_asyncio():
            assert await groups() == ["staff"]

        @pytest.mark.asyncio
        async def test_asyncio_with_the_fixture(cognito_groups):
            assert await groups() == ["staff"]
            assert len(cognito_groups.calls) == 1

        @pytest.mark.anyio
        @pytest.mark.parametrize("anyio_backend", ["asyncio"])
        async def test_anyio(anyio_backend):
            assert await groups() == ["staff"]

        @pytest.mark.anyio
        @pytest.mark.parametrize("anyio_backend", ["asyncio"])
        async def test_anyio_with_the_fixture(anyio_backend, cognito_groups):
            assert await groups() == ["staff"]
            assert len(cognito_groups.calls) == 1

        async def test_mode_auto(cognito_groups):
            assert await groups() == ["staff"]
            assert len(cognito_groups.calls) == 1
        """
    )
    settings = ("-p", "asyncio", "-p", "anyio", "-o", "asyncio_default_fixture_loop_scope=function")
    strict = pytester.runpytest_inprocess("-o", "asyncio_mode=strict", *settings, "-k", "not mode_auto")
    strict.assert_outcomes(passed=4, deselected=1)
    auto = pytester.runpytest_inprocess("-o", "asyncio_mode=auto", *settings, "-k", "not anyio")
    auto.assert_outcomes(passed=3, deselected=2)


@pytest.mark.asyncio
@pytest.mark.cognito_groups(page_size=1, assert_all_pages_read=False)
async def test_a_task_of_its_own_has_no_caller_of_the_test(cognito_groups: CognitoGroups) -> None:
    async with made() as client:
        await asyncio.gather(client.list_users_in_group(UserPoolId=POOL, GroupName="staff"))
    with pytest.raises(AssertionError, match="returned at unknown place"):
        cognito_groups.assert_all_pages_read()


@pytest.fixture(params=["asyncio", "trio"])
def httpx_on(request: pytest.FixtureRequest) -> tuple[str, type[object]]:
    """A library of event loops, and aiobotocore's session for it. From aiobotocore 3.9 on it waits through anyio, so it
    runs on trio too.
    """
    httpxsession = pytest.importorskip("aiobotocore.httpxsession")
    if httpxsession.httpx is None:
        pytest.skip("this aiobotocore knows another httpx than the one that is installed")
    if request.param == "trio" and not hasattr(pytest.importorskip("aiobotocore.endpoint"), "AnyioEndpoint"):
        pytest.skip("this aiobotocore runs on asyncio alone")
    pytest.importorskip("anyio")
    pytest.importorskip(request.param)
    return request.param, httpxsession.HttpxSession


def test_the_httpx_client_of_aiobotocore(httpx_on: tuple[str, type[object]], cognito_groups: CognitoGroups) -> None:
    import anyio

    backend, session_class = httpx_on
    cognito_groups.add_fault(None, "InternalErrorException", times=2)

    async def ask() -> list[str]:
        async with made(http_session_cls=session_class, retries={"mode": "standard"}) as client:
            return await groups(client, "alice")

    assert anyio.run(ask, backend=backend) == ["staff", "admins"]
    assert cognito_groups.calls.last.attempts == 3
    assert cognito_groups.calls.last.backoff > 0


def test_calls_of_the_httpx_client_are_in_flight_together(httpx_on: tuple[str, type[object]]) -> None:
    import anyio

    backend, session_class = httpx_on
    flights = Flights(lambda client: groups(client, "alice"))

    async def work() -> None:
        async with made(http_session_cls=session_class) as client, anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(flights.call, client)

    anyio.run(work, backend=backend)
    assert flights.most == 20


# aioboto3


@pytest.mark.asyncio
async def test_aioboto3(cognito_groups: CognitoGroups) -> None:
    aioboto3 = pytest.importorskip("aioboto3", minversion="9")  # older ones do not go with today's aiobotocore
    cognito_groups.throttle()
    async with aioboto3.Session().client(
        "cognito-idp", region_name=REGION, config=AioConfig(retries={"mode": "standard"})
    ) as client:
        assert await groups(client, "alice") == ["staff", "admins"]
        pages = client.get_paginator("list_users_in_group").paginate(UserPoolId=POOL, GroupName="staff")
        assert [user["Username"] async for page in pages for user in page["Users"]] == STAFF
        with pytest.raises(client.exceptions.UserNotFoundException):
            await groups(client, "mallory")
    assert [call.attempts for call in cognito_groups.calls] == [2, 1, 1, 1]


async def move(email: str, group: str) -> list[str]:
    """A service of a user's: the user with this address leaves their groups for this one; who is in it now."""
    aioboto3 = pytest.importorskip("aioboto3", minversion="9")
    async with aioboto3.Session().client("cognito-idp", region_name=REGION) as client:

        async def users(method: str, **params: str) -> list[str]:
            pages = client.get_paginator(method).paginate(UserPoolId=POOL, **params)
            return [user["Username"] async for page in pages for user in page["Users"]]

        (username,) = await users("list_users", Filter=f'email = "{email}"')
        user = {"UserPoolId": POOL, "Username": username}
        pages = client.get_paginator("admin_list_groups_for_user").paginate(**user)
        before = [group["GroupName"] async for page in pages for group in page["Groups"]]
        await client.admin_add_user_to_group(**user, GroupName=group)
        left = (client.admin_remove_user_from_group(**user, GroupName=name) for name in before if name != group)
        await asyncio.gather(*left)
        return await users("list_users_in_group", GroupName=group)


GUESTS: Final = """
groups: [guests]
users:
  erin: {groups: [staff, admins], attributes: {email: erin@example.com}}
  guest-[1:9]: {groups: [staff], attributes: {email: "{name}@example.com"}}
"""


@pytest.mark.asyncio
@pytest.mark.cognito_groups(GUESTS, page_size=1)
async def test_a_service_with_aioboto3_finds_writes_and_lists(cognito_groups: CognitoGroups) -> None:
    assert await move("ERIN@example.com", "guests") == ["erin"]
    assert [group.name for group in cognito_groups.groups_of("erin")] == ["guests"]
    await asyncio.gather(*(move(f"guest-{number}@example.com", "guests") for number in range(1, 10)))
    members = [user.username for user in cognito_groups.members_of("guests")]
    assert sorted(members) == ["erin", *(f"guest-{number}" for number in range(1, 10))]


@pytest.mark.asyncio
@pytest.mark.cognito_groups(GUESTS)
async def test_a_service_with_aioboto3_fails_before_it_changes_anything(cognito_groups: CognitoGroups) -> None:
    with pytest.raises(ClientError, match="Group not found"):
        await move("erin@example.com", "nobodies")
    cognito_groups.add_fault("admin_add_user_to_group", "AccessDeniedException")
    with pytest.raises(ClientError, match="is not authorized to perform: cognito-idp:AdminAddUserToGroup"):
        await move("erin@example.com", "guests")
    assert [group.name for group in cognito_groups.groups_of("erin")] == ["staff", "admins"]
