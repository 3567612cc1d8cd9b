"""pytest's side: the fixture, the mark, the options, and the checks at the end of a test."""

from __future__ import annotations

import os
import shlex
import sys
from argparse import Namespace
from collections.abc import Generator, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from threading import local
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pytest

from pytest_cognito_groups import hook, options

if TYPE_CHECKING:
    from pytest_cognito_groups.fake import CognitoGroups
    from pytest_cognito_groups.guard import Guard

T = TypeVar("T")

NAME: Final = "cognito_groups"
OPTION: Final = "--cognito-groups-paging"
SEED_OPTION: Final = "--cognito-groups-random-seed"
PARAMETER: Final = "cognito_groups_paging"
SECTION: Final = "cognito-idp calls"
FAKE: Final = pytest.StashKey["CognitoGroups"]()
EVERYWHERE: Final = pytest.StashKey[bool]()
GUARD: Final = pytest.StashKey["Guard | None"]()

INI_TYPES: Final[Mapping[str, Any]] = {} if pytest.version_tuple >= (8, 4) else {"int": "string"}
"""What an older pytest has instead of a type. TOML has types of its own, and pytest insists on them."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("cognito-groups", "Amazon Cognito groups")
    group.addoption(
        OPTION,
        choices=("full", "ragged", "both"),
        help="how tests with the fixture cognito_groups are paged, unless their mark says it; both: each twice",
    )
    group.addoption(
        SEED_OPTION,
        metavar="N",
        type=int,
        help="what ragged paging is drawn from (default: the id of each test)",
    )
    for name, setting in options.SETTINGS.items():
        parser.addini(f"{NAME}_{name}", setting.help, type=INI_TYPES.get(setting.ini, setting.ini), default=None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, T, T]:
    """What concerns the whole run is there before the first conftest file is imported."""
    _begin(early_config, early_config.known_args_namespace)
    guard = _guard(early_config)
    return (yield) if guard is None else (yield from guard.load_conftests())


def _guard(config: pytest.Config) -> Guard | None:
    """The guard of this run, put in place when it is first asked for; `None` where the configuration wants none."""
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
        takes = options.SETTINGS[name].takes
        raise pytest.UsageError(f"in pytest's configuration: {NAME}_{name} takes {takes}: {error}") from None


def pytest_configure(config: pytest.Config) -> None:
    hook.install()
    _guard(config)
    config.stash[EVERYWHERE] = _is_on(config, "autouse")
    config.addinivalue_line("markers", options.MARK)
    _begin(config, config.option)


def _begin(config: pytest.Config, said: Namespace) -> None:
    """Let fakes that are made by hand take what the command line has said."""
    run = options.Run(partial(_values, config, said.cognito_groups_paging), said.cognito_groups_random_seed)
    config.add_cleanup(options.enter(run))


def _values(config: pytest.Config, paging: str | None) -> Mapping[str, object]:
    """The options of fakes that are made by hand: what the command line says, then the configuration."""
    from pytest_cognito_groups.marks import configured

    return configured(config) if paging is None else {**configured(config), "paging": _once(paging)}


def _once(paging: str) -> str:
    """How what can't be run twice is paged."""
    return "ragged" if paging == "both" else paging


# A mark asks for the fixture, as `usefixtures` would: so the fixture has its place among the others.


def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class, obj: object) -> None:
    if isinstance(obj, type | FunctionType) and any(mark.name == NAME for mark in _marks(obj)):
        pytest.mark.usefixtures(NAME)(obj)
    if collector.get_closest_marker(NAME) and not any(
        NAME in mark.args for mark in collector.iter_markers("usefixtures")
    ):
        collector.add_marker(pytest.mark.usefixtures(NAME))


def _marks(obj: object) -> list[pytest.Mark | pytest.MarkDecorator]:
    marks = getattr(obj, "pytestmark", [])
    return marks if isinstance(marks, list) else [marks]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The fake comes before all else that is set up for the test itself, autouse fixtures and `setup_method` among it.

    Marks of a parameter set, and those added during collection, have not asked for the fixture yet. Nor has a test that
    gets it because every test does: it is not run twice, for it may have nothing to do with Cognito.
    """
    for item in items:
        names = getattr(item, "fixturenames", None)
        if names is not None and (config.stash[EVERYWHERE] or NAME in names or item.get_closest_marker(NAME)):
            parameters = item.callspec.params if hasattr(item, "callspec") else {}
            # A parameter set whose mark says the paging has no parameter for it.
            others = [name for name in names if name != NAME and (name != PARAMETER or name in parameters)]
            place = sum(_wide(item, name) for name in others)
            # A list of its own: parameter sets share theirs.
            item.fixturenames = [*others[:place], NAME, *others[place:]]  # type: ignore[attr-defined]


def _wide(item: pytest.Item, name: str) -> bool:
    """Whether the fixture is one of a class, a module or more; these come first."""
    definitions = item._fixtureinfo.name2fixturedefs.get(name)  # type: ignore[attr-defined]
    return definitions is not None and definitions[-1].scope != "function"


@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test twice where both ways of paging are asked for, but for those whose marks say how."""
    if metafunc.config.getoption(OPTION) != "both":
        return
    once = list(metafunc._calls)  # the parameter sets so far
    twice = [_runs_twice(metafunc, parameters.marks) for parameters in once] or [_runs_twice(metafunc, ())]
    if not any(twice):
        return
    metafunc.fixturenames.append(PARAMETER)
    metafunc.parametrize(PARAMETER, ("full", "ragged"))
    if not all(twice):
        pairs = zip(metafunc._calls[::2], metafunc._calls[1::2], strict=True)
        chosen = [pair if both else [own] for both, own, pair in zip(twice, once, pairs, strict=True)]
        metafunc._calls[:] = chain.from_iterable(chosen)


