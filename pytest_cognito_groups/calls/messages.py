"""Every text of more than one line that a user reads: the fact, the list, the way out."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import ndiff
from pathlib import Path
from typing import Final

from pytest_cognito_groups.calls.lines import (
    Place,
    asked,
    call_lines,
    listed,
    parameter_name,
    signature,
    where,
    with_parameters,
)
from pytest_cognito_groups.calls.record import Call, matches
from pytest_cognito_groups.calls.walks import Unread, components
from pytest_cognito_groups.service.faults import Planned
from pytest_cognito_groups.service.model import method_name
from pytest_cognito_groups.service.operations import OPERATIONS, Request
from pytest_cognito_groups.service.records import DEFAULT_POOL
from pytest_cognito_groups.text import counted, shown

HINTED: Final = 3
"""How many places of unread pages are hinted at."""

Way = Callable[[str, str], str]


def of_mark(name: str, value: str) -> str:
    """How the option is set for a test with the fixture."""
    quote, text = ("'", value.strip("[]").replace("'", '"')) if value.startswith("[") else ('"', value.lower())
    line = f"{quote}cognito_groups_{name} = {text}{quote}"  # good in an ini file and in TOML
    return f"@pytest.mark.cognito_groups({name}={value}), or {line} in pytest's configuration"


def of_call(name: str, value: str) -> str:
    """How the option is set for a stand-alone fake."""
    return f"CognitoGroups.from_yaml(…, {name}={value})"


# Failed assertions

_RAGGED: Final = 'Paging is ragged; a test that counts calls needs paging="full".'

FORKED: Final = "The test forked: calls made in child processes are not recorded here."


def made(fact: str, calls: Sequence[Call]) -> str:
    """The fact, and the calls that were made."""
    return "\n".join([f"{fact} Calls made:" if calls else fact, *call_lines(calls)])


def not_called(operation: str | None, params: Mapping[str, object], calls: Sequence[Call]) -> str:
    nothing = f"No operation was called{with_parameters(params)}."
    fact = nothing if operation is None else f"{asked(operation, params)} was not called."
    return "\n".join([made(fact, calls), *closest(operation, params, calls)])


def not_so_often(
    operation: str | None, params: Mapping[str, object], found: int, times: int, calls: Sequence[Call], *, ragged: bool
) -> str:
    more = closest(operation, params, calls) if not found else [_RAGGED] if ragged else []
    return "\n".join([made(_count(operation, params, found, times), calls), *more])


def not_once(operation: str | None, params: Mapping[str, object], calls: Sequence[Call], *, ragged: bool) -> str:
    found = sum(call.operation == operation for call in calls)
    fact = made(_count(operation, params, found, 1), calls)
    return f"{fact}\n{_RAGGED}" if found and ragged else fact


def _count(operation: str | None, params: Mapping[str, object], found: int, times: int) -> str:
    who = f"Any operation{with_parameters(params)}" if operation is None else asked(operation, params)
    return f"{who}: expected exactly {counted(times, 'call')}, got {found:,}."


def called_otherwise(operation: str | None, params: Mapping[str, object], call: Call) -> str:
    fact = f"{asked(operation, params)} was called once, but with other parameters (- expected, + actual):"
    return "\n".join([fact, *difference(params, call.params)])


def called(operation: str | None, params: Mapping[str, object], calls: Sequence[Call]) -> str:
    who = (
        f"An operation was called{with_parameters(params)}"
        if operation is None
        else f"{asked(operation, params)} was called"
    )
    return made(f"{who}.", [call for call in calls if matches(call, operation, params)])


def not_in_order(
    expected: Sequence[tuple[str | None, Mapping[str, object]]], number: int, calls: Sequence[Call]
) -> str:
    behind = f" after {asked(*expected[number - 1])}" if number else ""
    missing = asked(*expected[number])
    fact = made(f"Expected call {number + 1} of {len(expected)} was not made{behind}: {missing}.", calls)
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
    return ["Closest call (- expected, + actual):", *difference(params, actual)]


def _nearness(call: Call, params: Mapping[str, object]) -> tuple[int, int]:
    """How many of the parameters the call has with the same value, and how many at all."""
    given, equal, there = call.params, 0, 0
    for name, expected in params.items():
        if name in given:
            there += 1
            equal += bool(expected == given[name])
    return equal, there


def difference(expected: Mapping[str, object], actual: Mapping[str, object]) -> list[str]:
    """The two, one parameter per line; an expected value that matches is shown as the actual one."""
    shown = {
        name: actual[name] if name in actual and value == actual[name] else value for name, value in expected.items()
    }
    before, after = (
        [f"{parameter_name(name)}={value!r}" for name, value in sorted(params.items())] for params in (shown, actual)
    )
    return [f"  {line}" for line in ndiff(before, after) if not line.startswith("?")]


def answered_by_moto(pools: Mapping[str, int]) -> list[str]:
    """The calls that moto answered, by their pools: a mark that changes nothing must not look as if it did."""
    if not pools:
        return []
    calls = counted(sum(pools.values()), "call")
    return [
        f"moto answered {calls} for pools that no fake has:",
        *listed([f"{pool_id!r}: {counted(number, 'call')}" for pool_id, number in pools.items()]),
        "To answer them here, seed the pool (pool: …) or add it: cognito_groups.add_pool(…).",
    ]


# Failures of the plugin's own


def no_file(file: str | os.PathLike[str], tried: Iterable[Path], argument: str = "file") -> str:
    return "\n".join([f"{argument} {os.fspath(file)!r} doesn't exist. Looked for:", *(f"  {path}" for path in tried)])


def not_an_answer(error: str, place: Place) -> str:
    return f"{error[0].upper()}{error[1:]}\n  called at {where(place)}"


def refused(
    method: str,
    place: Place,
    answer: str,
    goes_to: str = "AWS",
    *,
    past_moto: bool = False,
    planned: bool = False,
    way: Way = of_mark,
) -> str:
    """`answer`: the form of what the operation returns. `planned`: there is a fault for the operation."""
    moto = "although moto's mock_aws is active" if past_moto else "unless moto's mock_aws is active"
    return "\n".join(
        [
            f"cognito-idp {method} was called, but cognito_groups doesn't answer it.",
            f"  called at {where(place)}",
            *(
                ["A fault is planned for it, but only operations that are answered get their faults."]
                if planned
                else []
            ),
            "To answer it here, give the answer, or a function that makes it from the parameters:",
            f'  cognito_groups.answer("{method}", {answer})',
            f"If this is on purpose, let it through (to {goes_to}, {moto}):",
            f"  {way('allow_operations', repr([method]))}",
        ]
    )


_SEED: Final = "users: {alice: [readers]}"
_ENTERED: Final = f'CognitoGroups.from_yaml("{_SEED}")'
_IMPORT: Final = "  from pytest_cognito_groups import CognitoGroups"
_WITH: Final = f"{_IMPORT}\n  with {_ENTERED} as cognito_groups:"
_MARKED: Final = f'  @pytest.mark.cognito_groups("{_SEED}")'
_PLAIN: Final = re.compile(r"[A-Za-z][\w.@+-]*")
"""Names that need no quotes in a seed."""


def unguarded(method: str, params: Mapping[str, object], place: Place, source: Sequence[str]) -> str:
    """A call while no fake is active. `source`: what it came from and what to write there, of one of the functions
    below.
    """
    return "\n".join(
        [
            f"cognito-idp {method} was called while no fake was active.",
            f"  called at {where(place)}",
            *(line.replace(_SEED, _seed_for(params)) for line in source),
            "If moto or a Stubber should answer, start it before the call.",
            'If this is on purpose: "cognito_groups_guard = false" in pytest\'s configuration, or for one run: '
            "-o cognito_groups_guard=false",
        ]
    )


def _seed_for(params: Mapping[str, object]) -> str:
    """The smallest seed that answers the call."""
    named = {name: str(value) for name, value in params.items() if _PLAIN.fullmatch(str(value))}
    users = f"users: {{{named.get('Username', 'alice')}: [{named.get('GroupName', 'readers')}]}}"
    pool_id = named.get("UserPoolId", DEFAULT_POOL)
    return users if pool_id == DEFAULT_POOL else f"{{pool: {pool_id}, {users}}}"


def once(messages: Iterable[str]) -> str:
    """All of them, the same one once."""
    return "\n\n".join(dict.fromkeys(messages))


def from_unmarked(test: str, alike: str | None) -> list[str]:
    """`alike`: a mark of the test that may have been meant to be the one."""
    if alike is not None:
        return [f"{test} has a mark {alike!r}; did you mean 'cognito_groups'?", _MARKED]
    return [
        f"{test} has no fake. Mark the test, its class or its module:",
        _MARKED,
        'or give every test a fake: "cognito_groups_autouse = true" in pytest\'s configuration',
    ]


def from_marked(test: str) -> list[str]:
    return [f"The call was made during {test} while its fake was not active. Enter one for it:", _WITH]


def from_fixture(name: str, scope: str) -> list[str]:
    return [f"The fixture {name} has {scope} scope: it runs before a test's fake exists. Enter one in it:", _WITH]


def from_setup(function: str, owner: str) -> list[str]:
    """`setUpClass` of a class, `setup_module` of a module, and their like. A mark there is for the tests."""
    line = f"{_IMPORT}\n  cls.enterClassContext({_ENTERED})" if function == "setUpClass" else _WITH
    return [f"{function} of {owner} runs before a test's fake exists, marked or not. Enter one in it:", line]


def from_teardown(test: str) -> list[str]:
    return [
        f"The call was made during the teardown of {test}, or of a wider fixture that ended with it.",
        "Enter a fake for it:",
        _WITH,
    ]


def from_import(event: str) -> list[str]:
    return [
        f"The call was made while {event}, by code that runs at import.",
        "Move it into a test or a fixture, or enter a fake for it:",
        _WITH,
    ]


def from_elsewhere() -> list[str]:
    return ["The call was made outside any test. Enter a fake for it:", _WITH]


def runaway(request: Request, times: int, place: Place, *, way: Way = of_mark) -> str:
    call, token = signature(method_name(request.operation), request.params), OPERATIONS[request.operation].token
    same = "the token was never sent back" if request.token is None else "the same token was sent each time"
    return "\n".join(
        [
            f"Endless loop: {call} was answered {times:,} times in a row with a {token}, and {same}.",
            f"  called at {where(place)}",
            f'Send the token of each response with the next request: {token}=response["{token}"].',
            f"If this is on purpose: {way('max_repeats', str(times * 10))}",
        ]
    )


_MADE_INSIDE: Final = re.compile(r"(\.<locals>\.<\w+>)+$")


def function_line(file: str, name: str) -> str:
    """The function as `partial_reads` has it; of a file that lies elsewhere, no more than its folder is shown."""
    path = shown(file)
    parts = components(path)
    return f"{'/'.join(parts[-2:] if Path(path).is_absolute() else parts)}::{_MADE_INSIDE.sub('', name)}"


def unread(walks: Sequence[Unread], *, way: Way = of_mark) -> str:
    lines = []
    functions = dict.fromkeys(function_line(*walk.function) for walk in walks if walk.function is not None)
    for walk in walks:
        row = OPERATIONS[walk.request.operation]
        params = {name: value for name, value in walk.request.params.items() if name != row.token}
        lines.append(
            f"{signature(method_name(row.name), params)}: {walk.seen:,} of {row.counted(walk.total)} read\n"
            f"    its {row.token} was returned at {where(walk.place)}"
        )
    tokens = list(dict.fromkeys(OPERATIONS[walk.request.operation].token for walk in walks))
    return "\n".join(
        [
            f"Pages were left unread: {counted(len(lines), tokens[0] if len(tokens) == 1 else 'token')} "
            "returned but never sent back.",
            *listed(lines),
            f"Request the next page until no {' or '.join(tokens)} is returned, or use a paginator.",
            *_partial_reads(list(functions)),
            f"If this is on purpose: {way('assert_all_pages_read', 'False')}",
        ]
    )


def _partial_reads(functions: Sequence[str]) -> list[str]:
    if not functions:
        return []
    setting = "cognito_groups_partial_reads ="
    who = "the function stops" if len(functions) == 1 else "the functions stop"
    return [
        f"If {who} reading on purpose, say so once for the whole suite, in pytest's configuration:",
        *([f"  {setting} {functions[0]}"] if len(functions) == 1 else [f"  {setting}", *listed(functions, "    ")]),
        f"  in TOML: {setting} {json.dumps(functions, ensure_ascii=False)}",
    ]


def fault_line(planned: Planned, calls: Sequence[Call]) -> str:
    fault = planned.fault
    after = f" after {counted(fault.after, 'request')}" if fault.after else ""
    times = "always" if fault.times is None else counted(fault.times, "time")
    let_through = f", {planned.passed} of {fault.after} let through" if planned.passed < fault.after else ""
    return (
        f"{fault.error} for {asked(fault.operation, dict(fault.when))}{after}: "
        f"planned {times}, raised {counted(planned.raised, 'time')}{let_through or _why_not(planned, calls)}"
    )


def _why_not(planned: Planned, calls: Sequence[Call]) -> str:
    """Why the fault was not raised as often as planned: there were too few requests of its kind."""
    fault, when = planned.fault, dict(planned.fault.when)
    alike = [call for call in calls if matches(call, fault.operation, when)]
    sent = sum(call.attempts for call in alike if fault.pool in (None, call.params.get("UserPoolId")))
    if sent or planned.raised:
        return f"; {counted(max(sent, planned.raised), 'such request')}"
    if alike:
        return f"; no such call to pool {fault.pool}"
    if any(fault.operation in (None, call.operation) for call in calls):
        return "; no call had these parameters"
    return "; no call was made" if fault.operation is None else "; it was not called"


def unraised(faults: Sequence[Planned], calls: Sequence[Call], *, way: Way = of_mark) -> str:
    return "\n".join(
        [
            f"{counted(len(faults), 'planned fault')} not raised as often as planned:",
            *listed([fault_line(planned, calls) for planned in faults]),
            "Plan a fault for no more requests than the code sends, retries included.",
            f"If this is on purpose: {way('assert_all_faults_raised', 'False')}",
        ]
    )


# The section of a failing test


def _is_page(call: Call) -> bool:
    """Whether a listing was answered."""
    row = OPERATIONS.get(call.operation)
    return call.error is None and row is not None and bool(row.token)


NO_ATTRIBUTE: Final = """\
Hint: nothing has set self.cognito_groups. Take the fixture as an argument; a TestCase keeps it by another:
  @pytest.fixture(autouse=True)
  def keep(self, cognito_groups):
      self.cognito_groups = cognito_groups"""


def section(
    calls: Sequence[Call],
    *,
    of_moto: Mapping[str, int],
    missed: Sequence[tuple[str, str]] = (),
    hint: Callable[[Call], str | None],
    everything: bool,
    repeat: str | None,
    unread: Sequence[Unread] = (),
    stopped: bool = False,
) -> str:
    """The calls, a line each, what more is known of those that failed or were tried again, the pages that were left
    unread, what moto answered, and how to run a ragged test again. `stopped`: a call was, which is told elsewhere.
    """
    if calls or not (of_moto or missed or stopped):
        lines = call_lines(calls, everything=everything)
    else:
        lines = ["No other calls were made."] if stopped else []
    hints: dict[str, int] = {}
    for number, call in enumerate(calls, 1):
        text = hint(call) if call.error is not None or call.attempts > 1 else None
        if text is not None:
            hints.setdefault(text, number)
    last = [text for text, number in hints.items() if calls[number - 1].error is None]  # as a rule, no reason to fail
    lines += [f"Hint for call {number}: {text}" for text, number in hints.items() if text not in last]
    lines += [
        f"Hint: moto answered {method}, but pool {pool_id!r} is only in the seed; to answer it here: "
        f'cognito_groups.answer("{method}", …)'
        for method, pool_id in missed
    ]
    places = dict.fromkeys((OPERATIONS[walk.request.operation].token, where(walk.place)) for walk in unread)
    short = " A short or an empty page need not be the last." if repeat is not None else ""
    lines += [
        f"Hint: the {token} returned at {place} was not sent back: does the code read all pages?{short}"
        for token, place in list(places)[:HINTED]
    ]
    lines += [f"Hint for call {hints[text]}: {text}" for text in last]
    lines += answered_by_moto(of_moto)
    if repeat is not None and any(_is_page(call) for call in calls):
        lines += [
            "Paging was ragged: short and empty pages, and an order unlike the seed's, as the service may give them.",
            f"To get the same pages again: {repeat}",
        ]
    return "\n".join(lines)
