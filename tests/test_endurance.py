"""Many fakes one after another, and many threads at once. `--hypothesis-profile=long` makes 10,000 fakes."""

from __future__ import annotations

import gc
import sys
import threading
import tracemalloc
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import boto3
import pytest
from botocore.config import Config
from hypothesis import settings

from pytest_cognito_groups import CognitoGroups

POOL: Final = "us-east-1_TestPool1"
CYCLES: Final = 10_000 if settings.default.max_examples > 10_000 else 40
SEED: Final = "{now: 2026-01-31, groups: [readers, writers], users: {'user-[1:30]': [readers]}}"


def cycle(number: int) -> None:
    """Set-up, calls, a change, a fault, a refused call, and tear-down; at one time, so that all tokens are alike."""
    with CognitoGroups.from_yaml(SEED, page_size=7) as fake:
        pages = client.get_paginator("list_users_in_group").paginate(UserPoolId=POOL, GroupName="readers")
        assert len([user for page in pages for user in page["Users"]]) == 30
        client.admin_add_user_to_group(UserPoolId=POOL, GroupName="writers", Username="user-1")
        fake.throttle("get_group")
        for name in ("writers", "nobody"):
            with pytest.raises(client.exceptions.ClientError):
                client.get_group(UserPoolId=POOL, GroupName=name)
        assert fake.calls.filter("get_group")[0].error == "TooManyRequestsException"
        fake.add_user(f"new-{number}")


client = boto3.client("cognito-idp", region_name="us-east-1", config=Config(retries={"total_max_attempts": 1}))


def held() -> Counter[str]:
    """What is there by now, by kind."""
    gc.collect()
    found = Counter(threads=threading.active_count(), objects=len(gc.get_objects()))
    found["memory"] = tracemalloc.get_traced_memory()[0]
    if sys.platform == "linux":
        found["descriptors"] = sum(1 for _ in Path("/proc/self/fd").iterdir())
    return found


def test_nothing_grows_from_fake_to_fake() -> None:
    tracemalloc.start()
    try:
        for number in range(CYCLES // 2):
            cycle(number)
        before = held()
        for number in range(CYCLES // 2):
            cycle(number)
        after = held()
    finally:
        tracemalloc.stop()
    grown = after - before
    assert grown.pop("objects", 0) < 50
    assert grown.pop("memory", 0) < 200_000
    assert grown == Counter()


def test_threads_lose_and_double_no_change() -> None:
    users = [f"user-{number}" for number in range(1, 31)]

    def move(thread: int) -> None:
        for user in users[thread::16]:
            client.admin_add_user_to_group(UserPoolId=POOL, GroupName="writers", Username=user)
            client.admin_list_groups_for_user(UserPoolId=POOL, Username=user)
            client.admin_remove_user_from_group(UserPoolId=POOL, GroupName="readers", Username=user)

    with CognitoGroups.from_yaml(SEED, assert_all_pages_read=False) as fake, ThreadPoolExecutor(16) as threads:
        list(threads.map(move, range(16)))
        assert sorted(user.username for user in fake.members_of("writers")) == sorted(users)
        assert fake.members_of("readers") == []
        assert Counter(call.method for call in fake.calls) == {
            "admin_add_user_to_group": 30,
            "admin_list_groups_for_user": 30,
            "admin_remove_user_from_group": 30,
        }
        assert Counter(str(call.params["Username"]) for call in fake.calls) == dict.fromkeys(users, 3)
