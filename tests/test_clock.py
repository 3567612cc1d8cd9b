"""Dates, token life and `clock`, by whatever library and in whatever form the time was frozen."""

from __future__ import annotations

import asyncio
import datetime
import threading
import time
import unittest
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from email.utils import parsedate_to_datetime
from typing import Any, Final

import boto3
import pytest
import time_machine
from freezegun import freeze_time

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.clock import Freeze

POOL: Final = "us-east-1_TestPool1"
SEED: Final = "users: {alice: [staff], bob: [staff], carol: [staff]}"
THEN: Final = datetime.datetime(2001, 2, 3, 4, 5, 6, tzinfo=datetime.UTC)
LATER: Final = datetime.datetime(2002, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
SECOND: Final = datetime.timedelta(seconds=1)
HOUR: Final = datetime.timedelta(hours=1)

imported_datetime = datetime.datetime  # a module's own name, which freezegun replaces and puts back

with freeze_time(LATER):
    made_frozen = boto3.client("cognito-idp", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s")
with time_machine.travel(LATER, tick=False):
    made_travelling = boto3.client(
        "cognito-idp", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )


def ask(client: Any = made_frozen, **params: object) -> Any:
    return client.list_users_in_group(UserPoolId=POOL, GroupName="staff", **params)


def created(client: Any = made_frozen) -> datetime.datetime:
    moment: datetime.datetime = ask(client)["Users"][0]["UserCreateDate"]
    return moment


# Each form


def freezegun(moment: datetime.datetime) -> AbstractContextManager[object]:
    return freeze_time(moment)


def ticking_freezegun(moment: datetime.datetime) -> AbstractContextManager[object]:
    return freeze_time(moment, tick=True)


def stepping_freezegun(moment: datetime.datetime) -> AbstractContextManager[object]:
    return freeze_time(moment, auto_tick_seconds=1)


def travel(moment: datetime.datetime) -> AbstractContextManager[object]:
    return time_machine.travel(moment, tick=False)


def ticking_travel(moment: datetime.datetime) -> AbstractContextManager[object]:
    return time_machine.travel(moment, tick=True)


LIBRARIES: Final = pytest.mark.parametrize(
    "library",
    [freezegun, ticking_freezegun, stepping_freezegun, travel, ticking_travel],
    ids=lambda library: library.__name__,
)
Library = Callable[[datetime.datetime], AbstractContextManager[object]]


@LIBRARIES
@pytest.mark.cognito_groups(SEED)
def test_a_context_manager_inside_the_fake_decides_the_dates(library: Library) -> None:
    with library(THEN):
        assert THEN <= created() < THEN + HOUR


@LIBRARIES
def test_a_context_manager_around_the_fake_decides_the_dates(library: Library) -> None:
    with library(THEN), CognitoGroups.from_yaml(SEED):
        assert THEN <= created() < THEN + HOUR


@LIBRARIES
def test_a_fake_made_before_the_freeze_has_its_dates(library: Library) -> None:
    fake = CognitoGroups.from_yaml(SEED)
    with library(THEN), fake:
        assert THEN <= created() < THEN + HOUR


@LIBRARIES
@pytest.mark.cognito_groups(SEED)
def test_the_dates_stay_when_the_time_goes_on(library: Library) -> None:
    with library(THEN):
        first = created()
    with library(LATER):
        assert created() == first
    assert created() == first


@LIBRARIES
@pytest.mark.cognito_groups(SEED)
def test_a_call_has_the_time_of_the_test(library: Library, cognito_groups: CognitoGroups) -> None:
    with library(THEN):
        ask()
    assert THEN <= cognito_groups.calls.last.time < THEN + HOUR


@LIBRARIES
@pytest.mark.cognito_groups(SEED)
def test_the_answers_date_is_the_time_of_the_test(library: Library) -> None:
    with library(THEN):
        headers = ask()["ResponseMetadata"]["HTTPHeaders"]
    assert THEN <= parsedate_to_datetime(headers["date"]) < THEN + HOUR


@LIBRARIES
@pytest.mark.cognito_groups(SEED)
def test_a_thread_has_the_time_of_the_test(library: Library) -> None:
    with library(THEN), ThreadPoolExecutor(1) as threads:
        assert THEN <= threads.submit(created).result() < THEN + HOUR


@LIBRARIES
@pytest.mark.cognito_groups(SEED)
def test_the_model_read_in_a_thread_has_the_time_of_the_test(library: Library, cognito_groups: CognitoGroups) -> None:
    read: list[datetime.datetime] = []
    with library(THEN):
        thread = threading.Thread(target=lambda: read.append(cognito_groups.users["alice"].created))
        thread.start()
        thread.join()
    assert THEN <= read[0] < THEN + HOUR


@freeze_time(THEN)
@pytest.mark.cognito_groups(SEED)
def test_a_decorator_of_freezegun() -> None:
    assert created() == THEN


@pytest.mark.cognito_groups(SEED)
@time_machine.travel(THEN, tick=False)
def test_a_decorator_of_time_machine() -> None:
    assert created() == THEN


@pytest.mark.parametrize(
    "decorate", [freeze_time(THEN), time_machine.travel(THEN, tick=False)], ids=["freezegun", "time_machine"]
)
@pytest.mark.cognito_groups(SEED)
def test_a_decorator_of_a_coroutine(decorate: Any) -> None:
    @decorate
    async def ask() -> datetime.datetime:
        return created()

    assert asyncio.run(ask()) == THEN


@pytest.mark.cognito_groups(SEED)
@freeze_time(THEN)
class TestADecoratorOfAClass:
    def test_decides_the_dates(self) -> None:
        assert created() == THEN


@pytest.mark.cognito_groups(SEED)
@freeze_time(THEN)
class TestADecoratorOfATestCase(unittest.TestCase):
    def test_decides_the_dates(self) -> None:
        assert created() == THEN


@pytest.fixture
def frozen() -> Iterator[Any]:
    with freeze_time(THEN) as frozen:
        yield frozen


@pytest.mark.cognito_groups(SEED)
def test_a_fixture_of_freezegun(frozen: Any) -> None:
    assert created() == THEN


def test_a_fixture_that_is_older_than_the_fake(frozen: Any) -> None:
    with CognitoGroups.from_yaml(SEED):
        assert created() == THEN


@pytest.mark.cognito_groups(SEED)
def test_the_fixture_of_time_machine(time_machine: Any) -> None:
    time_machine.move_to(THEN, tick=False)
    assert created() == THEN


@pytest.mark.cognito_groups(SEED)
@pytest.mark.time_machine(THEN, tick=False)
def test_the_mark_of_time_machine() -> None:
    assert created() == THEN


@pytest.mark.cognito_groups(SEED)
def test_started_and_stopped_by_hand() -> None:
    freezer = freeze_time(THEN)
    freezer.start()
    try:
        assert created() == THEN
    finally:
        freezer.stop()


@pytest.mark.cognito_groups(SEED)
def test_another_zone_of_the_test_does_not_matter() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=-8))
    with time_machine.travel(THEN.astimezone(zone), tick=False):
        assert created() == THEN


