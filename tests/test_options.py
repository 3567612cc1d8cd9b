"""The table of options: what is written elsewhere agrees with it, and fakes made by hand take the running pytest's."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

from pytest_cognito_groups import CognitoGroups
from pytest_cognito_groups.options import MARK, OPTIONS, SETTINGS, Option, OptionValues

ROOT: Final = Path(__file__).parent.parent


def run(pytester: pytest.Pytester, module: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(dedent(module))
    return pytester.runpytest_inprocess(*arguments)


# One table


def test_the_keywords_are_those_of_the_table() -> None:
    assert tuple(OptionValues.__annotations__) == tuple(OPTIONS)


def test_every_option_is_a_setting() -> None:
    assert tuple(SETTINGS) == ("file", "guard", "autouse", *OPTIONS)


def test_the_line_of_the_mark_has_every_option_with_its_default(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--markers")
    (line,) = [line for line in result.outlines if line.startswith("@pytest.mark.cognito_groups")]
    assert MARK in line
    for name, option in OPTIONS.items():
        assert f"{name}={option.shown_default!r}" in line


def test_the_help_has_every_setting(pytester: pytest.Pytester) -> None:
    text = re.sub(r"\s+", " ", str(pytester.runpytest_inprocess("--help").stdout))
    for name, setting in SETTINGS.items():
        assert re.search(rf"cognito_groups_{name} \(\w+\): {re.escape(setting.help)}", text)


@pytest.mark.parametrize("name", [*OPTIONS, "guard", "autouse"])
def test_the_documents_have_every_option(name: str) -> None:
    page = (ROOT / "docs/options.md").read_text(encoding="utf-8")
    shown = name if name in OPTIONS else f"cognito_groups_{name}"
    assert f"\n## `{shown}`\n" in page
    assert f"cognito_groups_{name}" in page


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_the_page_has_every_option_with_its_default(option: Option[object]) -> None:
    default = option.shown_default
    shown = "none" if default is None else f'`"{default}"`' if isinstance(default, str) else str(default).lower()
    assert f"| `{option.name}` | {shown} |" in (ROOT / "docs/options.md").read_text(encoding="utf-8")


# Fakes made by hand


BY_HAND: Final = """
from pytest_cognito_groups import CognitoGroups

SEED = "users: {'member-[1:30]': [readers]}"

def walk(**given):
    # How a fake with these options pages, and the most users in a page
    with CognitoGroups.from_yaml(SEED, **given) as fake:
        pages = fake.client.get_paginator("list_users_in_group").paginate(UserPoolId=fake.pool.id, GroupName="readers")
        names = [[user["Username"] for user in page["Users"]] for page in pages]
        return "full" if sum(names, []) == list(fake.users) else "ragged", max(map(len, names))
