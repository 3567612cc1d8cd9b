"""pytest's side: its hooks, and the fixture."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import Generator, Iterator, Mapping
from functools import partial
from pathlib import Path
from threading import local
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pytest

from pytest_cognito_groups import hook, options
from pytest_cognito_groups.options import NAME, PAGING_FLAG, RANDOM_SEED_FLAG, UNTRIED_FLAG

if TYPE_CHECKING:
    from pytest_cognito_groups.fake import CognitoGroups
    from pytest_cognito_groups.guard import Guard

T = TypeVar("T")

SECTION: Final = "cognito-idp calls"
FAKE: Final = pytest.StashKey["CognitoGroups"]()
AUTOUSE: Final = pytest.StashKey[bool]()
GUARD: Final = pytest.StashKey["Guard | None"]()


# The run


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("cognito-groups", "Amazon Cognito groups")
    group.addoption(
        PAGING_FLAG,
        choices=("full", "ragged", "both"),
        help="paging of tests that use the fixture cognito_groups, unless a mark sets it; both: each test runs twice",
    )
    group.addoption(
        RANDOM_SEED_FLAG, metavar="N", type=int, help="the random seed of ragged paging (default: each test's id)"
    )
    group.addoption(
        UNTRIED_FLAG,
        nargs="?",
        const="",
        metavar="FILE",
        type=_report_file,
        help="after the run, show what no test has tried: a second page, an unknown user, …; FILE gets it as JSON",
    )
    for name, setting in options.SETTINGS.items():
        # An older pytest has no type for numbers. TOML has types of its own, and pytest insists on them.
        ini: Any = "string" if setting.kind.ini == "int" and pytest.version_tuple < (8, 4) else setting.kind.ini
        parser.addini(f"{NAME}_{name}", setting.help, type=ini, default=None)


def _report_file(file: str) -> str:
    """The file, unless it is what to test: an option whose value may be left out takes whatever follows."""
    if not file:
        return file
    path = Path(file.partition("::")[0])
    if path.is_dir() or path.suffix == ".py":
        raise ArgumentTypeError(f"took {file!r} for its JSON file; put the option behind the tests, at the end")
    if not path.absolute().parent.is_dir():
        raise ArgumentTypeError(f"the folder of {file!r} doesn't exist")
    return file


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, T, T]:
    """What concerns the whole run is there before the first conftest file is imported."""
    _begin(early_config, early_config.known_args_namespace)
    guard = _guard(early_config)
    return (yield) if guard is None else (yield from guard.load_conftests())


def pytest_configure(config: pytest.Config) -> None:
    hook.install()
    _guard(config)
    config.stash[AUTOUSE] = _is_on(config, "autouse")
    config.addinivalue_line("markers", options.MARK)
    untried: str | None = config.getoption(UNTRIED_FLAG)
    if untried is not None:
        from pytest_cognito_groups.untried import enter

        enter(config, untried)
    _begin(config, config.option)


def _begin(config: pytest.Config, arguments: Namespace) -> None:
    """Let fakes that are made by hand take what the command line sets."""
    _check_settings(config, arguments)
    values = partial(_by_hand, config, arguments.cognito_groups_paging)
    config.add_cleanup(options.enter(options.Run(values, arguments.cognito_groups_random_seed)))


def _check_settings(config: pytest.Config, arguments: Namespace) -> None:
    """A misspelled setting must not look as if it did what it says: pytest itself only warns."""
    overridden = (text.partition("=")[0] for text in arguments.override_ini or ())  # an older pytest keeps them apart
    try:
        options.check_settings([*config._get_unknown_ini_keys(), *overridden])
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def _by_hand(config: pytest.Config, paging: str | None) -> Mapping[str, object]:
    from pytest_cognito_groups import marks

    return marks.by_hand(config, paging)


def _guard(config: pytest.Config) -> Guard | None:
    """The guard of this run, put in place the first time; `None` unless the configuration asks for it."""
    if GUARD not in config.stash:
        guard = config.stash[GUARD] = _make_guard() if _is_on(config, "guard") else None
        config.add_cleanup(partial(setattr, hook, "guard", hook.guard))
        hook.guard = None if guard is None else guard.refuse
        if guard is not None:
            config.pluginmanager.register(guard)
    return config.stash[GUARD]


def _make_guard() -> Guard:
    from pytest_cognito_groups.guard import Guard

    return Guard()


def _is_on(config: pytest.Config, name: str) -> bool:
    """Whether the configuration switches it on."""
    try:
        return bool(config.getini(f"{NAME}_{name}"))
    except (ValueError, TypeError, pytest.UsageError) as error:
        raise pytest.UsageError(options.refused(name, error)) from None


# Collection. A mark asks for the fixture, as `usefixtures` would: so the fixture has its place among the others.


def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class, obj: object) -> None:
    if isinstance(obj, type | FunctionType):
        marks = getattr(obj, "pytestmark", [])
        if any(mark.name == NAME for mark in (marks if isinstance(marks, list) else [marks])):
            pytest.mark.usefixtures(NAME)(obj)
    if collector.get_closest_marker(NAME) and not any(
        NAME in mark.args for mark in collector.iter_markers("usefixtures")
    ):
        collector.add_marker(pytest.mark.usefixtures(NAME))


@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.config.getoption(PAGING_FLAG) == "both":
        from pytest_cognito_groups.collection import run_twice

        run_twice(metafunc)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks of a parameter set, and those added during collection, have not asked for the fixture yet. Nor has a test
    that gets it because every test does: it doesn't run twice, for it may have nothing to do with Cognito.
    """
    for item in items:
        names = getattr(item, "fixturenames", None)
        if names is not None and (config.stash[AUTOUSE] or NAME in names or item.get_closest_marker(NAME)):
            from pytest_cognito_groups.collection import put_first

            put_first(item)


