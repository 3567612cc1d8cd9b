"""The guard of a whole run: while no fake is active, each call is refused, and the message says what it came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn, TypeVar, final

import pytest

from pytest_cognito_groups.calls import messages
from pytest_cognito_groups.collection import misspelled

T = TypeVar("T")

NAME: Final = "cognito_groups"
SECTION: Final = "cognito-idp calls outside of any test"
OUTPUT: Final = "cognito_groups_refused"
"""What a worker of pytest-xdist hands to the process that began it."""
_SETUP: Final = re.compile(r"_(?:unittest|xunit)_(\w+?)_fixture_(.+)")
"""The name of a fixture in which pytest puts `setUpClass`, `setup_module` and their like."""


@final
class Guard:
    """Refuses calls and remembers them: what was refused fails the phase of the test in which it came, although it was
    caught or lost in a thread. A plugin of pytest.
    """

    def __init__(self) -> None:
        self._refused: list[str] = []
        self._fixtures: list[pytest.FixtureDef[Any]] = []
        self._source: Callable[[], Sequence[str]] = messages.from_elsewhere

    def refuse(self, operation: str, params: Mapping[str, object]) -> NoReturn:
        """Stop the call under way, past `except Exception`."""
        from pytest_cognito_groups.hook.data import service_model
        from pytest_cognito_groups.hook.events import caller

        method = service_model().methods[operation]
        message = messages.unguarded(method, params, caller().place, self._source())
        self._refused.append(message)
        pytest.fail(message, pytrace=False)

    @contextmanager
    def _watched(self, source: Callable[[], Sequence[str]]) -> Iterator[list[str]]:
        """Attribute calls to the source meanwhile; yield those that are refused."""
        before = self._source, self._refused
        self._source, self._refused = source, []
        try:
            yield self._refused
        finally:
            self._source, self._refused = before

    def _judged(self, source: Callable[[], Sequence[str]]) -> Generator[None, T, T]:
        """Fail a phase at its end if the code hid a refusal; add nothing if the phase has failed already."""
        with self._watched(source) as refused:
            result = yield
            if refused:
                pytest.fail(messages.once(refused), pytrace=False)
        return result

    # Imports

    def load_conftests(self) -> Generator[None, T, T]:
        try:
            return (yield from self._judged(lambda: messages.from_import("pytest loaded its conftest files")))
        except pytest.fail.Exception as refused:
            message = str(refused)
        raise pytest.UsageError(message)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        with self._watched(lambda: messages.from_import(f"{collector.nodeid} was collected")) as refused:
            report = yield
        if refused and report.passed:
            report.outcome, report.longrepr = "failed", messages.once(refused)
        return report

    # Tests

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        self._fixtures.append(fixturedef)
        try:
            return (yield)
        finally:
            self._fixtures.pop()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        yield from self._judged(lambda: self._of_test(item))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        yield from self._judged(lambda: self._of_test(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        yield from self._judged(lambda: messages.from_teardown(item.nodeid))

    def _of_test(self, item: pytest.Item) -> Sequence[str]:
        fixture = self._fixtures[-1] if self._fixtures else None
        if fixture is not None and fixture.scope != "function":
            setup = _SETUP.fullmatch(fixture.argname)
            if setup is None:
                return messages.from_fixture(fixture.argname, fixture.scope)
            return messages.from_setup(*setup.groups())
        if NAME in getattr(item, "fixturenames", ()):
            return messages.from_marked(item.nodeid)
        return messages.from_unmarked(item.nodeid, misspelled(item))

    # Outside of tests

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self._refused += getattr(node, "workeroutput", {}).get(OUTPUT, [])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        getattr(session.config, "workeroutput", {})[OUTPUT] = self._refused
        if self._refused and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._refused:
            terminalreporter.section(SECTION, red=True)
            terminalreporter.line(messages.once(self._refused))