"""


def test_a_fake_made_by_hand_takes_the_configuration(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncognito_groups_page_size = 3\ncognito_groups_paging = ragged")
    module = """
    def test_it():
        assert walk() == ("ragged", 3)
        assert walk(page_size=2) == ("ragged", 2)
        assert walk(paging="full") == ("full", 3)
    """
    assert run(pytester, BY_HAND + dedent(module)).parseoutcomes() == {"passed": 1}


@pytest.mark.parametrize(("said", "paging"), [("full", "full"), ("ragged", "ragged"), ("both", "ragged")])
def test_a_fake_made_by_hand_takes_the_command_line(pytester: pytest.Pytester, said: str, paging: str) -> None:
    pytester.makeini(f"[pytest]\ncognito_groups_paging = {'ragged' if said == 'full' else 'full'}")
    module = f"def test_it():\n    assert walk()[0] == '{paging}'\n"
    result = run(pytester, BY_HAND + module, f"--cognito-groups-paging={said}")
    assert result.parseoutcomes() == {"passed": 1}


def test_a_fake_of_the_session_is_paged_as_the_command_line_says(pytester: pytest.Pytester) -> None:
    module = """
    import pytest
    from pytest_cognito_groups import CognitoGroups

    @pytest.fixture(scope="session")
    def staff():
        with CognitoGroups.from_yaml("users: {'member-[1:9]': [readers]}") as staff:
            yield staff

    def test_it(staff):
        pages = staff.client.get_paginator("list_users_in_group").paginate(
            UserPoolId=staff.pool.id, GroupName="readers"
        )
        assert len(list(pages)) > 1
    """
    assert run(pytester, module, "--cognito-groups-paging=both").parseoutcomes() == {"passed": 1}


def test_a_fake_made_in_a_conftest_takes_them_too(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncognito_groups_page_size = 3")
    pytester.makeconftest(BY_HAND + "made = walk()\n")
    module = """
    def test_it(pytestconfig):
        (conftest,) = [each for each in pytestconfig.pluginmanager.get_plugins() if hasattr(each, "made")]
        assert conftest.made == ("ragged", 3)
    """
    assert run(pytester, module, "--cognito-groups-paging=both").parseoutcomes() == {"passed": 1}


def test_a_wrong_setting_is_named_when_a_fake_is_made_by_hand(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncognito_groups_page_size = 0")
    result = run(pytester, BY_HAND + "def test_it():\n    walk()\n")
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(
        ["E *Error: in pytest's configuration: cognito_groups_page_size must be at least 1, not 0"]
    )


def test_a_run_inside_a_run_has_its_own_options(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncognito_groups_page_size = 3")
    module = f"""
    pytest_plugins = ["pytester"]

    def test_it(pytester):
        pytester.makeini("[pytest]\\ncognito_groups_page_size = 4")
        pytester.makepyfile({BY_HAND!r} + "def test_inside(): assert walk() == ('full', 4)")
        inside = pytester.runpytest_inprocess("-p", "pytest_cognito_groups")
        assert inside.parseoutcomes() == {{"passed": 1}}
        assert walk() == ("full", 3)
    """
    assert run(pytester, BY_HAND + dedent(module)).parseoutcomes() == {"passed": 1}


def test_the_random_seed_option_decides_pages_of_fakes_made_by_hand(pytester: pytest.Pytester) -> None:
    module = """
    import pathlib
    from pytest_cognito_groups import CognitoGroups

    def walk(**options):
        with CognitoGroups.from_yaml("users: {'member-[1:30]': [readers]}", paging="ragged", **options) as fake:
            pages = fake.client.get_paginator("list_users_in_group").paginate(
                UserPoolId=fake.pool.id, GroupName="readers"
            )
            return [[user["Username"] for user in page["Users"]] for page in pages]

    def test_one():
        assert walk() == walk(random_seed=7)

    def test_two():
        assert walk() == walk(random_seed=7) != walk(random_seed=8)
    """
    assert run(pytester, module, "--cognito-groups-random-seed=7").parseoutcomes() == {"passed": 2}


# Several operations


@pytest.mark.parametrize("names", ["list_users, list_groups", "list_users list_groups", ["list_users,list_groups"]])
def test_several_operations_in_one_text_are_an_error(pytester: pytest.Pytester, names: object) -> None:
    result = run(
        pytester,
        f"import pytest\n\n@pytest.mark.cognito_groups(allow_operations={names!r})\ndef test_it():\n    pass\n",
    )
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(["*; write several as a list: [[]'list_users', 'list_groups']"])
    result.stdout.no_fnmatch_line("*did you mean*")


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("cognito_groups_gaurd", "did you mean 'cognito_groups_guard'?"),
        ("cognito_groupsguard", "did you mean 'cognito_groups_guard'?"),
        (
            "cognito_groups_zzz",
            "the settings are: cognito_groups_file, cognito_groups_guard, *, cognito_groups_max_repeats",
        ),
    ],
)
@pytest.mark.parametrize("way", ["file", "command-line"])
def test_an_unknown_setting_stops_the_run(pytester: pytest.Pytester, key: str, hint: str, way: str) -> None:
    pytester.makeini(f"[pytest]\n{key} = true" if way == "file" else "[pytest]")
    result = run(pytester, "def test_it():\n    pass\n", *(["-o", f"{key}=true"] if way == "command-line" else []))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: in pytest's configuration: unknown setting '{key}'; {hint}"])


def test_an_unknown_setting_of_another_name_is_pytests_matter(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncognito_pool = true")
    result = run(pytester, "def test_it():\n    pass\n", "-Wdefault")
    assert result.parseoutcomes()["passed"] == 1


@pytest.mark.parametrize("names", ["list_users, list_groups", "list_users,list_groups", "list_users , list_groups"])
def test_commas_in_the_configuration_are_an_error(pytester: pytest.Pytester, names: str) -> None:
    pytester.makeini(f"[pytest]\ncognito_groups_allow_operations = {names}")
    result = run(pytester, "def test_it(cognito_groups):\n    pass\n")
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(
        ["*cognito_groups_allow_operations takes no commas; put spaces between: list_users list_groups (*)"]
    )
    result.stdout.no_fnmatch_line("*did you mean*")


@pytest.mark.parametrize("name", ["list_users_in_group", "AdminListGroupsForUser"])
def test_an_operation_that_is_always_answered_cannot_be_allowed(pytester: pytest.Pytester, name: str) -> None:
    result = run(
        pytester,
        f"import pytest\n\n@pytest.mark.cognito_groups(allow_operations='{name}')\ndef test_it():\n    pass\n",
    )
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines([f"*{name} can't be let through: cognito_groups always answers it"])


@pytest.mark.parametrize("name", ["allow_operations", "partial_reads"])
def test_none_is_an_empty_list(name: str) -> None:
    with CognitoGroups.from_yaml("", **{name: None}) as fake:  # type: ignore[arg-type]
        assert fake.client.list_groups(UserPoolId=fake.pool.id)["Groups"] == []
