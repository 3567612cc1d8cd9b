"""A call, beside the floor and the peers; a call in one of eight threads; a client."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median
from typing import Any

from benchmarks.peers import POOL, REGION, Calls, Peers, new_client
from benchmarks.rounds import Contestant, Row, interleaved, once

SEED = f"""
pool: {POOL}
groups:
  admins: {{precedence: 0, role_arn: arn:aws:iam::123456789012:role/Admins, description: Everything}}
  editors: {{precedence: 10, role_arn: arn:aws:iam::123456789012:role/Editors}}
  readers: {{precedence: 20}}
users:
  alice:
    groups: [admins, editors, readers]
    attributes: {{email: alice@example.com, email_verified: true}}
  member-[001:059]:
    groups: [readers]
    attributes: {{email: "{{name}}@example.com", email_verified: true}}
"""
CALLS: dict[str, Calls] = {
    "AdminListGroupsForUser, 3 groups": [("AdminListGroupsForUser", {"Username": "alice"})],
    "ListUsersInGroup, page of 60": [("ListUsersInGroup", {"GroupName": "readers", "Limit": 60})],
    "ListGroups, 3 groups": [("ListGroups", {})],
    "ListUsers, page of 60": [("ListUsers", {"Limit": 60})],
    "ListUsers with a Filter by email": [("ListUsers", {"Filter": 'email = "alice@example.com"'})],
    "AdminGetUser": [("AdminGetUser", {"Username": "alice"})],
    "GetGroup": [("GetGroup", {"GroupName": "editors"})],
    "AdminAddUserToGroup, AdminRemoveUserFromGroup": [
        ("AdminAddUserToGroup", {"Username": "member-001", "GroupName": "editors"}),
        ("AdminRemoveUserFromGroup", {"Username": "member-001", "GroupName": "editors"}),
    ],
    "CreateGroup, UpdateGroup, DeleteGroup": [
        ("CreateGroup", {"GroupName": "authors", "Precedence": 5}),
        ("UpdateGroup", {"GroupName": "authors", "Description": "They write"}),
        ("DeleteGroup", {"GroupName": "authors"}),
    ],
}
"""A write is undone by another, so that each round meets the same pool."""

THE_TWO = {"AdminListGroupsForUser, 3 groups": 2.0, "ListUsersInGroup, page of 60": 2.5}
"""How many times the plugin's cost moto's is to be at least."""

THREADS = 8


def rows(*, fast: bool) -> list[Row]:
    peers = Peers()
    from pytest_cognito_groups import CognitoGroups

    fake = CognitoGroups.from_yaml(SEED, max_repeats=1_000_000_000, assert_all_pages_read=False)
    with peers.mocked():
        moto_pool = fill(peers.moto)
    found = []
    of = {what: peers.contestants(calls, moto_pool, fake) for what, calls in CALLS.items()}
    for what, contestants in of.items():
        times = interleaved(contestants, rounds=2 if fast else 150, calls=2 if fast else 10)
        base, plugin, stubber, moto = map(times.median, ("floor", "plugin", "stubber", "moto"))
        ratio = times.ratio("plugin", "floor")
        found.append(Row(what, ratio, 1.10, unit="us", base=base, plugin=plugin, stubber=stubber, moto=moto))
        if what in THE_TWO:
            slower = times.ratio("moto", "plugin")
            found.append(Row(f"{what}: moto against the plugin", slower, at_least=THE_TWO[what]))
            found.append(Row(f"{what}: Stubber against the plugin", times.ratio("stubber", "plugin")))
    return [
        *found,
        least(peers, of["AdminGetUser"]["floor"], fast=fast),
        *in_threads(of["AdminListGroupsForUser, 3 groups"], fast=fast),
        clients(fast=fast),
    ]


def least(peers: Peers, floor: Contestant, *, fast: bool) -> Row:
    """What is left to the plugin below its target: the least that an answer takes, beside the floor."""
    ask = Contestant(lambda: peers.least.client.admin_get_user(UserPoolId=POOL, Username="alice"))
    times = interleaved({"floor": floor, "least": ask}, rounds=2 if fast else 150, calls=2 if fast else 10)
    what, base = "AdminGetUser, the least that any answer takes", times.median("floor")
    return Row(what, times.ratio("least", "floor"), unit="us", base=base, plugin=times.median("least"))


def fill(client: Any) -> str:
    """The same pool in moto; its id."""
    pool = str(client.create_user_pool(PoolName="bench")["UserPool"]["Id"])
    extra: dict[str, dict[str, object]] = {
        "admins": {
            "Precedence": 0,
            "RoleArn": "arn:aws:iam::123456789012:role/Admins",
            "Description": "Everything",
        },
        "editors": {"Precedence": 10, "RoleArn": "arn:aws:iam::123456789012:role/Editors"},
        "readers": {"Precedence": 20},
    }
    for name, fields in extra.items():
        client.create_group(UserPoolId=pool, GroupName=name, **fields)
    for name in ["alice", *(f"member-{number:03}" for number in range(1, 60))]:
        email = [{"Name": "email", "Value": f"{name}@example.com"}, {"Name": "email_verified", "Value": "true"}]
        client.admin_create_user(UserPoolId=pool, Username=name, UserAttributes=email)
        for group in extra if name == "alice" else ("readers",):
            client.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
    return pool


def in_threads(contestants: dict[str, Contestant], *, fast: bool) -> list[Row]:
    """Throughput, so the clock on the wall counts. Beside the plugin's the floor's: what threads cost without it."""
    share = 2 if fast else 25

    def work(call: Callable[[], object], times: int) -> None:
        for _ in range(times):
            call()

    with ThreadPoolExecutor(1) as alone, ThreadPoolExecutor(THREADS) as together:

        def one(call: Callable[[], object]) -> None:
            alone.submit(work, call, share * THREADS).result()

        def many(call: Callable[[], object]) -> None:
            for future in [together.submit(work, call, share) for _ in range(THREADS)]:
                future.result()

        times = interleaved(
            {
                f"{name}, {way.__name__}": Contestant(partial(way, contestants[name].call), contestants[name].around)
                for name in ("plugin", "floor")
                for way in (one, many)
            },
            2 if fast else 60,
            1,
            time.perf_counter_ns,
        )

    def row(what: str, name: str, at_least: float | None) -> Row:
        base, threads = (times.median(f"{name}, {way}") / share / THREADS for way in ("one", "many"))
        ratio = times.ratio(f"{name}, one", f"{name}, many")
        return Row(what, ratio, at_least=at_least, unit="us", base=base, plugin=threads)

    return [
        row(f"throughput of {THREADS} threads against one", "plugin", 0.95),
        row("the same of the floor, without the plugin", "floor", None),
    ]


def clients(*, fast: bool) -> Row:
    """What a test saves that takes `cognito_groups.client` instead of making one."""
    from pytest_cognito_groups import CognitoGroups

    with CognitoGroups.from_yaml(f"pool: {REGION}_Client001") as fake:
        _ = fake.client
        own = median(once(new_client) for _ in range(2 if fast else 15))
        shared = median(once(lambda: fake.client) for _ in range(2 if fast else 15))
    return Row("a client: cognito_groups.client against a new one", shared / own, unit="ms", base=own, plugin=shared)
