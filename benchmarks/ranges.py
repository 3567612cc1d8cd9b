"""The large pool written as ranges: time and memory in a process that has read nothing before."""

from __future__ import annotations

import resource
import sys

from benchmarks.rounds import Row, once
from benchmarks.seeds import as_ranges


def rows(*, fast: bool) -> list[Row]:
    from pytest_cognito_groups import CognitoGroups

    users = 2_000 if fast else 100_000
    text = as_ranges(users, 100 if fast else 1_000)
    with CognitoGroups.from_yaml("users: {alice: []}") as fake:  # imports
        _ = fake.users["alice"]
    before = _peak()
    took = once(lambda: CognitoGroups.from_yaml(text)) / 1000
    grown = _peak() - before
    return [
        Row(f"first load of {users:,} users as ranges", took, 0.5, sign="s", unit="ms", plugin=took * 1000),
        Row(f"memory for {users:,} users as ranges, at most", grown, 100, sign="MB", unit="MB", plugin=grown),
    ]


def _peak() -> float:
    """The most memory that the process has had so far, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
