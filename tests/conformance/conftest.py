"""Each test here runs against the fake in both pagings and against moto; with `COGNITO_CONFORMANCE=aws`, against Amazon
alone, and the run ends with what it has shown of each rule.

Marks of a test: `rule` names the rules that it shows; `uses` the operations that it calls, so that the fake meets it
once it answers them; `unpromised` says that the test sees what no documentation promises (an order, a full page, a
token), from which ragged paging departs on purpose; `fake_alone` that it asks too much of a service.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

from conformance import differences
from conformance.amazon import Amazon, AtAmazon
from conformance.operations import STANDARD, WRITES
from conformance.report import Report, is_evidence
from conformance.targets import Fake, Moto, Target
from conformance.worlds import World

AMAZON: Final = os.environ.get("COGNITO_CONFORMANCE") == "aws"
TARGETS: Final = ("amazon",) if AMAZON else ("fake-full", "fake-ragged", "moto")
REPORT: Final = Report()
HERE: Final = Path(__file__).parent

MakePool: TypeAlias = Callable[..., str]
Claims: TypeAlias = Callable[[str, str], Mapping[str, Any]]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "uses(*methods): the operations that a conformance test calls")
    config.addinivalue_line("markers", "unpromised: a conformance test of what the documentation does not promise")
    config.addinivalue_line("markers", "fake_alone: a conformance test that asks too much of a service")
    if AMAZON and hasattr(config, "workerinput"):
        pytest.exit("COGNITO_CONFORMANCE=aws runs in one process: leave -n out.", pytest.ExitCode.USAGE_ERROR)


# Which test meets whom


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "target" in metafunc.fixturenames:
        metafunc.parametrize("target", TARGETS, indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if not concerns(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]
    for item in items:
        if asked(item) == "moto" and (mark := differences.mark(item)):
            item.add_marker(mark)
        if asked(item) == "amazon":
            for rule in rules_of(item):
                REPORT.planned[rule] += 1


def asked(item: pytest.Item) -> str:
    """Whom a test asks; nobody, where it is another directory's."""
    if not item.path.is_relative_to(HERE) or not isinstance(item, pytest.Function):
        return ""
    return str(item.callspec.params["target"])


def concerns(item: pytest.Item) -> bool:
    """Whether what a test sees is the matter of whom it asks."""
    if asked(item) == "fake-ragged" and item.get_closest_marker("unpromised"):
        return False
    if not asked(item).startswith("fake"):
        return not asked(item) or item.get_closest_marker("fake_alone") is None
    return all(map(answers, used_by(item)))


answers = cache(Fake.answers)


def used_by(item: pytest.Item) -> set[str]:
    """The operations that a test calls."""
    return {method for mark in item.iter_markers("uses") for method in mark.args}


def rules_of(item: pytest.Item) -> list[str]:
    return list(dict.fromkeys(rule for mark in item.iter_markers("rule") for rule in mark.args))


# What a test gets


@pytest.fixture(scope="session")
def amazon(at_amazon: AtAmazon, request: pytest.FixtureRequest) -> Iterator[Amazon]:
    with Amazon(at_amazon).one_run() as amazon:
        terminal = request.config.pluginmanager.get_plugin("terminalreporter")
        with request.config.pluginmanager.get_plugin("capturemanager").global_and_fixture_disabled():
            terminal.ensure_newline()
            terminal.write_line(amazon.notice())
        request.config.stash[RUN] = amazon
        yield amazon


RUN: Final = pytest.StashKey[Amazon]()


@pytest.fixture(scope="session")
def moto() -> Moto:
    return Moto()


@pytest.fixture
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    match request.param:
        case "amazon":
            entered: Any = request.getfixturevalue("amazon").entered()
        case "moto":
            entered = request.getfixturevalue("moto").entered()
        case paging:
            entered = Fake.entered(paging.removeprefix("fake-"))
    with entered as target:
        yield target


@pytest.fixture
def client(target: Target) -> Any:
    """A boto3 client for the region of the pools."""
    return target.client(target.region)


@pytest.fixture
def make_pool(target: Target, request: pytest.FixtureRequest) -> MakePool:
    """Makes a pool of what `World` has, and gives its id. Tests that use no operation that writes may share it."""
    shared = "read" if WRITES.isdisjoint(used_by(request.node)) else None
    return lambda **world: target.make_pool(World(**world), shared=shared)


@pytest.fixture
def refusing_pool(target: Target) -> str:
    """A pool of the standard world, for tests all of whose calls have to be refused."""
    return target.make_pool(World(**STANDARD), shared="refused")


@pytest.fixture
def claims(target: Target) -> Claims:
    """The claims in a token of a user, given the pool's id and the user's name."""
    return target.claims


# What a run at Amazon has shown


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if asked(item) == "moto" and call.when == "call":
        differences.excuse(report)
    if asked(item) == "amazon" and (call.when == "call" or report.failed):
        name = f"{item.path.name}::{item.name}"
        for rule in rules_of(item):
            if report.passed:
                REPORT.passed[rule].append(name)
            elif call.excinfo is not None:
                judged = REPORT.failed if call.when == "call" and is_evidence(call.excinfo.value) else REPORT.hindered
                judged[rule].append(f"`{name}`: {call.excinfo.exconly().splitlines()[0][:200]}")
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if RUN in config.stash:
        terminalreporter.section("what Amazon has shown")
        terminalreporter.write_line(", ".join(f"{number} {seen}" for seen, number in REPORT.counted().items()))
        terminalreporter.write_line(f"{config.stash[RUN].effort}; the pools are deleted")
        terminalreporter.write_line("")
        for line in REPORT.lines():
            terminalreporter.write_line(line)
