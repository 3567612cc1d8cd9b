"""A call, beside the floor and the peers; a call in one of eight threads; a client."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from statistics import median
from typing import Any

from benchmarks.peers import POOL, REGION, Peers, new_client
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
THREADS = 8


def rows(*, fast: bool) -> list[Row]:
    peers = Peers()
    from pytest_cognito_groups import CognitoGroups

    fake = CognitoGroups.from_yaml(SEED, max_repeats=1_000_000_000, assert_all_pages_read=False)
    with peers.mocked():
        moto_pool = fill(peers.moto)
    groups: dict[str, object] = {"UserPoolId": POOL, "Username": "alice"}
    users: dict[str, object] = {"UserPoolId": POOL, "GroupName": "readers", "Limit": 60}
    of: dict[str, dict[str, Contestant]] = {}
    found = []
    for operation, what, params, slower in (
        ("AdminListGroupsForUser", "AdminListGroupsForUser, 3 groups", groups, 2.0),
        ("ListUsersInGroup", "ListUsersInGroup, page of 60", users, 2.5),
    ):
        of[operation] = peers.contestants(operation, params, {**params, "UserPoolId": moto_pool}, fake)
        times = interleaved(of[operation], rounds=2 if fast else 150, calls=2 if fast else 10)
        base, plugin, stubber, moto = map(times.median, ("floor", "plugin", "stubber", "moto"))
        found += [
            Row(
                what,
                times.ratio("plugin", "floor"),
                1.10,
                unit="us",
                base=base,
                plugin=plugin,
                stubber=stubber,
                moto=moto,
            ),
            Row(f"{what}: moto against the plugin", times.ratio("moto", "plugin"), at_least=slower),
            Row(f"{what}: Stubber against the plugin", times.ratio("stubber", "plugin")),
        ]
    return [*found, *in_threads(of["AdminListGroupsForUser"], fast=fast), clients(fast=fast)]


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
