"""Every block of code in the documents runs. How, its language tells, and a comment in the line before it:

- `python` is a test module that passes; under `<!-- fails -->` it fails, and the `text` block after it is what pytest
  prints; under `<!-- from: PATH -->` it is a piece of that file; `<!-- needs: MODULE -->` skips it where a module is
  missing that not every environment can have.
- `python` under `<!-- error -->` is a test module whose one test fails with exactly the message in the `text` block
  after it; under `<!-- calls -->` that block is exactly the report's section of calls; under `<!-- raises -->` the
  Python is run without pytest, and raises an exception with that message.
- `yaml` is a seed; under `<!-- wrong -->` it is refused, and the `text` block after it is all that is said of it,
  unless it is a file, too; under `<!-- hook -->` it is the configuration of pre-commit.
- `ini` and `toml` are pytest's configuration, for the blocks after them in the section, too; an `ini` block under
  `<!-- wrong -->` fails a test with exactly the message in the `text` block.
- `<!-- file: NAME -->` writes a block of any of these to a file for the blocks after it on the page.
- `gherkin` is a file, for behave.
- `console` holds commands after `$ `, each followed by its output or, where it ends well, by nothing. One that records
  a pool is given `REAL_POOL`.
- `json` is the policy that recording a pool needs; under `<!-- editor -->` it is an editor's settings, which name the
  schema.
- `text` is an output: of the block before it, or, under `<!-- output: PATH -->`, of that test module; under
  `<!-- layout -->` it is a list of files.
- `sh`, under `<!-- command: NAME -->`, is a command that no test runs: it installs things. `.ci/run` does.

`…` in an output stands for anything. Sections are what stands between two headings.
`pytest tests/test_docs.py --write`, without xdist, writes the exact messages anew.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import inspect
import itertools
import json
import re
import shlex
import subprocess
import sys
import textwrap
import threading
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final, TypeAlias
from unittest.mock import Mock

import hypothesis  # noqa: F401  # its plugin imports it at the end of every inner run
import pytest
import yaml

import pytest_cognito_groups
from pytest_cognito_groups import Call, CallList, CognitoGroups, Group, SeedError, User, UserPool
from pytest_cognito_groups.hook.data import service_model
from pytest_cognito_groups.seed import Source
from pytest_cognito_groups.seed.grammar import decode
from pytest_cognito_groups.seed.locate import raise_errors

ROOT: Final = Path(__file__).parent.parent
HOMEPAGE: Final = "https://github.com/pytest-cognito-groups/pytest-cognito-groups"
PACKAGE: Final = Path(pytest_cognito_groups.__file__).parent
PAGES: Final = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "examples/README.md",
    ROOT / "examples/bugs/README.md",
    *sorted((ROOT / "docs").glob("**/*.md")),
)

_COMMENT: Final = re.compile(r"<!-- (\w+)(?:: (.*))? -->")
_FENCE: Final = re.compile(r"(\s*)(`{3,}|~{3,})(.*)")


@dataclass(frozen=True)
class Block:
    """A block of code. `comments` are the directives in the lines right before it: their words and what follows them.
    `before` are the blocks before it on the page, `section` those of them in the same section: between two headings.
    """

    page: Path
    line: int
    language: str
    text: str
    comments: dict[str, str]
    before: tuple[Block, ...] = field(repr=False)
    section: tuple[Block, ...] = field(repr=False)

    @property
    def id(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}-{self.language}"

    @property
    def files(self) -> dict[str, str]:
        """The files that the page has made so far."""
        return {block.comments["file"]: block.text for block in self.before if "file" in block.comments}

    @property
    def settings(self) -> dict[str, str]:
        """The newest settings of pytest in the section, as a file."""
        names = {"ini": "pytest.ini", "toml": "pyproject.toml"}
        made = [(names[block.language], block.text) for block in self.section if block.language in names]
        return dict(made[-1:])


class UnreadableError(Exception):
    """A page that holds something that would not be run."""


def blocks(page: Path) -> list[Block]:
    """The blocks of a page. `UnreadableError` for what looks like code and is no fenced block with a language."""
    found: list[Block] = []
    section: list[Block] = []
    comments: dict[str, str] = {}
    lines = iter(enumerate(page.read_text(encoding="utf-8").splitlines(), 1))
    blank = True
    for number, line in lines:
        fence = _FENCE.fullmatch(line)
        comment = _COMMENT.fullmatch(line)
        if fence:
            language = fence.group(3).strip()
            if fence.group(1) or fence.group(2) != "```" or not language:
                raise UnreadableError(f"{page.name}:{number}: a block opens with ``` and its language: {line!r}")
            text = "\n".join(_inside(lines, page, number)) + "\n"
            block = Block(page, number, language, text, comments, tuple(found), tuple(section))
            found.append(block)
            section.append(block)
            comments = {}
        elif comment:
            comments[comment.group(1)] = comment.group(2) or ""
        elif line.startswith("<!--"):
            raise UnreadableError(f"{page.name}:{number}: no directive that is known: {line!r}")
        elif blank and re.match(r" {4,}\S|\t", line):
            raise UnreadableError(f"{page.name}:{number}: code stands in fenced blocks: {line!r}")
        elif line.strip():
            if comments:
                raise UnreadableError(f"{page.name}:{number}: a comment stands right before its block")
            if line.startswith("#"):
                section = []
        blank = not line.strip()
    return found


def _inside(lines: Iterator[tuple[int, str]], page: Path, start: int) -> Iterator[str]:
    for _, line in lines:
        if line == "```":
            return
        yield line
    raise UnreadableError(f"{page.name}:{start}: the block is never closed")


def missing(expected: str, output: str) -> str | None:
    """The first line expected that the output does not have after the one before it; `…` stands for anything."""
    rest = iter(output.splitlines())
    for line in expected.splitlines():
        pattern = re.compile(".*".join(re.escape(part) for part in line.rstrip().split("…")))
        if line.strip() and not any(pattern.fullmatch(candidate.rstrip()) for candidate in rest):
            return line
    return None


BLOCKS: Final = [block for page in PAGES for block in blocks(page)]
KINDS = {"python", "yaml", "ini", "toml", "console", "text", "sh", "json", "gherkin"}
COMMENTS = {
    "python": {"fails", "error", "calls", "raises", "from", "needs", "file"},
    "yaml": {"wrong", "file", "hook"},
    "json": {"editor"},
    "console": {"needs"},
    "ini": {"wrong"},
    "sh": {"command"},
}
COMMENTS |= {"text": {"output", "layout"}}
WORDS: Final = json.loads((ROOT / "tests/yaml_words.json").read_text("utf-8"))
"""What PyYAML's parsers say of a text, and where: context, its place, problem, its place."""