# One test


_requesting: Final = local()
"""Its `item` is the one that the fixture is set up for in this thread."""


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> None:
    """Give the fixture its item. Asking for `request` takes pytest 9 nearly as long as the fixture itself."""
    if fixturedef.argname == NAME:
        _requesting.item = request.node


@pytest.fixture
def cognito_groups() -> Iterator[CognitoGroups]:
    """Amazon Cognito user pools that answer AdminListGroupsForUser, ListUsersInGroup and nine more operations.

    Seeded by the mark of the same name, `@pytest.mark.cognito_groups(yaml_text)`, and by its own methods (`add_group`,
    `add_user`, `load`, …). Answers every boto3, botocore and aiobotocore client; `calls` and the `assert_…` methods
    show what was called. The test fails when it leaves pages unread, loops forever, or calls a cognito-idp operation
    that is neither answered nor allowed.
    """
    from pytest_cognito_groups import marks

    item: pytest.Item = _requesting.item
    fake = marks.fake_for(item)
    item.stash[FAKE] = fake
    try:
        fake._start()
        yield fake
    finally:
        fake._stop()
        del item.stash[FAKE]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """An interrupt may have kept the fixture from ending its fake; the next test must not meet it."""
    result = yield
    fake = item.stash.get(FAKE, None)
    if fake is not None:
        fake._stop()
        del item.stash[FAKE]
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    reports = _reports()
    if reports is not None:
        reports.begin()


def _reports() -> ModuleType | None:
    """The module, once a fake was made."""
    return sys.modules.get("pytest_cognito_groups.fake_service")


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """The checks at the end: part of the test, so that they make it FAILED, not ERROR. A test that skips itself has not
    done what they ask for, but no call may have been stopped.
    """
    skipped = None
    try:
        yield
    except pytest.skip.Exception as error:
        skipped = error
    fake = item.stash.get(FAKE, None)
    problems = [] if fake is None else fake._service.problems() if skipped is None else fake._service.stopped()
    if problems:
        pytest.fail("\n\n".join(problems), pytrace=False)
    if skipped is not None:
        raise skipped


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows what was called, as does one that failed because of a fixture."""
    report = yield
    error = call.excinfo.value if report.failed and call.excinfo is not None else None
    if isinstance(error, AttributeError) and error.name == NAME and error.obj is getattr(item, "instance", None):
        from pytest_cognito_groups.calls.messages import NO_ATTRIBUTE

        report.sections.append((SECTION, NO_ATTRIBUTE))
    reports = _reports()
    if report.failed and reports is not None:
        from pytest_cognito_groups.marks import repeat

        fake = item.stash.get(FAKE, None)
        own = None if fake is None else fake._service
        everything = item.config.getoption("verbose", default=0) > 0
        for text in reports.sections(own, repeat=partial(repeat, item), everything=everything):
            report.sections.append((SECTION, text))
            item.user_properties.append((SECTION, text))  # JUnit XML has properties, but no such sections
    return report
