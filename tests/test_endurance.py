"""Many fakes one after another, and many threads at once. `--hypothesis-profile=long` makes 10,000 fakes."""

from __future__ import annotations

import gc
import sys
import threading
import tracemalloc
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Final

import boto3
import pytest
from botocore.config import Config
from hypothesis import settings

from pytest_cognito_groups import CognitoGroups

POOL: Final = "us-east-1_TestPool1"
CYCLES: Final = 10_000 if settings.default.max_examples > 10_000 else 40
EVENTS: Final = tuple(
    f"{event}.cognito-identity-provider.GetGroup"
    for event in ("before-call", "choose-signer", "before-send", "needs-retry", "after-call", "after-call-error")
)
SEED: Final = "{now: 2026-01-31, groups: [readers, writers], users: {'user-[1:30]': [readers]}}"


def cycle() -> None:
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
        fake.add_user("new")


client = boto3.client("cognito-idp", region_name="us-east-1", config=Config(retries={"total_max_attempts": 1}))


def held() -> Counter[str]:
    """What is there by now, by kind."""
    gc.collect()
    objects = gc.get_objects()
    ours = sum(str(type(each).__module__).startswith("pytest_cognito_groups") for each in objects)
    handlers = client.meta.events._emitter._handlers  # behind the aliases
    found = Counter(
        {
            "threads": threading.active_count(),
            "objects of the package": ours,
            "botocore's handlers": sum(len(list(handlers.prefix_search(event))) for event in EVENTS),
        }
    )
    if sys.platform == "linux":
        found["descriptors"] = sum(1 for _ in Path("/proc/self/fd").iterdir())
    if CYCLES > 1_000:  # before that, what others keep in their caches counts for more
        found |= {"hundreds of objects": len(objects) // 100, "megabytes": tracemalloc.get_traced_memory()[0] >> 20}
    return found


def test_what_there_is_levels_off_from_fake_to_fake() -> None:
    """What leaks grows in every quarter of the cycles, what is kept once in some."""
    tracemalloc.start()
    try:
        found = []
        for _ in range(4):
            for _ in range(CYCLES // 4):
                cycle()
            found.append(held())
    finally:
        tracemalloc.stop()
    grown = {kind: min(after[kind] - before[kind] for before, after in pairwise(found)) for kind in found[0]}
    assert {kind: number for kind, number in grown.items() if number > 0} == {}


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