SHOWING: Final = {"fails", "error", "calls", "raises", "wrong"}
"""What makes the output that the `text` block after it shows."""
COMMANDS = {"install", "example", "test"}
SETTINGS = ("-p", "no:cacheprovider")
ASYNCIO = ("-p", "asyncio", "-o", "asyncio_default_fixture_loop_scope=function")
SIGNED: Final = "ignore:datetime.datetime.utcnow() is deprecated:DeprecationWarning"
"""botocore before 1.41 signs with it, which Python 3.12 deprecates."""

REWRITTEN = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"
"""An inner run comes too late for rewriting what the outer one has imported."""


JANUARY: Final = {"CreationDate": 1_735_725_600, "LastModifiedDate": 1_735_725_600}
REAL_USERS: Final = [
    {
        "Username": name,
        "Attributes": [
            {"Name": "sub", "Value": f"5f0c6f4e-8a52-4d4b-9d0e-3b0f6f6f7a1{number}"},
            {"Name": "email", "Value": f"{name}@acme.test"},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "custom:tenant", "Value": "acme"},
        ],
        "UserCreateDate": 1_738_404_000,
        "UserLastModifiedDate": 1_738_404_000,
        "Enabled": name != "anna.huber",
        "UserStatus": "CONFIRMED",
    }
    for number, name in enumerate(["anna.huber", "ben.okafor", "cara.diaz", "dan.levi"])
]
REAL_POOL: Final = {
    "ListGroups": [
        {"GroupName": "admins", "Precedence": 0, "RoleArn": "arn:aws:iam::210987654321:role/Admins", **JANUARY},
        {"GroupName": "readers", "Description": "May read everything", **JANUARY},
    ],
    "ListUsers": REAL_USERS,
    "admins": REAL_USERS[:1],
    "readers": REAL_USERS,
}


