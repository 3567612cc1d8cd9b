"""pytest's side: the fixture, the mark, the options, and the checks at the end of a test."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from itertools import chain
from threading import local
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

import pytest

from pytest_cognito_groups import hook

if TYPE_CHECKING:
    from pytest_cognito_groups.fake import CognitoGroups

NAME: Final = "cognito_groups"
OPTION: Final = "--cognito-groups-paging"
SEED_OPTION: Final = "--cognito-groups-random-seed"
PARAMETER: Final = "cognito_groups_paging"
SECTION: Final = "cognito-idp calls"
FAKE: Final = pytest.StashKey["CognitoGroups"]()

MARK: Final = (
    "cognito_groups(seed, /, *, file=None, inherit=True, now=None, **options): answer the Cognito operations "
    "AdminListGroupsForUser and ListUsersInGroup from these users and groups (YAML text, or a file). Options: "
    "default_limit=25, page_size=None, paging='full', assert_all_pages_read=True, assert_all_faults_raised=True, "
    "allow_operations=None, max_repeats=1000."
)
SETTINGS: Final = {
    "file": "seed that all tests start from, relative to this file",
    "default_limit": "page size of a request without Limit, 1 to 60 (default 25)",
    "page_size": "the service never puts more than this in a page, whatever Limit says (default: no such bound)",
    "paging": "full (default) or ragged: short and empty pages, another order, all that code must survive",
    "assert_all_pages_read": "fail a test that left a NextToken unread (default true)",
    "assert_all_faults_raised": "fail a test that did not reach a fault it planned (default true)",
    "allow_operations": "other cognito-idp operations that may pass, or * (default none)",
    "max_repeats": "how often one request may be answered with a NextToken before its loop is stopped (default 1000)",
}

NUMBER: Final = "int" if pytest.version_tuple >= (8, 4) else "string"
TYPES: Final[Mapping[str, Any]] = {
    "default_limit": NUMBER,
    "page_size": NUMBER,
    "assert_all_pages_read": "bool",
    "assert_all_faults_raised": "bool",
    "allow_operations": "args",
    "max_repeats": NUMBER,
}
"""As pytest reads the settings from its files; TOML has types of its own, and pytest insists on them."""


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
    for name, text in SETTINGS.items():
        parser.addini(f"{NAME}_{name}", text, type=TYPES.get(name, "string"), default=None)


def pytest_configure(config: pytest.Config) -> None:
    hook.install()
    config.addinivalue_line("markers", MARK)


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
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The fake comes before all else that is set up for the test itself, autouse fixtures and `setup_method` among it.

    Marks of a parameter set, and those added during collection, have not asked for the fixture yet.
    """
    for item in items:
        names = getattr(item, "fixturenames", None)
        if names is not None and (NAME in names or item.get_closest_marker(NAME)):
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
    """Amazon Cognito user pools that answer AdminListGroupsForUser and ListUsersInGroup.

    Seeded by the mark of the same name, `@pytest.mark.cognito_groups(yaml_text)`, and by its own methods (`add_group`,
    `add_user`, `load`, …). Answers every boto3, botocore and aiobotocore client; `calls` and the `assert_…` methods
    tell what was asked. The test fails when it leaves pages unread, loops for ever, or calls another cognito-idp
    operation.
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
    return "ragged" if chosen == "both" else chosen


def _random_seed(item: pytest.Item) -> int:
    from pytest_cognito_groups.fake import without_group

    given: int | None = item.config.getoption(SEED_OPTION)
    return crc32(without_group(item.nodeid).encode()) if given is None else given


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
    return sys.modules.get("pytest_cognito_groups.reports")


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
        repeat = _repeat(item) if own is not None and own.ragged else None
        everything = item.config.getoption("verbose", default=0) > 0
        for text in reports.sections(own, repeat=repeat, everything=everything):
            report.sections.append((SECTION, text))
            item.user_properties.append((SECTION, text))  # JUnit XML has properties, but no such sections
    return report


def _repeat(item: pytest.Item) -> str:
    """The command line that gives the test the same ragged pages again; `both` keeps the id that it gave."""
    from pytest_cognito_groups.fake import without_group

    paging = "both" if item.config.getoption(OPTION) == "both" else "ragged"
    file = os.path.relpath(item.path, item.config.invocation_params.dir)  # where ids say it from rootdir
    nodeid = without_group(item.nodeid) if item.get_closest_marker("xdist_group") else item.nodeid
    test = shlex.quote("::".join([file, *nodeid.split("::")[1:]]))
    return f"pytest {test} {OPTION}={paging} {SEED_OPTION}={_random_seed(item)}"
