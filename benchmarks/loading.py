"""The first load of the large pool, and what its first uses cost."""

from __future__ import annotations

import gc
import time
from statistics import median

import yaml

from benchmarks.peers import POOL, new_client
from benchmarks.rounds import Row, once
from benchmarks.seeds import EVERYONE, line_by_line, username


def rows(*, fast: bool) -> list[Row]:
    from pytest_cognito_groups import CognitoGroups

    client = new_client()
    users = 2_000 if fast else 100_000
    text = line_by_line(users, 100 if fast else 1_000)
    with CognitoGroups.from_yaml("users: {alice: []}") as fake:  # imports
        _ = fake.users["alice"]
    found: dict[str, list[float]] = {}

    def note(what: str, milliseconds: float) -> None:
        found.setdefault(what, []).append(milliseconds)

    for number in range(2 if fast else 7):
        gc.collect()
        note("compose", _compose(text))
        gc.collect()
        seed = f"{text}# {number}\n"  # a text that was not read yet
        note("load", once(lambda: CognitoGroups.from_yaml(seed)))  # noqa: B023

        with CognitoGroups.from_yaml(seed) as fake:
            note("first change", once(lambda: fake.remove_from_group(username(users // 2), EVERYONE)))
        with CognitoGroups.from_yaml(seed) as fake:
            sub = fake.users[username(users // 2)].sub
            ask = {"UserPoolId": POOL, "Username": sub}
            note("first look-up by sub", once(lambda: client.admin_list_groups_for_user(**ask)))  # noqa: B023
        with CognitoGroups.from_yaml(seed) as fake:  # now the index is there, and is copied too
            note("first change", once(lambda: fake.add_to_group(username(users // 2), "group-0001")))
        with CognitoGroups.from_yaml(seed, paging="ragged", assert_all_pages_read=False) as fake:
            page = {"UserPoolId": POOL, "GroupName": EVERYONE, "Limit": 60}
            note("first ragged page", once(lambda: client.list_users_in_group(**page)))  # noqa: B023
    medians = {what: median(times) for what, times in found.items()}
    return [
        Row(
            f"first load of {users:,} users, against yaml.compose",
            median(load / compose for load, compose in zip(found["load"], found["compose"], strict=True)),
            3,
            unit="ms",
            base=medians["compose"],
            plugin=medians["load"],
        ),
        *(
            Row(f"{what} among {users:,} users", medians[what], 50, sign="ms", unit="ms", plugin=medians[what])
            for what in ("first change", "first look-up by sub", "first ragged page")
        ),
    ]


def _compose(text: str) -> float:
    """With the C loader and without the garbage collector, and without taking the nodes apart again."""
    gc.disable()
    start = time.thread_time_ns()
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    took = (time.thread_time_ns() - start) / 1e6
    gc.enable()
    del node
    return took