@contextlib.contextmanager
def real_pool() -> Iterator[str]:
    """The address of a service that has the pool."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"].partition(".")[2]
            params = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            items = REAL_POOL[params.get("GroupName", operation)]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"Groups" if operation == "ListGroups" else "Users": items}).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


IsShown: TypeAlias = Callable[[Block, str], None]


@pytest.fixture
def is_shown(pytestconfig: pytest.Config) -> IsShown:
    """Asserts that the `text` block after a block is exactly this; with `--write`, writes it so."""

    def check(block: Block, printed: str) -> None:
        shown = output_block(block)
        printed = printed.rstrip("\n") + "\n"
        if same(shown.text, printed):
            return
        if pytestconfig.getoption("--write"):
            write(shown, printed)
        else:
            assert printed == shown.text

    return check


def same(shown: str, printed: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in shown.split("…")), printed) is not None


def write(block: Block, text: str) -> None:
    """Put the text in the place of the block's; lines that say the same keep their `…`."""
    now = blocks(block.page)[len(block.before)]  # what was written before may have moved it
    lines = block.page.read_text(encoding="utf-8").splitlines()
    shown = now.text.splitlines()
    lines[now.line : now.line + len(shown)] = [
        next((kept for kept in shown if same(kept, line)), line) for line in text.splitlines()
    ]
    block.page.write_text("\n".join([*lines, ""]), encoding="utf-8")


def of(language: str, *comments: str) -> pytest.MarkDecorator:
    """The blocks of the language that have one of the comments; without any named, those that have none of note."""
    every = [block for block in BLOCKS if block.language == language]
    chosen = [
        block
        for block in every
        if (any(comment in block.comments for comment in comments) if comments else not special(block))
    ]
    return pytest.mark.parametrize("block", chosen, ids=[block.id for block in chosen])


def special(block: Block) -> bool:
    return bool(block.comments.keys() & {*SHOWING, "from", "output", "layout", "command", "hook", "editor"})


def set_up(pytester: pytest.Pytester, block: Block) -> None:
    """The files of the block's page and the settings of its section."""
    for name, text in {**block.files, **block.settings}.items():
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def skip_without(modules: str) -> None:
    for module in modules.split():
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not there: no environment can have all that the recipes are about")


def run(pytester: pytest.Pytester, block: Block, *arguments: str) -> pytest.RunResult:
    skip_without(block.comments.get("needs", ""))
    for module in re.findall(r"^(?:import|from) (\w+)", block.text, re.MULTILINE):
        if importlib.util.find_spec(module) is not None:
            importlib.import_module(module)  # an inner run drops what it was the first to import
    set_up(pytester, block)
    (pytester.path / "test_block.py").write_text(block.text, encoding="utf-8")
    plugins = ASYNCIO if "pytest.mark.asyncio" in block.text else ()
    return pytester.runpytest_inprocess(*plugins, *SETTINGS, *arguments, "test_block.py")