def _runs_twice(metafunc: pytest.Metafunc, own: Iterable[pytest.Mark]) -> bool:
    """Whether the test, with the marks of a parameter set, uses the fixture and leaves open how it is paged."""
    innermost = [mark for mark in own if mark.name == NAME]
    if NAME not in metafunc.fixturenames and not innermost:
        return False
    from pytest_cognito_groups.marks import marks_of

    for level in (innermost, *reversed([marks for marks, _ in marks_of(metafunc.definition)])):
        if any("paging" in mark.kwargs for mark in level):
            return False
        if any(mark.kwargs.get("inherit") is False for mark in level):
            break
    return True


# One test


_requesting: Final = local()
"""Its `item` is the one that the fixture is set up for in this thread."""


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> None:
    """Tell the fixture for which item it is. Asking for `request` takes pytest 9 nearly as long as the fixture."""
    if fixturedef.argname == NAME:
        _requesting.item = request.node


@pytest.fixture
def cognito_groups() -> Iterator[CognitoGroups]:
    """Amazon Cognito user pools that answer AdminListGroupsForUser, ListUsersInGroup and nine operations beside them.

    Seeded by the mark of the same name, `@pytest.mark.cognito_groups(yaml_text)`, and by its own methods (`add_group`,
    `add_user`, `load`, …). Answers every boto3, botocore and aiobotocore client; `calls` and the `assert_…` methods
    tell what was asked. The test fails when it leaves pages unread, loops for ever, or calls a cognito-idp operation
    that is neither answered nor allowed.
    """
    item: pytest.Item = _requesting.item
    fake = _fake(item)
    item.stash[FAKE] = fake
    try:
        fake._start()
        yield fake
    finally:
        fake._stop()
        del item.stash[FAKE]


def _fake(item: pytest.Item) -> CognitoGroups:
    """The fake that the item's marks ask for; what is wrong with them fails the test without a traceback."""
    from pytest_cognito_groups import marks
    from pytest_cognito_groups.seed import SeedError

    try:
        wanted = marks.wanted(item, _paging(item))
        return wanted.fake(_random_seed(item) if wanted.options.paging == "ragged" else 0, marks.folders(item))
    except (marks.MarkError, SeedError) as error:
        wrong = str(error)
    pytest.fail(wrong, pytrace=False)


def _paging(item: pytest.Item) -> str | None:
    """What the command line asks for; a test that could not be run twice is run ragged."""
    callspec = getattr(item, "callspec", None)
    chosen: str | None = item.config.getoption(OPTION)
    if callspec is not None and PARAMETER in callspec.params:
        return str(callspec.params[PARAMETER])
    return None if chosen is None else _once(chosen)


def _random_seed(item: pytest.Item) -> int:
    from pytest_cognito_groups.fake import seed_of

    given: int | None = item.config.getoption(SEED_OPTION)
    return seed_of(item.nodeid) if given is None else given


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """An interrupt may have kept the fixture from ending its fake; the next test is not to meet it."""
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
    """The module, where a fake was made."""
    return sys.modules.get("pytest_cognito_groups.fake_service")


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """The checks at the end: part of the test, so that it is FAILED by them and not in ERROR. A test that skips itself
    has not done what they ask for, but no call may have been stopped.
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
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows what was called, when one of its fixtures failed too."""
    report = yield
    reports = _reports()
    if report.failed and reports is not None:
        fake = item.stash.get(FAKE, None)
        own = None if fake is None else fake._service
        everything = item.config.getoption("verbose", default=0) > 0
        for text in reports.sections(own, repeat=partial(_repeat, item), everything=everything):
            report.sections.append((SECTION, text))
            item.user_properties.append((SECTION, text))  # JUnit XML has properties, but no such sections
    return report


def _repeat(item: pytest.Item, random_seed: int) -> str:
    """The command line that gives the test the same ragged pages again; `both` keeps the id that it gave."""
    from pytest_cognito_groups.fake import without_group

    paging = "both" if item.config.getoption(OPTION) == "both" else "ragged"
    file = os.path.relpath(item.path, item.config.invocation_params.dir)  # where ids say it from rootdir
    nodeid = without_group(item.nodeid) if item.get_closest_marker("xdist_group") else item.nodeid
    test = shlex.quote("::".join([file, *nodeid.split("::")[1:]]))
    return f"pytest {test} {OPTION}={paging} {SEED_OPTION}={random_seed}"