@pytest.mark.parametrize("client", [made_frozen, made_travelling], ids=["freezegun", "time_machine"])
@pytest.mark.cognito_groups(SEED)
def test_a_client_made_in_frozen_time_has_the_time_of_the_test(client: Any) -> None:
    before = datetime.datetime.now(datetime.UTC) - SECOND
    assert before <= created(client) <= datetime.datetime.now(datetime.UTC)


@pytest.mark.cognito_groups(SEED)
def test_without_a_freeze_the_dates_are_of_now() -> None:
    assert abs(datetime.datetime.now(datetime.UTC) - created()) < HOUR


# The seed's own


@pytest.mark.cognito_groups(f"{SEED}\nnow: 2001-02-03T04:05:06Z")
def test_a_seeds_now_decides_the_dates() -> None:
    assert created() == THEN


@pytest.mark.cognito_groups(SEED, now="2001-02-03T04:05:06Z")
def test_a_marks_now_decides_the_dates() -> None:
    assert created() == THEN


@pytest.mark.cognito_groups(SEED, now=THEN)
def test_the_code_under_test_sees_the_seeds_now() -> None:
    assert datetime.datetime.now(datetime.UTC) == THEN
    assert imported_datetime.now(datetime.UTC) == THEN
    assert time.time() == THEN.timestamp()


