"""The large pool: 100,000 users in 1,000 groups, written line by line or as ranges."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.peers import POOL

USERS = 100_000
GROUPS = 1_000
EVERYONE = "everyone"


def username(number: int) -> str:
    return f"user-{number:06}"


def _groups(groups: int) -> Iterator[str]:
    yield f"pool: {POOL}\ngroups:\n  {EVERYONE}: {{precedence: 9}}"
    for number in range(1, groups):
        yield f"  group-{number:04}: {{precedence: {number % 10}}}"


def line_by_line(users: int = USERS, groups: int = GROUPS) -> str:
    """A line for each group and each user."""
    lines = [*_groups(groups), "users:"]
    lines += [f"  {username(n)}: [{EVERYONE}, group-{n % (groups - 1) + 1:04}]" for n in range(1, users + 1)]
    return "\n".join(lines) + "\n"


def as_ranges(users: int = USERS, groups: int = GROUPS) -> str:
    """A line for each group and for each run of users that are in the same groups."""
    lines = [*_groups(groups), "users:"]
    step = users // groups
    for first in range(1, users + 1, step):
        span = f"user-[{first:06}:{first + step - 1:06}]"
        lines.append(f"  {span}: [{EVERYONE}, group-{first // step % (groups - 1) + 1:04}]")
    return "\n".join(lines) + "\n"