@of("python")
def test_a_python_block_passes(pytester: pytest.Pytester, block: Block) -> None:
    if block.comments.get("file", "").endswith(".py"):
        compile(block.text, block.id, "exec")  # the blocks that use it run it
        return
    outcomes = run(pytester, block, "-W", "error", "-W", REWRITTEN, "-W", SIGNED).parseoutcomes()
    assert outcomes.pop("passed") > 0
    assert outcomes == {}


@of("python", "fails")
def test_a_python_block_fails_as_shown(pytester: pytest.Pytester, block: Block) -> None:
    result = run(pytester, block)
    assert result.parseoutcomes().keys() & {"failed", "errors"}
    assert missing(output_of(block), result.stdout.str()) is None


@of("python", "from")
def test_an_excerpt_is_in_its_file(block: Block) -> None:
    source = (ROOT / block.comments["from"]).read_text(encoding="utf-8")
    assert any(textwrap.indent(block.text, " " * indentation) in source for indentation in (0, 4, 8, 12))


@of("yaml")
def test_a_yaml_block_is_a_seed(block: Block) -> None:
    assert CognitoGroups.from_yaml(block.text).pools


@of("yaml", "wrong")
def test_a_wrong_yaml_block_is_refused_as_shown(is_shown: IsShown, block: Block) -> None:
    with pytest.raises(SeedError) as refused:
        CognitoGroups.from_yaml(block.text)
    if "file" in block.comments:
        return  # what is shown is printed by a command that reads the file
    is_shown(block, str(refused.value).replace(refused.value.source, "<seed>"))


@pytest.mark.parametrize("parser", ["c", "python"])
@pytest.mark.parametrize(
    "block",
    [pytest.param(block, id=block.id) for block in BLOCKS if block.language == "yaml" and block.text[:-1] in WORDS],
)
def test_a_refused_block_says_the_same_with_both_parsers(
    monkeypatch: pytest.MonkeyPatch, block: Block, parser: str
) -> None:
    context, begin, problem, index = WORDS[block.text[:-1]][parser]
    places = [None if place is None else yaml.Mark("", place, 0, place, None, None) for place in (begin, index)]
    error = yaml.MarkedYAMLError(context, places[0], problem, places[1])
    monkeypatch.setattr(yaml, "compose_all", Mock(side_effect=error))
    source = Source(block.text[:-1], "<seed>")
    decoded = decode(source.yaml, service_model())  # no cache knows it from a test that had other words
    with pytest.raises(SeedError) as refused:
        raise_errors([source], [decoded], [])
    assert same(output_of(block), f"{refused.value}\n")


@of("python", "raises")
def test_python_raises_what_is_shown(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, is_shown: IsShown, block: Block
) -> None:
    set_up(pytester, block)
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # as outside of pytest
    with pytest.raises(BaseException) as raised:  # noqa: PT011  # what pytest.fail raises isn't an Exception
        exec(compile(block.text, "test_it.py", "exec"), {"__name__": "test_it"})  # the page's code
    is_shown(block, str(raised.value))


@of("python", "error")
def test_a_test_fails_with_what_is_shown(pytester: pytest.Pytester, is_shown: IsShown, block: Block) -> None:
    is_shown(block, str(failure(pytester, block).longreprtext))


@of("ini", "wrong")
def test_wrong_settings_fail_a_test_as_shown(pytester: pytest.Pytester, is_shown: IsShown, block: Block) -> None:
    set_up(pytester, block)
    (pytester.path / "pytest.ini").write_text(block.text, encoding="utf-8")
    is_shown(block, failure(pytester, block, "def test_it(cognito_groups): pass\n").longreprtext)


@of("python", "calls")
def test_a_report_shows_these_calls(pytester: pytest.Pytester, is_shown: IsShown, block: Block) -> None:
    sections = dict(failure(pytester, block).sections)
    is_shown(block, sections["cognito-idp calls"])


