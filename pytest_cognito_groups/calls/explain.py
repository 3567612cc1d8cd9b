"""Every text of more than one line that a user reads: the fact, the list, the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import ndiff
from itertools import groupby, islice
from typing import Final

from pytest_cognito_groups.calls.record import METHODS, Call, matches
from pytest_cognito_groups.calls.walks import Unread
from pytest_cognito_groups.paths import shown
from pytest_cognito_groups.service.faults import Fault

MOST: Final = 20
FIRST: Final = 15
"""How much of a list is shown unless all is asked for, and how much of that is its beginning."""

Place = tuple[str, int] | None


def counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def where(place: Place) -> str:
    """`file:line`, relative to the working directory where the file lies below it."""
    if place is None:
        return "a place that is not known (a task or a thread of its own)"
    file, line = place
    return f"{shown(file)}:{line}"


def signature(method: str, params: Mapping[str, object]) -> str:
    """`method(Name=value, …)`, tokens and other long values cut."""
    return f"{method}({_arguments(params)})"


def _arguments(params: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={_short(name, value)}" for name, value in params.items())


def _short(name: str, value: object) -> str:
    text = repr(value)
    most = 16 if name == "NextToken" else 60
    return text if len(text) <= most else f"{text[: most // 2]}…{text[-4:]}"


Way = Callable[[str, str], str]


def of_mark(name: str, value: str) -> str:
    """How the option is set for a test with the fixture."""
    text = value.strip("[]'") if value.startswith("[") else value.lower()
    line = f"cognito_groups_{name} = {text}"
    return f'@pytest.mark.cognito_groups({name}={value}), or "{line}" in pytest\'s configuration'


def of_call(name: str, value: str) -> str:
    """How the option is set for a fake that stands by itself."""
    return f"CognitoGroups.from_yaml(…, {name}={value})"


def listed(things: Sequence[str]) -> list[str]:
    """The things, indented; cut in the middle when there are more than `MOST`."""
    if len(things) > MOST:
        things = [*things[:FIRST], f"… {len(things) - MOST:,} more …", *things[FIRST - MOST :]]
    return [f"  {thing}" for thing in things]


def call_line(call: Call) -> str:
    """One line for a call: method, parameters, outcome, page, attempts."""
    what = "group" if call.operation == "AdminListGroupsForUser" else "user"
    outcome = counted(len(call.items), what) if call.error is None else call.error
    notes = [
        *([f"page {call.page}"] if call.page > 1 else []),
        *(["more to come"] if call.next_token is not None else []),
        *([f"{call.attempts} attempts"] if call.attempts > 1 else []),
    ]
    rest = f" ({', '.join(notes)})" if notes else ""
    return f"{signature(call.method, call.params)} -> {outcome}{rest}"


def call_lines(calls: Sequence[Call], *, everything: bool = False) -> list[str]:
    """The calls in their order; the same line several times in a row is shown once, with its numbers."""
    if not calls:
        return ["No call of the two operations was made."]
    runs = _runs(calls)
    first = list(runs if everything else islice(runs, FIRST))
    rest = calls[sum(map(len, first)) :]
    last = [run[::-1] for run in islice(_runs(rest[::-1]), MOST - FIRST)][::-1]
    between = len(rest) - sum(map(len, last))
    return [
        *_run_lines(first, 1),
        *([f"  … {between:,} more (all with -v) …"] if between else []),
        *_run_lines(last, len(calls) - len(rest) + between + 1),
    ]


def _runs(calls: Iterable[Call]) -> Iterator[list[Call]]:
    return (list(alike) for _, alike in groupby(calls, key=_alike))


def _alike(call: Call) -> tuple[object, ...]:
    """What the line of a call depends on: there may be 100,000 calls, of which few are shown."""
    more = call.next_token is not None
    return call.operation, call.params, len(call.items), call.error, call.page, more, call.attempts


def _run_lines(runs: Iterable[list[Call]], number: int) -> Iterator[str]:
    """A line for each run; `number` is that of the first call."""
    for run in runs:
        numbers = f"{number:,}" if len(run) == 1 else f"{number:,}-{number + len(run) - 1:,}"
        yield f"  {numbers}. {call_line(run[0])}"
        number += len(run)


def wanted(operation: str | None, params: Mapping[str, object]) -> str:
    return f"either operation{_with(params)}" if operation is None else signature(METHODS[operation], params)


def _with(params: Mapping[str, object]) -> str:
    return f" with {_arguments(params)}" if params else ""


# Failed assertions

_RAGGED: Final = 'Paging is ragged; a test that counts calls says paging="full".'


FORKED: Final = "The test forked: what a child process calls is not seen here."


def made(fact: str, calls: Sequence[Call]) -> str:
    """The fact, and the calls that were made."""
    return "\n".join([f"{fact} Calls made:" if calls else fact, *call_lines(calls)])


def not_called(operation: str | None, params: Mapping[str, object], calls: Sequence[Call]) -> str:
    neither = f"Neither operation was called{_with(params)}."
    fact = neither if operation is None else f"{wanted(operation, params)} was not called."
    return "\n".join([made(fact, calls), *closest(operation, params, calls)])


def not_so_often(
    operation: str | None, params: Mapping[str, object], found: int, times: int, calls: Sequence[Call], *, ragged: bool
) -> str:
    both = f"The two operations, together, were called{_with(params)}"
    who = both if operation is None else f"{wanted(operation, params)} was called"
    fact = made(f"{who} {counted(found, 'time')}, not {counted(times, 'time')}.", calls)
    more = closest(operation, params, calls) if not found else [_RAGGED] if ragged else []
    return "\n".join([fact, *more])


def not_once(operation: str | None, params: Mapping[str, object], calls: Sequence[Call], *, ragged: bool) -> str:
    found = sum(call.operation == operation for call in calls)
    often = counted(found, "time")
    fact = made(f"{wanted(operation, params)} was to be called exactly once; it was called {often}.", calls)
    return f"{fact}\n{_RAGGED}" if found and ragged else fact


def called_otherwise(operation: str | None, params: Mapping[str, object], call: Call) -> str:
    fact = f"{wanted(operation, params)} was called once, with other parameters (- expected, + made):"
    return "\n".join([fact, *difference(params, call.params)])


def called(operation: str | None, params: Mapping[str, object], calls: Sequence[Call]) -> str:
    who = wanted(operation, params)
    fact = f"One of the two operations was called{_with(params)}." if operation is None else f"{who} was called."
    return made(fact, [call for call in calls if matches(call, operation, params)])


def not_in_order(
    expected: Sequence[tuple[str | None, Mapping[str, object]]], number: int, calls: Sequence[Call]
) -> str:
    missing = wanted(*expected[number])
    behind = f" after {wanted(*expected[number - 1])}" if number else ""
    fact = made(f"Call {number + 1} of {len(expected)} expected was not made{behind}: {missing}.", calls)
    if any(matches(call, *expected[number]) for call in calls):
        return fact  # it was made, but earlier
    return "\n".join([fact, *closest(*expected[number], calls)])


def closest(operation: str | None, params: Mapping[str, object], calls: Sequence[Call]) -> list[str]:
    """The call that has most of the parameters, line by line against what was expected; none of them has all."""
    nearest, most = None, (-1, -1)
    for call in calls if params else ():
        if operation in (None, call.operation) and (degree := _nearness(call, params)) > most:
            nearest, most = call, degree
            if degree == (len(params) - 1, len(params)):
                break  # as close as can be: there may be 100,000 more
    if nearest is None:
        return []
    actual = {name: value for name, value in nearest.params.items() if name in params}
    return ["Closest call (- expected, + made):", *difference(params, actual)]


def _nearness(call: Call, params: Mapping[str, object]) -> tuple[int, int]:
    """How many of the parameters the call has with the same value, and how many at all."""
    given, equal, there = call.params, 0, 0
    for name, expected in params.items():
        if name in given:
            there += 1
            equal += bool(expected == given[name])
    return equal, there


def difference(expected: Mapping[str, object], actual: Mapping[str, object]) -> list[str]:
    """The two, a parameter a line; an expected value that matches is shown as the actual one."""
    shown = {
        name: actual[name] if name in actual and value == actual[name] else value for name, value in expected.items()
    }
    before, after = ([f"{name}={value!r}" for name, value in sorted(params.items())] for params in (shown, actual))
    return [f"  {line}" for line in ndiff(before, after) if not line.startswith("?")]


# Failures of the plugin's own


def refused(method: str, place: Place, *, way: Way = of_mark) -> str:
    return "\n".join(
        [
            f"cognito-idp {method} was called, which cognito_groups does not answer.",
            f"  called at {where(place)}",
            "If this is on purpose, let it pass to where it would go without the plugin,",
            "which is AWS, unless moto's mock_aws is active:",
            f"  {way('allow_operations', repr([method]))}",
        ]
    )


def runaway(call: str, times: int, place: Place, *, token: bool, way: Way = of_mark) -> str:
    same = "the same token was sent each time" if token else "the token was never sent back"
    return "\n".join(
        [
            f"A loop that does not end: {call} was answered {times:,} times in a row with a NextToken, and {same}.",
            f"  called at {where(place)}",
            'Send the token of each response with the next request: NextToken=response["NextToken"].',
            f"If this is on purpose: {way('max_repeats', str(times * 10))}",
        ]
    )


def unread(walks: Iterable[Unread], *, way: Way = of_mark) -> str:
    lines = []
    for walk in walks:
        what = "group" if walk.request.operation == "AdminListGroupsForUser" else "user"
        params = {name: value for name, value in walk.request.params.items() if name != "NextToken"}
        lines.append(
            f"{signature(METHODS[walk.request.operation], params)}: {walk.seen:,} of {counted(walk.total, what)} read\n"
            f"    its NextToken was returned at {where(walk.place)}"
        )
    return "\n".join(
        [
            f"Pages were left unread: {counted(len(lines), 'NextToken')} handed out and not sent back.",
            *listed(lines),
            "Ask for the page that follows until no NextToken is returned, or use a paginator.",
            f"If this is on purpose: {way('assert_all_pages_read', 'False')}",
        ]
    )


def fault_line(fault: Fault) -> str:
    after = f" after {counted(fault.after, 'request')}" if fault.after else ""
    planned = "always" if fault.times is None else counted(fault.times, "time")
    let_through = f", {fault.passed} of {fault.after} let through" if fault.passed < fault.after else ""
    return (
        f"{fault.error} for {wanted(fault.operation, fault.params or {})}{after}: "
        f"planned {planned}, raised {counted(fault.raised, 'time')}{let_through}"
    )


def unraised(faults: Sequence[Fault], *, way: Way = of_mark) -> str:
    return "\n".join(
        [
            f"{counted(len(faults), 'planned fault')} not raised as often as planned:",
            *listed([fault_line(fault) for fault in faults]),
            f"If this is on purpose: {way('assert_all_faults_raised', 'False')}",
        ]
    )


# The section of a failing test


def section(calls: Sequence[Call], *, hint: Callable[[Call], str | None], everything: bool, repeat: str | None) -> str:
    """The calls, a line each, what more is known of those that failed, and how to run a ragged test again."""
    lines = call_lines(calls, everything=everything)
    hints: dict[str, int] = {}
    for number, call in enumerate(calls, 1):
        text = hint(call) if call.error is not None else None
        if text is not None:
            hints.setdefault(text, number)
    lines += [f"Hint for call {number}: {text}" for text, number in hints.items()]
    return "\n".join(lines if repeat is None else [*lines, f"Paging was ragged; the same pages again: {repeat}"])
