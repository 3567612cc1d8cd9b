"""What a user reads of a wrong seed, and where it points: in the text, in a file, in Python."""

from __future__ import annotations

import copy
import pickle
import textwrap
import warnings
from pathlib import Path

import pytest

from pytest_cognito_groups.seed import PythonPlace, SeedError, SeedProblem, Source, read
from pytest_cognito_groups.seed.errors import excerpt
from pytest_cognito_groups.service.model import Model


def error_of(source: Source, model: Model) -> SeedError:
    with pytest.raises(SeedError) as caught:
        read([[source]], model)
    return caught.value


def test_one_error_is_shown_with_its_line_and_the_way_out(model: Model) -> None:
    error = error_of(Source("groups: {admins: }\nusers:\n  alice: [admin]\n", "seed.yml"), model)
    assert (error.source, error.line, error.column) == ("seed.yml", 3, 11)
    assert str(error) == (
        "seed.yml:3:11: there is no group 'admin'; did you mean 'admins'?\n"
        "      alice: [admin]\n"
        "              ^\n"
        "    declare it under groups"
    )
    assert error.errors[0].summary == (
        "seed.yml:3:11: there is no group 'admin'; did you mean 'admins'? (declare it under groups)"
    )


def test_several_errors_are_counted_and_shown_one_by_one(model: Model) -> None:
    error = error_of(Source("now: x\ncase_sensitive: y"), model)
    assert isinstance(error, ValueError)
    assert str(error) == (
        "2 errors in the seed\n\n"
        "<seed>:1:6: 'x' is not a date\n"
        "    now: x\n"
        "         ^\n"
        "    write it like 2026-01-31T12:00:00Z or 2026-01-31\n\n"
        "<seed>:2:17: 'y' is neither true nor false\n"
        "    case_sensitive: y\n"
        "                    ^\n"
        "    write true or false, without quotes"
    )


def test_a_long_list_is_cut_with_a_count(model: Model) -> None:
    error = error_of(Source("\n".join(f"k{number}: 1" for number in range(1234))), model)
    assert len(error.errors) == 1234
    assert str(error).startswith("1,234 errors in the seed\n\n<seed>:1:1: ")
    assert str(error).endswith("\n\n… and 1,214 more")


def test_twenty_errors_are_shown_without_a_count_of_more(model: Model) -> None:
    text = str(error_of(Source("\n".join(f"k{number}: 1" for number in range(20))), model))
    assert "<seed>:20:1: " in text
    assert "more" not in text.splitlines()[-1]
    assert str(error_of(Source("\n".join(f"k{number}: 1" for number in range(21))), model)).endswith("… and 1 more")


@pytest.mark.parametrize(
    ("length", "column", "shown", "caret"),
    [(160, 150, 160, 150), (161, 150, 91, 80), (400, 80, 160, 80), (400, 81, 160, 80)],
)
def test_of_a_line_of_more_than_160_characters_80_stand_before(
    length: int, column: int, shown: int, caret: int
) -> None:
    assert excerpt("x" * length, column) == ("x" * shown, caret)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_survives_being_copied(model: Model, again: object) -> None:
    error = error_of(Source("now: x"), model)
    twin = again(error)  # type: ignore[operator]
    assert (str(twin), twin.errors, twin.line) == (str(error), error.errors, error.line)


@pytest.mark.parametrize(
    ("line", "shown", "caret"),
    [
        ("now: 😀", "now: 😀", "     ^"),
        ("'😀é': {a: ", "'😀é': {a: ", "        ^"),
        ("'x\t': 1", "'x\t': 1", "^"),
        ("'é': 1", "'é': 1", "^"),
        ("now: '\u2028'", "now: '\ufffd'", "     ^"),
        ("users: {a: , 日本: , 'a': }", "users: {a: , 日本: , 'a': }", "                     ^"),
        ("users: {a: , e\u0301: , 'a': }", "users: {a: , e\u0301: , 'a': }", "                  ^"),
        ("groups: {a: } #\t", "groups: {a: } #\t", None),
    ],
)
def test_the_caret_stands_under_the_place_whatever_the_width(
    model: Model, line: str, shown: str, caret: str | None
) -> None:
    if caret is None:
        read([[Source(line)]], model)
        return
    lines = str(error_of(Source(line), model).errors[0]).splitlines()
    position = error_of(Source(line), model).column
    assert lines[1] == f"    {shown}"
    if "{a: " in line and line.startswith("'"):
        assert position > 1
    else:
        assert lines[2] == f"    {caret}"


