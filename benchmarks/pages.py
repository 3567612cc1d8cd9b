"""Pages of a group of 100,000: beside a small group, from start to end, and behind a thousand changes; a filter among
as many users; and a loop that asks for the same page for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from benchmarks.peers import POOL, new_client
from benchmarks.rounds import Contestant, Row, Times, interleaved, once
from benchmarks.seeds import EVERYONE, as_ranges, username

PAGE = 60
SMALL = "small"


def rows(*, fast: bool) -> list[Row]:
    from pytest_cognito_groups import CognitoGroups

    users = 4_000 if fast else 100_000
    client = new_client()
    fake = CognitoGroups.from_yaml(
        as_ranges(users, 100 if fast else 1_000), max_repeats=1_000_000_000, assert_all_pages_read=False
    )
    fake.add_group(SMALL)
    for number in range(1, PAGE + 1):
        fake.add_to_group(username(number), SMALL)

    def page(group: str, token: str | None) -> Callable[[], Any]:
        request = {"UserPoolId": POOL, "GroupName": group, "Limit": PAGE}
        if token is not None:
            request["NextToken"] = token
        return lambda: client.list_users_in_group(**request)

    def measure(**pages: Callable[[], Any]) -> Times:
        return _measured(fake, fast=fast, **pages)

    with fake:
        tokens: list[str | None] = [None]
        while tokens[-1] or len(tokens) == 1:
            tokens.append(page(EVERYONE, tokens[-1])().get("NextToken"))
        del tokens[-1]
        fake.reset_calls()
        last = len(tokens) - 1  # its page may be short
        early, middle = 1, min(499, last // 2)
        result = []

        times = measure(base=page(SMALL, None), plugin=page(EVERYONE, None))
        result.append(_row(f"a page of {users:,} members against one of {PAGE}", times))

        times = measure(base=page(EVERYONE, tokens[early]), plugin=page(EVERYONE, tokens[last - 1]))
        result.append(_row(f"a page at the end of {users:,} against one at the start", times))

        for number in range(1, 501):
            fake.remove_from_group(username(number * 2), EVERYONE)
            fake.add_to_group(username(number * 2), EVERYONE)
        times = measure(base=page(EVERYONE, None), plugin=page(EVERYONE, tokens[middle]))
        result.append(_row(f"page {middle + 1} behind 1,000 changes against page 1", times))
    result.append(filtered(client, users, fast=fast))
    return [*result, *(runaway(client, limit, 20 if fast else 1_000) for limit in (25, PAGE))]


def filtered(client: Any, users: int, *, fast: bool) -> Row:
    """`ListUsers` with a filter that one user matches: a look-up."""
    from pytest_cognito_groups import CognitoGroups

    small = "eu-west-1_Bench0002"
    fake = CognitoGroups.from_yaml(
        "---\n".join(
            f"pool: {pool}\nusers: {{'user-[000001:{most:06}]': {{attributes: {{email: '{{name}}@example.com'}}}}}}\n"
            for pool, most in ((POOL, users), (small, PAGE))
        )
    )

    def find(pool: str) -> Callable[[], Any]:
        return lambda: client.list_users(UserPoolId=pool, Filter=f'email = "{username(7)}@example.com"')

    with fake:
        assert len(find(POOL)()["Users"]) == len(find(small)()["Users"]) == 1
        times = _measured(fake, fast=fast, base=find(small), plugin=find(POOL))
    return _row(f"a filter by email in {users:,} users against one in {PAGE}", times, 1.2)


def runaway(client: Any, limit: int, most: int) -> Row:
    """Until it is stopped. botocore takes nearly all of it, to parse the page each time."""
    import pytest

    from pytest_cognito_groups import CognitoGroups

    def loop() -> None:
        with suppress(pytest.fail.Exception):
            while client.list_users_in_group(UserPoolId=POOL, GroupName="readers", Limit=limit).get("NextToken"):
                pass

    seed = f"pool: {POOL}\nusers: {{'member-[1:150]': [readers]}}"
    with suppress(AssertionError), CognitoGroups.from_yaml(seed, max_repeats=most):
        took = once(loop) / 1000
    return Row(f"a loop without end is stopped, pages of {limit}", took, 3, sign="s", unit="ms", plugin=took * 1000)


def _measured(fake: Any, *, fast: bool, **calls: Callable[[], Any]) -> Times:
    @contextmanager
    def fresh() -> Iterator[None]:
        yield
        fake.reset_calls()

    contestants = {name: Contestant(call, fresh) for name, call in calls.items()}
    return interleaved(contestants, rounds=2 if fast else 150, calls=2 if fast else 5)


def _row(what: str, times: Times, at_most: float = 1.05) -> Row:
    base, plugin = times.median("base"), times.median("plugin")
    return Row(what, times.ratio("plugin", "base"), at_most, unit="us", base=base, plugin=plugin)