@pytest.mark.cognito_groups(SEED, now=THEN)
def test_the_clock_ticks(cognito_groups: CognitoGroups) -> None:
    assert cognito_groups.clock is not None
    cognito_groups.clock.tick(60)
    assert datetime.datetime.now(datetime.UTC) == THEN + 60 * SECOND
    cognito_groups.clock.tick(HOUR)
    assert created() == THEN + 60 * SECOND + HOUR


@pytest.mark.cognito_groups(SEED, now=THEN)
def test_the_clock_moves(cognito_groups: CognitoGroups) -> None:
    assert cognito_groups.clock is not None
    cognito_groups.clock.move_to(LATER)
    assert created() == LATER


@pytest.mark.cognito_groups(SEED)
def test_there_is_no_clock_without_a_now(cognito_groups: CognitoGroups) -> None:
    assert cognito_groups.clock is None


def test_the_clock_is_there_while_the_fake_is_active() -> None:
    fake = CognitoGroups.from_yaml(f"{SEED}\nnow: 2001-02-03")
    assert fake.clock is None
    with fake:
        assert fake.clock is not None
    assert fake.clock is None


@freeze_time(LATER)
@pytest.mark.cognito_groups(SEED, now=THEN)
def test_a_decorator_is_further_in_than_a_marks_now() -> None:
    assert created() == LATER


def test_a_seeds_now_inside_a_freeze_is_the_innermost() -> None:
    with freeze_time(LATER):
        with CognitoGroups.from_yaml(f"{SEED}\nnow: 2001-02-03T04:05:06Z"):
            assert created() == THEN
        assert datetime.datetime.now(datetime.UTC) == LATER


def test_a_seeds_now_inside_a_travel_is_the_innermost() -> None:
    with time_machine.travel(LATER, tick=False):
        with CognitoGroups.from_yaml(f"{SEED}\nnow: 2001-02-03T04:05:06Z"):
            assert created() == THEN
        assert datetime.datetime.now(datetime.UTC) == LATER


@pytest.mark.cognito_groups(SEED, now=THEN)
def test_time_machine_does_not_start_inside_a_now(time_machine: Any) -> None:
    with pytest.raises(RuntimeError):
        time_machine.move_to(LATER)
    with pytest.raises(RuntimeError), travel(LATER):
        pass
    assert created() == THEN


def test_the_time_is_real_again_after_a_seeds_now() -> None:
    before = time.time()
    with CognitoGroups.from_yaml(f"{SEED}\nnow: 2001-02-03"):
        pass
    assert before <= time.time() < before + 3600
    assert imported_datetime is datetime.datetime
    assert type(imported_datetime.now(datetime.UTC)) is datetime.datetime


def test_a_freeze_that_is_over_does_not_begin() -> None:
    freeze = Freeze(THEN)
    freeze.stop()
    with pytest.raises(RuntimeError, match="over"):
        freeze.start()
    assert datetime.datetime.now(datetime.UTC) > LATER


def test_asyncio_goes_on_under_a_seeds_now() -> None:
    async def work() -> None:
        async with asyncio.timeout(30):
            await asyncio.sleep(0.01)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.sleep(30)

    with CognitoGroups.from_yaml(f"{SEED}\nnow: 2001-02-03"):
        asyncio.run(work())


