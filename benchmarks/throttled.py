"""Three throttled calls against three plain ones, by botocore's retry mode: nothing is slept."""

from __future__ import annotations

from statistics import median

from botocore.config import Config

from benchmarks.peers import new_client
from benchmarks.retries import measure
from benchmarks.rounds import Row


def rows(*, fast: bool) -> list[Row]:
    found = []
    for mode in ("legacy", "standard", "adaptive"):
        client = new_client(config=Config(retries={"mode": mode}))
        measure(client, throttled=True)  # warm
        pairs = [[measure(client, throttled=slow)[0] for slow in (False, True)] for _ in range(2 if fast else 40)]
        plain, slow = (median(times) for times in zip(*pairs, strict=True))
        more = median(slow - plain for plain, slow in pairs)
        found.append(
            Row(f"3 throttled calls against 3 plain, {mode}", more, 50, sign="ms", unit="ms", base=plain, plugin=slow)
        )
    return found
