"""Imports run one way through the package, each foreign package has its place, and a start of pytest stays cheap."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import pytest_cognito_groups

LAYERS: Final = [
    ("__init__", "__main__"),
    ("plugin",),
    ("marks", "guard", "untried"),
    ("collection", "fake", "gaps", "record"),
    ("pseudonyms", "userpool"),
    ("fake_service",),
    ("hook",),
    ("calls", "seed"),
    ("clock", "options"),
    ("forks",),
    ("service",),
    ("text",),
]
"""From the top. A module, or a package with all its modules, imports from the lines below its own and not beside it."""

FOREIGN: Final = {
    "pytest": {"plugin", "marks", "collection", "guard", "untried", "fake_service"},  # the last one fails a test
    "botocore": {"hook", "record"},
    "boto3": {"record"},
    "tqdm": {"record"},
    "aiobotocore": set[str](),
    "yaml": {"seed"},
    "regex": {"service"},
    "freezegun": {"clock"},
}
"""Which parts may import a package that is not Python's own. What is imported for annotations alone does not count."""

IMPURE: Final = {"asyncio", "http", "os", "pathlib", "socket", "subprocess", "threading", "time", "urllib"}
"""What `service` leaves to others, so that it depends on nothing but its arguments."""

ROOT: Final = Path(pytest_cognito_groups.__file__).parent
MODULES: Final = sorted(ROOT.rglob("*.py"))
LEVEL: Final = {part: level for level, parts in enumerate(LAYERS) for part in parts}


def part_of(module: str) -> str:
    """The part that a module belongs to: `hook` for pytest_cognito_groups.hook and pytest_cognito_groups.hook.wire."""
    return [*module.split("."), "__init__"][1]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def imports(node: ast.AST, *, for_annotations: bool) -> Iterator[str]:
    """The full names of the modules that are imported, at the top and inside functions."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                # `from package import module` and `from module import name` look alike.
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")) if not for_annotations:
                pass
            case _:
                yield from imports(child, for_annotations=for_annotations)


def imported(path: Path, *, for_annotations: bool) -> Iterator[str]:
    return imports(ast.parse(path.read_text(encoding="utf-8")), for_annotations=for_annotations)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_of_the_package_run_down_the_layers(path: Path) -> None:
    part = part_of(name_of(path))
    assert part in LEVEL, f"{part} has no place in LAYERS"
    for name in imported(path, for_annotations=True):
        if name.startswith("pytest_cognito_groups.") and (other := part_of(name)) != part:
            assert other in LEVEL, f"{other} has no place in LAYERS"
            assert LEVEL[other] > LEVEL[part], f"{part} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_foreign_packages_are_imported_where_they_belong(path: Path) -> None:
    part = part_of(name_of(path))
    for name in imported(path, for_annotations=False):
        package = name.split(".")[0]
        assert part in FOREIGN.get(package, {part}), f"{part} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_service_depends_on_nothing_but_its_arguments(path: Path) -> None:
    if part_of(name_of(path)) == "service":
        assert not {name.split(".")[0] for name in imported(path, for_annotations=False)} & IMPURE


def test_a_start_without_aws_code_imports_none_of_the_heavy_packages(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import json, pathlib, sys

        def pytest_unconfigure():
            pathlib.Path("modules.json").write_text(json.dumps(sorted(sys.modules)))
        """
    )
    pytester.makepyfile("def test_nothing(): pass")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
    modules = set(json.loads((pytester.path / "modules.json").read_text()))
    assert "pytest_cognito_groups.plugin" in modules
    assert not modules & {"boto3", "freezegun", "regex", "tqdm", "yaml"}
    assert not {module for module in modules if module.startswith("botocore.")}