def failure(pytester: pytest.Pytester, block: Block, module: str | None = None) -> pytest.TestReport:
    """The report of the one test that fails."""
    set_up(pytester, block)
    (pytester.path / "test_it.py").write_text(block.text if module is None else module, encoding="utf-8")
    recorder = pytester.inline_run(*SETTINGS, "test_it.py")
    (report,) = [report for report in recorder.getreports("pytest_runtest_logreport") if report.failed]
    assert isinstance(report, pytest.TestReport)
    return report


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(block, id=block.id)
        for block in BLOCKS
        if block.language in ("ini", "toml") and "wrong" not in block.comments
    ],
)
def test_settings_are_taken_by_pytest(pytester: pytest.Pytester, block: Block) -> None:
    set_up(pytester, block)
    name = {"ini": "pytest.ini", "toml": "pyproject.toml"}[block.language]
    (pytester.path / name).write_text(block.text, encoding="utf-8")
    (pytester.path / "test_settings.py").write_text("def test(cognito_groups): pass\n")
    result = pytester.runpytest_inprocess("--strict-config", "-p", "no:cacheprovider", "test_settings.py")
    assert result.ret == pytest.ExitCode.OK


@of("console")
def test_a_console_block_shows_what_is_printed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, block: Block
) -> None:
    skip_without(block.comments.get("needs", ""))
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:randomly -p no:cacheprovider")
    set_up(pytester, block)
    folder = block.page.parent if block.page.is_relative_to(ROOT / "examples") else pytester.path
    command, *shown = block.text.removeprefix("$ ").split("\n", 1)
    expected = shown[0]
    assert block.text.startswith("$ ")
    assert "\n$ " not in expected, "one command a block"
    program, *arguments = shlex.split(command)
    assert program == "python"
    with contextlib.ExitStack() as stack:
        if "record" in arguments:
            monkeypatch.setenv("AWS_ENDPOINT_URL", stack.enter_context(real_pool()))
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    assert missing(expected, done.stdout) is None
    assert expected.strip() or done.returncode == 0


@of("json")
def test_a_policy_allows_the_listings_alone(block: Block) -> None:
    (statement,) = json.loads(block.text)["Statement"]
    operations = [name for name in REAL_POOL if name.startswith("List")]
    assert sorted(statement["Action"]) == sorted(f"cognito-idp:{name}" for name in [*operations, "ListUsersInGroup"])


@of("json", "editor")
def test_an_editors_settings_name_the_schema(block: Block) -> None:
    (schema,) = json.loads(block.text)["yaml.schemas"]
    _, name, below = schema.partition(PACKAGE.name)
    assert name
    assert (PACKAGE / below.removeprefix("/")).is_file()


@of("yaml", "hook")
def test_a_configuration_of_pre_commit_names_the_hook(block: Block) -> None:
    (repository,) = yaml.safe_load(block.text)["repos"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert repository["repo"] == project["urls"]["Homepage"]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in repository["hooks"]} <= {hook["id"] for hook in hooks}