def test_of_a_long_line_the_part_around_the_place_is_shown(model: Model) -> None:
    text = f"groups: {{a: }}\nusers: {{{', '.join(f'u{number}: [a]' for number in range(500))}, x: [b], y: }}"
    (problem,) = error_of(Source(text), model).errors
    assert len(problem.text) <= 160
    assert problem.text[problem.caret] == "b"
    assert text.splitlines()[1][problem.column - 1] == "b"


def test_a_problem_without_a_line_has_no_caret() -> None:
    assert str(SeedProblem("x", 1, 1, "message", "", 0)) == "x:1:1: message"


def test_line_and_column_are_those_of_the_indented_text(model: Model) -> None:
    for text in ("\n    \n    users: {a: }\n\n    nope: 1\n", "\r\n    users: {a: }\r\n\r\n\r\n    nope: 1\r\n"):
        error = error_of(Source(text), model)
        assert (error.line, error.column, error.errors[0].text) == (5, 5, "    nope: 1")


def test_the_end_of_the_text_is_a_place_too(model: Model) -> None:
    error = error_of(Source("    groups: {a: \n  \n    "), model)
    assert (error.line, error.column, error.errors[0].text) == (3, 1, "    ")


def test_a_byte_order_mark_does_not_count(model: Model) -> None:
    error = error_of(Source("\ufeffnope: 1"), model)
    assert (error.line, error.column, error.errors[0].text) == (1, 1, "nope: 1")


@pytest.mark.parametrize(("text", "column"), [("\nnope: 1", 1), ("\n  nope: 1\n", 3)])
def test_the_first_line_may_be_empty(model: Model, text: str, column: int) -> None:
    error = error_of(Source(text), model)
    assert (error.line, error.column) == (2, column)


# Seeds in Python


def place_in(tmp_path: Path, code: str, text: str, model: Model, line: int = 1) -> tuple[str, int, int, str]:
    """Where the first error of a text is placed that stands in a Python file."""
    path = tmp_path / "test_it.py"
    path.write_text(code, encoding="utf-8")
    error = error_of(Source(text, "<mark>", PythonPlace(str(path), line)), model)
    return Path(error.source).name, error.line, error.column, error.errors[0].text


@pytest.mark.parametrize("dedent", [False, True])
def test_a_literal_is_found_in_its_file(tmp_path: Path, model: Model, dedent: bool) -> None:
    value = "\n    groups: {a: }\n\n    users:\n      u: [b]\n    "
    code = f'import pytest\n\n@pytest.mark.cognito_groups("""{value}""")\ndef test_it(): pass\n'
    text = textwrap.dedent(value) if dedent else value
    assert place_in(tmp_path, code, text, model) == ("test_it.py", 7, 11, "      u: [b]")


def test_the_first_line_after_the_quotes_has_its_column(tmp_path: Path, model: Model) -> None:
    assert place_in(tmp_path, "é = 1; SEED = '''nope: 1'''", "nope: 1", model)[1:3] == (1, 18)


