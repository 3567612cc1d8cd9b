"""`--cognito-groups-untried`: notes what each call shows the place that made it, and reports what is left."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

import pytest

from pytest_cognito_groups import fake_service
from pytest_cognito_groups.calls.lines import where
from pytest_cognito_groups.forks import new_lock
from pytest_cognito_groups.gaps import GAPS, Gap, Place, note
from pytest_cognito_groups.hook.events import caller
from pytest_cognito_groups.service.model import method_name
from pytest_cognito_groups.service.operations import OPERATIONS, Outcome, Request
from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.text import counted

if TYPE_CHECKING:
    from pytest_cognito_groups.hook.invocation import Invocation, Reply

VERSION: Final = 1
"""Of the form of the JSON."""

SECTION: Final = "what no test has tried"
OUTPUT: Final = "cognito_groups_untried"
"""What a worker of pytest-xdist hands to the process that began it."""

MOST: Final = 10
"""How many places are shown unless all are asked for."""

PENDING: Final = 1_000
"""How many calls may be under way, which retries may yet end otherwise."""

_WIDEST: Final = max(len(gap.text) for gap in GAPS)

Key: TypeAlias = tuple[str, int, str]
"""File, line, and the operation's name on the wire."""


@final
class Untried:
    """Notes what each call shows, test by test, and reports the gaps at the end of the run. A plugin of pytest."""

    def __init__(self, config: pytest.Config, file: Path | None) -> None:
        self._config = config
        self._file = file
        self._places: dict[Key, Place] = {}
        self._nowhere = 0  # calls whose place is unknown
        self._calls: dict[tuple[object, int], tuple[Key | None, Place]] = {}
        self._tests: set[str] = set()
        self._test: str | None = None
        self._lock = new_lock()

    def watch(
        self,
        service: fake_service.FakeService,
        request: Request,
        invocation: Invocation,
        reply: Reply,
        outcome: Outcome,
        pool: Pool | None,
    ) -> None:
        """An attempt of a call: what it shows counts when no other follows."""
        if request.operation in OPERATIONS:
            who, place = caller(), Place()
            place.tests.update(() if self._test is None else (self._test,))
            place.traits.update(() if who.paginator else ("by hand",))
            note(place, service, request, reply, outcome, pool)
            key = None if who.place is None else (*who.place, request.operation)
            call = service, invocation.call
            with self._lock:
                self._calls.pop(call, None)
                self._calls[call] = key, place
            self._settle(PENDING)

    def _settle(self, pending: int = 0) -> None:
        """Calls are over, but for the newest ones as many as may be `pending`."""
        with self._lock:  # a thread may outlive its test
            while len(self._calls) > pending:
                key, place = self._calls.pop(next(iter(self._calls)))
                if key is None:
                    self._nowhere += 1
                elif key[0] not in self._tests and Path(key[0]).name != "conftest.py":
                    self._places.setdefault(key, Place()).add(place)

    def pytest_collection_modifyitems(self, items: Sequence[pytest.Item]) -> None:
        self._tests = {str(item.path) for item in items}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._test = item.nodeid
        try:
            return (yield)
        finally:
            self._settle()
            self._test = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist is done."""
        places, nowhere = getattr(node, "workeroutput", {}).get(OUTPUT, ((), 0))
        self._nowhere += nowhere
        for key, fields in places:
            self._places.setdefault(tuple(key), Place()).add(Place.unpacked(fields))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._settle()
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[OUTPUT] = [[key, place.packed()] for key, place in self._places.items()], self._nowhere
        elif self._file is not None:
            self._file.write_text(json.dumps(self._report(), indent=2) + "\n", encoding="utf-8")

    @property
    def _worst_first(self) -> list[tuple[Key, Place, list[Gap]]]:
        found = [(key, place, place.gaps(key[2])) for key, place in self._places.items()]
        return sorted(found, key=lambda each: (-len(each[2]), each[0]))

    def _report(self) -> Mapping[str, object]:
        """The findings as JSON has them; docs/untried.md describes the form."""
        rootdir = self._config.rootpath
        return {
            "version": VERSION,
            "places": [
                {
                    "file": path.relative_to(rootdir).as_posix() if path.is_relative_to(rootdir) else str(path),
                    "line": line,
                    "operation": method_name(operation),
                    "tests": len(place.tests),
                    "untried": [
                        {"id": gap.id, "text": gap.text, "seed": way.yaml(place.pool), "options": way.options}
                        for gap in gaps
                        for way in [gap.way(operation, place)]
                    ],
                    "tried": [gap.id for gap in GAPS if gap.id in place.shown and gap.concerns(operation, place)],
                }
                for (file, line, operation), place, gaps in self._worst_first
                for path in [Path(file)]
            ],
            "unknown_places": self._nowhere,
        }

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section(SECTION)
        for line in self._lines(self._config.get_verbosity()):
            terminalreporter.line(line)

    def _lines(self, verbosity: int) -> Iterator[str]:
        places = self._worst_first
        gaping = [each for each in places if each[2]]
        showing = gaping if verbosity else gaping[:MOST]
        for (file, line, operation), place, gaps in showing:
            who = f"{where((file, line))} {method_name(operation)}"
            if verbosity < 0:
                yield f"{who}: {', '.join(gap.text for gap in gaps)}"
                continue
            yield f"{who}, {counted(len(place.tests), 'test')}"
            for gap in gaps:
                yield f"  {gap.text:<{_WIDEST}}  {gap.way(operation, place).mark(place.pool)}"
        if showing and verbosity < 0:
            yield "Without -q, each comes with the mark that tries it."
        if len(gaping) > len(showing):
            yield f"… {counted(len(gaping) - len(showing), 'more place')} (all with -v, one per line with -q)"
        if not places:
            yield "No call from the code under test was answered here: test files don't count, nor do moto's answers."
        elif len(places) > len(gaping):
            yield f"Nothing is left to try at {counted(len(places) - len(gaping), 'place')}."
        if self._nowhere:
            calls = counted(self._nowhere, "call")
            yield f"{calls} came from an unknown place: a thread or a task that runs the client's method itself."


def enter(config: pytest.Config, file: str) -> None:
    """Note calls until the run ends. `file`: where the findings are written as JSON, too; empty for nowhere."""
    untried = Untried(config, config.invocation_params.dir / file if file else None)
    config.pluginmanager.register(untried)
    before, fake_service.watch = fake_service.watch, untried.watch
    config.add_cleanup(lambda: setattr(fake_service, "watch", before))