def test_the_hook_checks_the_files_that_it_is_given(tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, *arguments = shlex.split(hook["entry"])
    assert program == "python"
    (tmp_path / "good.yaml").write_text("users: {alice: []}\n")
    (tmp_path / "wrong.yaml").write_text("user: {alice: []}\n")
    command = [sys.executable, *arguments, "good.yaml", "wrong.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.startswith("wrong.yaml:1:1: ")


@of("text")
def test_an_output_follows_what_makes_it(block: Block) -> None:
    assert block.section, "an output of nothing"
    assert block.section[-1].comments.keys() & SHOWING


@of("text", "output")
def test_a_module_prints_what_is_shown(pytester: pytest.Pytester, block: Block) -> None:
    arguments = ("--assert=rewrite", "--tb=short", str(ROOT / block.comments["output"]))  # as users have it
    result = pytester.runpytest_inprocess(*SETTINGS, *arguments)
    assert missing(block.text, result.stdout.str()) is None


def layout() -> list[Path]:
    """The files and folders of the map, each in the folder above it that is indented less."""
    (block,) = [block for block in BLOCKS if "layout" in block.comments]
    listed: list[Path] = []
    above: list[Path] = []
    for line in block.text.splitlines():
        depth = (len(line) - len(line.lstrip())) // 4
        folder = above[depth - 1] if depth else PACKAGE.parent if line.startswith(PACKAGE.name) else ROOT
        listed.append(folder / line.split()[0])
        above[depth:] = [listed[-1]]
    return listed


def test_every_file_of_the_map_is_there() -> None:
    assert [path for path in layout() if not path.exists()] == []


def test_every_module_of_the_package_is_in_the_map() -> None:
    modules = {path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py" or path.parent == PACKAGE}
    assert modules - {*layout()} == set()


def test_every_file_and_name_of_the_recipes_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/.]+\.(?:py|md|json))(?:::(\w+))?`", text)
    assert len(named) > 20
    for file, name in named:
        path = next((path for path in (ROOT / file, PACKAGE / file) if path.exists()), None)
        assert path is not None, file
        defined = rf"^(?:class |def )?{name}\b" if name else ""
        assert re.search(defined, path.read_text(encoding="utf-8"), re.MULTILINE), f"{file}::{name}"


@of("sh", "command")
def test_a_command_is_one_line_that_names_what_there_is(block: Block) -> None:
    assert block.comments["command"] in COMMANDS
    (line,) = block.text.splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if block.comments["command"] == "install":
        assert line == f"pip install {project['name']}"
    else:
        assert line.startswith("python3 -m venv .venv && .venv/bin/python -m pip install ")
        assert ("'.[test]'" in line) == (block.comments["command"] == "test")
        assert "test" in project["optional-dependencies"]


def test_the_readme_names_the_oldest_versions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    floors = dict(requirement.split(">=") for requirement in project["dependencies"])
    python = project["requires-python"].removeprefix(">=")
    line = f"Python {python} or newer, pytest {floors['pytest']} or newer, botocore {floors['botocore']} or newer."
    assert line in (ROOT / "README.md").read_text(encoding="utf-8")


DOCUMENTED: Final = (CognitoGroups, UserPool, CallList, Call, Group, User, SeedError)


def public_members(kind: type[object]) -> set[str]:
    """What the class has beside what the standard library gave it."""
    classes = [each for each in kind.__mro__ if each.__module__.startswith(PACKAGE.name)]
    return {name for each in classes for name in documented(each) if not name.startswith("_")}


def documented(kind: type[object]) -> dict[str, bool]:
    """The members that the source of the class defines, and whether each has a docstring."""
    (definition,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(definition, ast.ClassDef)
    functions = [each for each in definition.body if isinstance(each, ast.FunctionDef)]
    found = {function.name: ast.get_docstring(function) is not None for function in functions}
    for body in (definition.body, *(function.body for function in functions if function.name == "__init__")):
        for statement, following in itertools.pairwise([*body, ast.Pass()]):
            match statement:
                case (
                    ast.AnnAssign(target=ast.Name(id=name))
                    | ast.AnnAssign(target=ast.Attribute(attr=name))
                    | ast.Assign(targets=[ast.Attribute(attr=name)])
                ):
                    found[name] = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
    return found


@pytest.mark.parametrize("kind", DOCUMENTED)
def test_the_reference_shows_every_public_member(kind: type[object]) -> None:
    shown = set(
        re.findall(r"^::: pytest_cognito_groups\.([\w.]+)$", (ROOT / "docs/fixture.md").read_text(), re.MULTILINE)
    )
    assert public_members(kind)
    for name in public_members(kind):
        of_pools = kind is CognitoGroups and name in public_members(UserPool)
        owner = "UserPool" if of_pools else kind.__name__
        assert {owner, f"{owner}.{name}"} & shown, f"docs/fixture.md doesn't show {kind.__name__}.{name}"


@pytest.mark.parametrize("kind", DOCUMENTED)
def test_every_public_member_says_what_it_is(kind: type[object]) -> None:
    classes = [each for each in kind.__mro__ if each.__module__.startswith(PACKAGE.name)]
    said = {name: text for each in reversed(classes) for name, text in documented(each).items()}
    assert [name for name in public_members(kind) if not said[name]] == []


def test_the_readme_has_each_command_once() -> None:
    commands = [block.comments["command"] for block in BLOCKS if block.language == "sh"]
    assert sorted(commands) == sorted(COMMANDS)


@pytest.mark.parametrize("block", BLOCKS, ids=[block.id for block in BLOCKS])
def test_every_block_is_of_a_kind_that_runs(block: Block) -> None:
    assert block.language in KINDS
    assert block.comments.keys() <= COMMENTS.get(block.language, {"file"})
    assert "file" in block.comments or block.language != "sh" or "command" in block.comments


def output_of(block: Block) -> str:
    """The `text` block right after the block."""
    return output_block(block).text


def output_block(block: Block) -> Block:
    page = blocks(block.page)
    following = page[len(block.before) + 1 :]
    assert following, "its output is not shown"
    assert following[0].language == "text", "its output is not shown"
    return following[0]


@pytest.mark.parametrize(
    ("shown", "printed", "is_same"),
    [
        pytest.param("a\nb\n", "a\nb\n", True, id="the same"),
        pytest.param("a … b\n", "a 12 b\n", True, id="what differs between runs"),
        pytest.param("a b\n", "a  b\n", False, id="a blank more"),
        pytest.param("a\n", "a\nb\n", False, id="a line more"),
        pytest.param("a…\n", "a\nb\n", False, id="lines in a wildcard"),
    ],
)
def test_a_message_is_shown_exactly(shown: str, printed: str, is_same: bool) -> None:
    assert same(shown, printed) is is_same


def test_a_message_that_changes_is_noticed(
    is_shown: IsShown, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pytestconfig.option, "write", False)
    block = next(block for block in BLOCKS if "raises" in block.comments)
    with pytest.raises(AssertionError):
        is_shown(block, output_of(block) + "another")


def test_messages_are_written_in_their_places(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    example = "```yaml\nx\n```\n\n```text\nold\nin … s\n```\n\nText\n"
    page.write_text(example * 2, encoding="utf-8")
    for block in blocks(page)[1::2]:
        write(block, "new\nin 12 s\nmore\n")
    assert page.read_text(encoding="utf-8") == example.replace("old\nin … s", "new\nin … s\nmore") * 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("```\nx\n```\n", "a block opens with", id="no language"),
        pytest.param("~~~python\nx\n~~~\n", "a block opens with", id="tildes"),
        pytest.param("- item\n  ```python\n  x\n  ```\n", "a block opens with", id="indented fence"),
        pytest.param("Text:\n\n    x = 1\n", "code stands in fenced blocks", id="indented code"),
        pytest.param("```python\nx\n", "never closed", id="never closed"),
        pytest.param("<!-- Skip this -->\n", "no directive", id="comment"),
        pytest.param("<!-- fails -->\nText\n", "right before its block", id="comment astray"),
    ],
)
def test_code_that_would_not_run_is_noticed(tmp_path: Path, text: str, reason: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(UnreadableError, match=reason):
        blocks(page)


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if in_repository := re.fullmatch(rf"{HOMEPAGE}/(?:blob|tree)/main/([^#]+)", target):
            assert (ROOT / in_repository.group(1)).exists(), target
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, target


def test_pages_of_the_site_link_to_pages_of_the_site() -> None:
    for page in (ROOT / "docs").glob("**/*.md"):
        assert "](../" not in page.read_text(encoding="utf-8"), f"{page.name} leaves the site: link to {HOMEPAGE}"


def test_every_page_is_in_the_navigation_once() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r"^ +- .*: (\S+\.md)$", text, flags=re.MULTILINE)
    assert sorted(listed) == sorted(str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").glob("**/*.md"))