@pytest.mark.parametrize(
    ("literal", "line", "column"),
    [
        ("'users: {a: }\\nnope: 1'", 1, 16),
        ("'users: {a: }\\x0anope: 1'", 1, 18),
        ("'users: {\\'a\\': }\\n\\u006eope: 1'", 1, 20),
        ("r'''users: {a: }\nnope: 1'''", 2, 1),
        ("'''\nnope: 1'''", 2, 1),
        ("'''\n  nope: 1'''", 2, 3),
        ("'\\nnope: 1'", 1, 4),
        ("(\n    'users: {a: }\\n'\n    \"nope: 1\"\n)", 3, 6),
        ("'''users: {a: }\\\n\nnope: 1'''", 3, 1),
        ("'users: {a: }\\N{LINE FEED}' 'nope: 1'", 1, 30),
        ("'users: {\\d: , \\\\: , x\\\": }\\nnope: 1'", 1, 30),
        ("b'', 'users: {a: }\\nnope: 1'", 1, 21),
        ("u'users: {a: }\\12nope: 1'", 1, 18),
    ],
)  # fmt: skip
def test_escapes_and_pieces_are_followed(tmp_path: Path, model: Model, literal: str, line: int, column: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an escape that is none
        values = eval(f"[{literal}]")
    assert place_in(tmp_path, literal, values[-1], model)[1:3] == (line, column)


def test_the_end_of_a_literal_is_a_place_too(tmp_path: Path, model: Model) -> None:
    assert place_in(tmp_path, "S = 'users: {a: '", "users: {a: ", model)[1:3] == (1, 17)


def test_of_several_literals_the_nearest_is_meant(tmp_path: Path, model: Model) -> None:
    code = "A = 'nope: 1'\n\n\n\nB = 'nope: 1'\n"
    assert place_in(tmp_path, code, "nope: 1", model, line=1)[1] == 1
    assert place_in(tmp_path, code, "nope: 1", model, line=6)[1] == 5


@pytest.mark.parametrize(
    "code",
    [
        "SEED = 'other'",
        "not python (",
        "SEED = 'no' + 'pe: 1'",
        "x = 1\nSEED = f'nope: {x}'",
        "SEED = f'{1}nope: 1'",
        "\0",
    ],
)
def test_a_text_that_is_not_there_is_placed_in_itself(tmp_path: Path, model: Model, code: str) -> None:
    assert place_in(tmp_path, code, "nope: 1", model) == ("<mark>", 1, 1, "nope: 1")


def test_with_a_text_that_is_not_there_the_place_of_the_test_is_told(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("test_it.py").write_text("SEED = f'{1}: 1'")
    source = Source("now: x\ncase_sensitive: y", "<seed>", PythonPlace(str(tmp_path / "test_it.py"), 7))
    told = [str(error).splitlines()[-1] for error in error_of(source, model).errors]
    assert told == ["    in a mark of the test at test_it.py:7"] * 2


@pytest.mark.parametrize(
    "mark",
    ["@pytest.mark.cognito_groups(SEED)", "@x\n@pytest.mark.cognito_groups(SEED, page_size=1)\n@y(OTHER)"],
    ids=["one", "several"],
)
def test_a_literal_that_the_mark_names_beats_a_nearer_one(tmp_path: Path, model: Model, mark: str) -> None:
    code = f"SEED: str = 'nope: 1'\n\nOTHER = 'nope: 1'\n{mark}\ndef test_it(): pass\n"
    assert place_in(tmp_path, code, "nope: 1", model, line=4)[1] == 1
    assert place_in(tmp_path, code.replace("SEED: str", "SEED"), "nope: 1", model, line=4)[1] == 1
    assert place_in(tmp_path, code.replace("(SEED", "(seed"), "nope: 1", model, line=4)[1] == 3


def test_a_mark_may_stand_in_the_first_line(tmp_path: Path, model: Model) -> None:
    code = "@mark.cognito_groups(SEED)\ndef test_it(): pass\n\nOTHER = 'nope: 1'\nSEED = 'nope: 1'\n"
    assert place_in(tmp_path, code, "nope: 1", model, line=1)[1] == 5


def test_a_file_that_is_not_there_does_no_harm(tmp_path: Path, model: Model) -> None:
    source = Source("nope: 1", "<mark>", PythonPlace(str(tmp_path / "none.py"), 1))
    assert error_of(source, model).source == "<mark>"


def test_a_second_place_is_told_in_the_same_file(tmp_path: Path, model: Model) -> None:
    path = tmp_path / "test_it.py"
    path.write_text("SEED = '''\nusers: {a: }\nusers: {b: }\n'''", encoding="utf-8")
    error = error_of(Source("\nusers: {a: }\nusers: {b: }\n", "<mark>", PythonPlace(str(path), 1)), model)
    assert error.errors[0].message == "'users' is given twice, first at line 2, column 1"
    assert error.line == 3