def test_pytest_measures_real_time_under_a_now(pytester: pytest.Pytester) -> None:
    """Set-up begins before the freeze, and would else seem to last from that day until today."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.cognito_groups(now="2001-02-03")
        def test_frozen(cognito_groups):
            cognito_groups.clock.tick(3600)
        """
    )
    record = pytester.inline_run()
    record.assertoutcome(passed=1)
    reports = record.getreports("pytest_runtest_logreport")
    assert len(reports) == 3
    assert all(0 <= report.duration < 600 for report in reports)


# Between pages


MOVES: Final = pytest.mark.parametrize("library", [freezegun, travel], ids=lambda library: library.__name__)
PAGES_OF_ONE: Final = pytest.mark.cognito_groups(SEED, page_size=1, assert_all_pages_read=False)


@MOVES
@PAGES_OF_ONE
def test_a_token_lives_for_an_hour(library: Library) -> None:
    with library(THEN):
        token = ask()["NextToken"]
    with library(THEN + HOUR):
        assert [user["Username"] for user in ask(NextToken=token)["Users"]] == ["bob"]


@MOVES
@PAGES_OF_ONE
def test_a_token_does_not_live_for_longer(library: Library) -> None:
    with library(THEN):
        token = ask()["NextToken"]
    with (
        library(THEN + HOUR + SECOND),
        pytest.raises(made_frozen.exceptions.InvalidParameterException, match=f"Paging marker {token} is invalid"),
    ):
        ask(NextToken=token)


@pytest.mark.cognito_groups(SEED, page_size=1, assert_all_pages_read=False, now=THEN)
def test_a_tick_of_the_clock_between_pages_ages_a_token(cognito_groups: CognitoGroups) -> None:
    assert cognito_groups.clock is not None
    token = ask()["NextToken"]
    cognito_groups.clock.tick(HOUR)
    assert ask(NextToken=token)["Users"][0]["Username"] == "bob"
    cognito_groups.clock.tick(SECOND)
    with pytest.raises(made_frozen.exceptions.InvalidParameterException):
        ask(NextToken=token)


@pytest.mark.cognito_groups(SEED, page_size=1, now=THEN)
def test_a_walk_may_last_longer_than_a_token(cognito_groups: CognitoGroups) -> None:
    assert cognito_groups.clock is not None
    found = []
    for page in made_frozen.get_paginator("list_users_in_group").paginate(UserPoolId=POOL, GroupName="staff"):
        found += [user["Username"] for user in page["Users"]]
        cognito_groups.clock.tick(HOUR)
    assert found == ["alice", "bob", "carol"]
    assert [call.time for call in cognito_groups.calls] == [THEN, THEN + HOUR, THEN + 2 * HOUR]


@pytest.mark.cognito_groups(SEED, page_size=1)
def test_a_walk_in_ticking_time_is_no_matter() -> None:
    with freeze_time(THEN, auto_tick_seconds=60):
        pages = made_frozen.get_paginator("list_users_in_group").paginate(UserPoolId=POOL, GroupName="staff")
        assert list(pages.search("Users[].Username")) == ["alice", "bob", "carol"]


@pytest.mark.cognito_groups(SEED, now=THEN)
def test_who_comes_later_is_dated_later(cognito_groups: CognitoGroups) -> None:
    assert cognito_groups.clock is not None
    assert created() == THEN
    cognito_groups.clock.move_to(LATER)
    cognito_groups.add_user("dave", groups=["staff"])
    dates = {user["Username"]: user["UserCreateDate"] for user in ask()["Users"]}
    assert dates == {"alice": THEN, "bob": THEN, "carol": THEN, "dave": LATER}


@pytest.mark.parametrize(
    "change",
    [lambda fake: fake.add_user("new", groups=[]), lambda fake: fake.load("users: {new: }")],
    ids=["add", "load"],
)
def test_a_change_settles_the_dates_that_were_not_seeded(change: Callable[[CognitoGroups], object]) -> None:
    with freeze_time(THEN) as clock, CognitoGroups.from_yaml("users: {alice: [readers]}") as fake:
        change(fake)
        clock.tick(60)
        assert {fake.users[name].created for name in ("alice", "new")} == {THEN}
        assert fake.groups["readers"].created == THEN
