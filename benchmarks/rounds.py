"""Measuring side by side: short slices in turn, many rounds, medians.

What else runs on the machine slows all contestants of a round alike, so their ratio is taken round by round. Times are
the processor's, not the clock's on the wall, unless waiting is what is measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import KW_ONLY, asdict, dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    `base` is what the plugin is compared with: the floor, the same without the plugin, or another request to it; it and
    the other times are in `unit`. `figure`, in `sign` (nothing for a ratio), is to be within `at_most` and `at_least`.
    """

    what: str
    figure: float
    at_most: float | None = None
    _: KW_ONLY
    at_least: float | None = None
    sign: str = ""
    unit: str = ""
    base: float | None = None
    plugin: float | None = None
    stubber: float | None = None
    moto: float | None = None

    @property
    def reached(self) -> bool:
        low, high = self.at_least, self.at_most
        return (low is None or self.figure >= low) and (high is None or self.figure <= high)

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "reached": self.reached}

    def line(self) -> str:
        times = [self.base, self.plugin, self.stubber, self.moto]
        shown = "".join(f"{'' if time is None else f'{time:,.1f}':>11}" for time in times)
        digits = 1 if abs(self.figure) >= 10 else 3
        figure = f"{self.figure:,.{digits}f} {self.sign}".rstrip()
        bounds = [(">=", self.at_least), ("<=", self.at_most)]
        target = " ".join(f"{than} {bound:g} {self.sign}".rstrip() for than, bound in bounds if bound is not None)
        missed = "" if self.reached else "  MISSED"
        return f"{self.what:<58}{shown} {self.unit:<3}{figure:>11}  {target:>10}{missed}"


TITLES = f"{'':58}{'floor/base':>11}{'plugin':>11}{'Stubber':>11}{'moto':>11} {'':3}{'figure':>11}  {'target':>10}"


@dataclass(frozen=True, slots=True)
class Contestant:
    """A call to be timed, and what has to be in force around each slice of such calls."""

    call: Callable[[], object]
    around: Callable[[], AbstractContextManager[object]] = nullcontext


@dataclass(frozen=True, slots=True)
class Times:
    """Microseconds a call, by contestant, round by round."""

    by_name: dict[str, list[float]] = field(default_factory=dict)

    def median(self, name: str) -> float:
        return median(self.by_name[name])

    def ratio(self, name: str, other: str) -> float:
        return median(one / two for one, two in zip(self.by_name[name], self.by_name[other], strict=True))


def interleaved(
    contestants: Mapping[str, Contestant],
    rounds: int,
    calls: int,
    clock: Callable[[], int] = time.thread_time_ns,
) -> Times:
    """Each contestant's `calls` calls in every round; who begins changes."""
    names = list(contestants)
    times = Times({name: [] for name in names})
    for number in range(-1, rounds):  # the first one warms up
        for place in range(len(names)):
            name = names[(number + place) % len(names)]
            call = contestants[name].call
            with contestants[name].around():
                start = clock()
                for _ in range(calls):
                    call()
                took = clock() - start
            if number >= 0:
                times.by_name[name].append(took / calls / 1000)
    return times


def once(call: Callable[[], object]) -> float:
    """Milliseconds of the processor that one call takes."""
    start = time.thread_time_ns()
    call()
    return (time.thread_time_ns() - start) / 1e6
