"""What the recorded calls of one test take: memory, time, and asking after them."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from statistics import median

from benchmarks.peers import POOL, new_client
from benchmarks.rounds import Row, once

SEED = f"""
pool: {POOL}
users:
  alice: [admins, readers]
  member-[001:150]: [readers]
"""


def rows(*, fast: bool) -> list[Row]:
    from pytest_cognito_groups import CognitoGroups

    client = new_client()
    groups = {"UserPoolId": POOL, "Username": "alice"}
    users = {"UserPoolId": POOL, "GroupName": "readers", "Limit": 60}
    many = 400 if fast else 100_000
    found = []
    with CognitoGroups.from_yaml(SEED, max_repeats=1_000_000_000, assert_all_pages_read=False) as fake:
        for what, call in (
            ("AdminListGroupsForUser", lambda: client.admin_list_groups_for_user(**groups)),
            ("ListUsersInGroup, page of 60", lambda: client.list_users_in_group(**users)),
        ):
            kept = _kept(call, 50 if fast else 2_000) / 1000
            found.append(Row(f"memory of a recorded {what}", kept, 2, sign="KB", unit="KB", plugin=kept))
            fake.reset_calls()

        window = many // 20
        spans = [once(lambda: [client.admin_list_groups_for_user(**groups) for _ in range(window)]) for _ in range(20)]
        first, last = median(spans[:5]) * 1000 / window, median(spans[-5:]) * 1000 / window
        what = f"the last of {many:,} calls in one test against the first"
        found.append(Row(what, last / first, unit="us", base=first, plugin=last))

        def not_called() -> None:
            with suppress(AssertionError):
                fake.assert_called("admin_list_groups_for_user", Username="alic")

        for what, check in (
            ("assert_called", lambda: fake.assert_called("admin_list_groups_for_user", Username="alice")),
            ("assert_called, which fails,", not_called),
            ("calls.filter(…)", lambda: fake.calls.filter("list_users_in_group", GroupName="readers")),
        ):
            took = median(once(check) for _ in range(5)) / 1000
            found.append(Row(f"{what} among {many:,} calls", took, 0.2, sign="s", unit="ms", plugin=took * 1000))
    return found


def _kept(call: Callable[[], object], times: int) -> float:
    """Bytes that a call leaves behind."""
    for _ in range(10):
        call()
    gc.collect()
    tracemalloc.start()
    for _ in range(5):
        call()
    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(times):
        call()
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / times
