"""What a run of pytest pays: to start with the plugin installed, and for the fixture of a test."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from compileall import compile_dir
from importlib.metadata import distribution
from pathlib import Path
from shutil import copytree, ignore_patterns
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.rounds import Row
from benchmarks.seeds import line_by_line

SEED = """
pool: eu-west-1_Bench0001
groups:
  admins:  {precedence: 0, role_arn: arn:aws:iam::123456789012:role/Admins}
  editors: {precedence: 10, description: May write}
  readers: {precedence: 20}
users:
  alice: [readers, admins]
  bob: [readers]
  carol:
  dave:
    groups: [editors]
    enabled: false
  erin:
    groups: [readers, editors]
    attributes: {email: erin@example.com, email_verified: true, custom:tenant: acme}
    created: 2025-01-01T00:00:00Z
  frank: [readers]
  grace: [readers]
  member-[001:150]: [readers]
"""
TESTS = """
import pytest

{setting}

@pytest.fixture
def empty():
    yield
"""
ROUND = """
def test_plain_{number}():
    pass

@pytest.mark.usefixtures("empty")
def test_empty_{number}():
    pass

@pytest.mark.cognito_groups({mark})
def test_marked_{number}():
    pass
"""


def rows(*, fast: bool) -> list[Row]:
    with TemporaryDirectory() as folder:
        users = 2_000 if fast else 100_000
        seed = Path(folder, "seed.yaml")
        seed.write_text(line_by_line(users, 100 if fast else 1_000), encoding="utf-8")
        return [
            *started(Path(folder), 1 if fast else 100),
            *fixture("a 20-line seed", Path(folder), f"SEED = '''{SEED}'''", "SEED", 0.3, 5 if fast else 400),
            *fixture(f"a file of {users:,} users", Path(folder), "", "file='seed.yaml'", 1, 5 if fast else 400),
        ]


# The fixture


def fixture(what: str, folder: Path, setting: str, mark: str, target: float, rounds: int) -> list[Row]:
    """Tests with the mark, without, and with a fixture that does nothing (what pytest takes for any), in turn, in one
    run; the first of each does not count.
    """
    text = TESTS.format(setting=setting) + "".join(ROUND.format(number=number, mark=mark) for number in range(rounds))
    name = f"test_fixture_{len(list(folder.iterdir()))}.py"
    Path(folder, name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.suites", name]
    environment = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH")])),
    }
    result = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    taken = [float(number) for number in result.stdout.splitlines()[-1].split()]
    plain, empty, marked = taken[3::3], taken[4::3], taken[5::3]

    def row(name: str, tests: list[float], at_most: float | None) -> Row:
        more = median(one - other for one, other in zip(tests, plain, strict=True))
        return Row(name, more, at_most, sign="ms", unit="ms", base=median(plain), plugin=median(tests))

    return [
        row(f"fixture, {what}: set-up and tear-down", marked, target),
        row("the same with a fixture that does nothing", empty, None),
    ]


def timed(test_file: str) -> list[float]:
    """Milliseconds of each test of the file, set-up and tear-down included."""
    import pytest

    taken: list[float] = []

    class Timer:
        @pytest.hookimpl(wrapper=True, tryfirst=True)
        def pytest_runtest_protocol(self) -> Generator[None, object, object]:
            start = time.thread_time_ns()
            result = yield
            taken.append((time.thread_time_ns() - start) / 1e6)
            return result

    options = ["-q", "-p", "no:cacheprovider", "-p", "pytest_cognito_groups.plugin"]
    assert pytest.main([*options, test_file], plugins=[Timer()]) == 0
    return taken


# The start


def started(folder: Path, pairs: int) -> list[Row]:
    """Directories of packages that differ by the plugin alone, whatever else is installed here. Beside it a plugin that
    is one empty module: what pytest takes to find and load any.
    """
    names = ["without", "plugin", "empty"]
    for name in names:
        _link(folder / name)
    _install(folder / "plugin")
    _install_empty(folder / "empty")
    Path(folder, "test_empty.py").write_text("def test_empty():\n    pass\n", encoding="utf-8")
    taken: dict[str, list[float]] = {name: [] for name in names}
    for number in range(-1, pairs):  # the first one compiles
        for place in range(len(names)):
            name = names[(number + place) % len(names)]
            took = _run(folder, name)
            if number >= 0:
                taken[name].append(took)

    def more(name: str) -> float:
        return median(one - other for one, other in zip(taken[name], taken["without"], strict=True))

    base = median(taken["without"])
    return [
        Row(what, more(name), target, sign="ms", unit="ms", base=base, plugin=median(taken[name]))
        for what, name, target in (
            ("pytest with one empty test, plugin installed or not", "plugin", 3),
            ("the same with a plugin of one empty module", "empty", None),
        )
    ]


def _run(folder: Path, name: str) -> float:
    """Milliseconds of the processor that one run of pytest takes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    command = [sys.executable, "-S", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_empty.py"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env={**kept, "PYTHONPATH": name}, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1000


def _link(place: Path) -> None:
    """What pytest and the plugin need, and nothing else."""
    place.mkdir()
    for name in sorted(
        {*_needs("pytest"), *_needs("botocore"), *_needs("PyYAML"), *_needs("regex"), *_needs("freezegun")}
    ):
        found = distribution(name)
        for part in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            if not (place / part).exists():
                (place / part).symlink_to(Path(str(found.locate_file(part))))


def _needs(name: str) -> Iterator[str]:
    """The distribution and what it requires, directly and indirectly."""
    from packaging.requirements import Requirement

    yield name
    for text in distribution(name).requires or ():
        required = Requirement(text)
        if required.marker is None or required.marker.evaluate({"extra": ""}):
            yield from _needs(required.name)


def _install(place: Path) -> None:
    import pytest_cognito_groups

    package = place / "pytest_cognito_groups"
    copytree(Path(pytest_cognito_groups.__file__).parent, package, ignore=ignore_patterns("__pycache__"))
    compile_dir(package, quiet=1)  # as pip does, and lists what comes of it: pytest looks at each file
    _describe(place, "pytest_cognito_groups", "pytest_cognito_groups.plugin", sorted(package.rglob("*.py*")))


def _install_empty(place: Path) -> None:
    module = place / "empty_plugin.py"
    module.touch()
    _describe(place, "empty_plugin", "empty_plugin", [module])


def _describe(place: Path, name: str, plugin: str, listed: list[Path]) -> None:
    described = place / f"{name}-0.dist-info"
    described.mkdir()
    files = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 0\n",
        "entry_points.txt": f"[pytest11]\n{name} = {plugin}\n",
        "RECORD": "".join(f"{path.relative_to(place)},,\n" for path in listed),
    }
    for file, text in files.items():
        (described / file).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    print("\n", *timed(sys.argv[1]))
