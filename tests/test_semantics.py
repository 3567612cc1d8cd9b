"""Each rule of docs/semantics.md has a test, each mark names a rule, and tests/RULES.md says which test shows what.

`python tests/test_semantics.py --write` writes that file from the marks, and the document's last paragraph (what no run
has settled) from the grades.
"""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

TESTS: Final = Path(__file__).parent
DOCUMENT: Final = TESTS.parent / "docs" / "semantics.md"
INDEX: Final = TESTS / "RULES.md"
ROW: Final = re.compile(r"^\| (?P<id>[A-Z]+-\d+) \| .* \| (?P<grade>[^|]+) \|$", re.MULTILINE)
OPEN: Final = re.compile(r"(?<=at least partly C or O~:\n)[A-Z0-9, \n-]+\.$", re.MULTILINE)
GRADES: Final = {"D", "D~", "O", "O~", "C"}

PREAMBLE: Final = """\
# The tests of each rule

The tests that are marked `@pytest.mark.rule(…)` with each rule of [docs/semantics.md](../docs/semantics.md).
`python tests/test_semantics.py --write` writes this file.
"""

Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def rules() -> list[str]:
    """The ids of the document, in its order."""
    return [row["id"] for row in ROW.finditer(DOCUMENT.read_text(encoding="utf-8"))]


@cache
def marked() -> dict[str, list[str]]:
    """The tests that carry a rule's mark, by the rule's id.

    They are read from the source, so that neither a selection of tests nor a worker's share of them matters.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("*.py")):
        for name, definition in definitions(ast.parse(path.read_text(encoding="utf-8"))):
            for rule in dict.fromkeys(marks(definition)):
                found[rule].append(f"{path.relative_to(TESTS).as_posix()}::{name}")
    return dict(found)


def definitions(node: ast.Module | Definition, prefix: str = "") -> Iterator[tuple[str, Definition]]:
    """The functions and classes of a module with their names, methods as `Class::method`."""
    for child in node.body:
        if isinstance(child, Definition):
            yield prefix + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from definitions(child, f"{prefix}{child.name}::")


def marks(definition: Definition) -> Iterator[str]:
    """The arguments of `pytest.mark.rule(…)` on a test, in a `pytest.param` of its too."""
    for decorator in definition.decorator_list:
        for node in ast.walk(decorator):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="mark"), attr="rule"), args=arguments):
                    for argument in arguments:
                        yield str(ast.literal_eval(argument))


def index() -> str:
    """What INDEX holds: the tests of each rule, as the marks have them."""
    sections = [f"## {rule}\n\n" + "".join(f"- `{name}`\n" for name in marked().get(rule, ())) for rule in rules()]
    return "\n".join([PREAMBLE, *sections])


def with_open_rules(document: str) -> str:
    """The document with the list of the rules that are chosen, or seen on another operation alone."""
    unsettled = [row["id"] for row in ROW.finditer(document) if {"C", "O~"} & set(row["grade"].split(", "))]
    return OPEN.sub(textwrap.fill(f"{', '.join(unsettled)}.", width=120, break_on_hyphens=False), document)


def test_rules_are_numbered_without_a_gap() -> None:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for rule in rules():
        topic, number = rule.split("-")
        numbers[topic].append(int(number))
    assert list(numbers) == ["REQ", "LOOK", "PAGE", "PREC", "WIRE", "MEMB", "GROUP", "USER"]
    for topic, given in numbers.items():
        assert given == list(range(1, len(given) + 1)), topic


def test_every_grade_is_in_the_legend() -> None:
    for row in ROW.finditer(DOCUMENT.read_text(encoding="utf-8")):
        assert set(row["grade"].split(", ")) <= GRADES, row["id"]


def test_every_rule_has_a_test() -> None:
    without = [rule for rule in rules() if rule not in marked()]
    assert not without, f"no test is marked with {', '.join(without)}"


def test_every_mark_names_a_rule() -> None:
    unknown = {rule: tests for rule, tests in marked().items() if rule not in rules()}
    assert not unknown, f"docs/semantics.md has no such rules: {unknown}"


def test_the_index_names_the_tests_of_each_rule() -> None:
    assert INDEX.read_text(encoding="utf-8") == index(), "bring it up to date: python tests/test_semantics.py --write"


def test_the_document_names_the_rules_that_no_run_has_settled() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert OPEN.search(document)
    assert document == with_open_rules(document), "bring it up to date: python tests/test_semantics.py --write"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    DOCUMENT.write_text(with_open_rules(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    INDEX.write_text(index(), encoding="utf-8")
