"""The bugs of examples/bugs are found, whatever ragged paging draws; code without them never fails.

What a user sees of each, docs/bugs.md shows; test_docs.py holds it to that.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import botocore.session
import pytest

from pytest_cognito_groups import CognitoGroups

BUGS: Final = Path(__file__).parent.parent / "examples/bugs"
MODULES: Final = sorted(BUGS.glob("*.py"))
GALLERY: Final = (BUGS.parent.parent / "docs/bugs.md").read_text(encoding="utf-8")
POOL: Final = "us-east-1_TestPool1"
SEEDS: Final = range(int(os.environ.get("RAGGED_SEEDS", "100")))
"""What ragged paging is drawn from, in turn. .ci/run takes 1,000 once: that is minutes of botocore's time."""


@pytest.mark.parametrize("module", MODULES, ids=[path.stem for path in MODULES])
def test_the_bug_fails_and_what_was_mended_passes(pytester: pytest.Pytester, module: Path) -> None:
    result = pytester.runpytest_inprocess("-v", "-p", "no:cacheprovider", str(module))
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.re_match_lines([r".*\[bug\] FAILED", r".*\[mended\] PASSED"])


def test_the_command_that_repeats_a_failure_works_where_it_began(pytester: pytest.Pytester) -> None:
    module = BUGS / "empty_page_is_last.py"  # its rootdir is another folder
    printed = pytester.runpytest_inprocess("-p", "no:cacheprovider", str(module)).stdout.str()
    (command,) = re.findall(r"the same pages again: pytest (.*)", printed)
    again = pytester.runpytest_inprocess("-p", "no:cacheprovider", *shlex.split(command))
    again.assert_outcomes(failed=1)
    assert next(line for line in again.outlines if "more to come" in line) in printed


def test_every_bug_is_shown_in_the_gallery() -> None:
    shown = re.findall(r"<!-- output: examples/bugs/(\w+)\.py -->", GALLERY)
    assert sorted(shown) == [path.stem for path in MODULES]


def test_the_bugs_are_not_collected_with_the_examples(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--collect-only", "-q", "-p", "no:cacheprovider", str(BUGS))
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


# Ragged paging, many times


def load(name: str) -> ModuleType:
    spec = spec_from_file_location(name, BUGS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MANY: Final = "users: {'member-[01:70]': [readers]}"
FEW: Final = "users: {'member-[1:3]': [readers]}"


RAGGED_BUGS: Final = {
    "first_page_only": lambda bugs: bugs.members("readers"),
    "short_page_is_last": lambda bugs: bugs.members("readers"),
    "empty_page_is_last": lambda bugs: list(bugs.members("readers")),
    "pagination_token": lambda bugs: bugs.members("readers"),
    "next_token_on_list_users": lambda bugs: bugs.usernames(),
}


@pytest.mark.parametrize("name", RAGGED_BUGS)
def test_paging_bugs_are_found_by_every_ragged_seed(name: str) -> None:
    bug, module = RAGGED_BUGS[name], load(name)
    for seed in SEEDS:
        fake = CognitoGroups.from_yaml(MANY, paging="ragged", random_seed=seed)
        with pytest.raises(AssertionError, match="Pages were left unread"), fake:
            assert len(set(bug(module))) < 70


def test_the_first_group_is_never_the_one_seeded_first() -> None:
    module = load("first_group_is_the_role")
    for seed in SEEDS:
        with CognitoGroups.from_yaml("users: {alice: [admins, readers]}", paging="ragged", random_seed=seed):
            try:
                assert module.role("alice") == "readers"
            except IndexError:  # the first page is empty
                continue


def test_the_first_of_two_that_a_prefix_finds_is_never_the_shorter() -> None:
    users = "users: {a: {attributes: {email: a@example.com}}, b: {attributes: {email: a@example.com.au}}}"
    module = load("prefix_filter")
    for seed in SEEDS:
        with CognitoGroups.from_yaml(users, paging="ragged", random_seed=seed):
            assert module.username("a@example.com") == "b"


def test_members_are_left_by_every_ragged_seed() -> None:
    module = load("first_page_until_empty")
    for seed in SEEDS:
        fake = CognitoGroups.from_yaml(FEW, paging="ragged", random_seed=seed, assert_all_pages_read=False)
        with fake as cognito_groups:
            module.remove_all("readers")
            assert cognito_groups.members_of("readers")


# Correct code

Client = Any
"""A client of botocore's; its methods are made at run time."""


def token_at_the_end(client: Client, request: dict[str, Any]) -> Iterator[str]:
    while True:
        page = client.list_users_in_group(**request)
        yield from (user["Username"] for user in page["Users"])
        if "NextToken" not in page:
            return
        request = {**request, "NextToken": page["NextToken"]}


def while_there_is_a_token(client: Client, request: dict[str, Any]) -> Iterator[str]:
    page = client.list_users_in_group(**request)
    names = [user["Username"] for user in page["Users"]]
    token = page.get("NextToken")
    while token:
        page = client.list_users_in_group(NextToken=token, **request)
        names.extend(user["Username"] for user in page["Users"])
        token = page.get("NextToken")
    return iter(names)


def keywords_that_grow(client: Client, request: dict[str, Any]) -> Iterator[str]:
    names: list[str] = []
    more: dict[str, str] = {}
    done = False
    while not done:
        page = client.list_users_in_group(**request, **more)
        names += [user["Username"] for user in page.get("Users", [])]
        more = {"NextToken": page["NextToken"]} if page.get("NextToken") else {}
        done = not more
    return iter(names)


def recursion(client: Client, request: dict[str, Any]) -> Iterator[str]:
    page = client.list_users_in_group(**request)
    yield from (user["Username"] for user in page["Users"])
    if token := page.get("NextToken"):
        yield from recursion(client, {**request, "NextToken": token})


def paginator(client: Client, request: dict[str, Any]) -> Iterator[str]:
    for page in client.get_paginator("list_users_in_group").paginate(**request):
        yield from (user["Username"] for user in page["Users"])


def search(client: Client, request: dict[str, Any]) -> Iterator[str]:
    found: Iterable[str] = client.get_paginator("list_users_in_group").paginate(**request).search("Users[].Username")
    return iter(found)


def build_full_result(client: Client, request: dict[str, Any]) -> Iterator[str]:
    result = client.get_paginator("list_users_in_group").paginate(**request).build_full_result()
    return (user["Username"] for user in result["Users"])


def max_items_and_starting_token(client: Client, request: dict[str, Any]) -> Iterator[str]:
    settings: dict[str, object] = {"MaxItems": 2}
    while True:
        pages = client.get_paginator("list_users_in_group").paginate(**request, PaginationConfig=settings)
        result = pages.build_full_result()
        yield from (user["Username"] for user in result["Users"])
        if "NextToken" not in result:
            return
        settings = {"MaxItems": 2, "StartingToken": result["NextToken"]}


def any_that_stops(client: Client, request: dict[str, Any]) -> Iterator[str]:
    assert "member-2" in paginator(client, request)
    return iter(["member-1", "member-2", "member-3"])


WALKS: Final = (
    token_at_the_end,
    while_there_is_a_token,
    keywords_that_grow,
    recursion,
    paginator,
    search,
    build_full_result,
    max_items_and_starting_token,
    any_that_stops,
)


@pytest.fixture(scope="module")
def client() -> Client:
    return botocore.session.Session().create_client("cognito-idp", region_name="us-east-1")


@pytest.mark.parametrize("walk", WALKS, ids=[walk.__name__ for walk in WALKS])
def test_correct_code_passes_every_ragged_seed(client: Client, walk: Callable[..., Iterator[str]]) -> None:
    request = {"UserPoolId": POOL, "GroupName": "readers"}
    for seed in SEEDS:
        with CognitoGroups.from_yaml(FEW, paging="ragged", page_size=2, random_seed=seed):
            assert sorted(walk(client, request)) == ["member-1", "member-2", "member-3"]


def test_the_aws_cli_passes_every_ragged_seed() -> None:
    clidriver = pytest.importorskip("awscli.clidriver", reason="awscli is not in every environment")
    driver = clidriver.create_clidriver()
    command = ["cognito-idp", "list-users-in-group", "--user-pool-id", POOL, "--group-name", "readers"]
    command += ["--region", "us-east-1", "--query", "Users[].Username", "--output", "text"]
    for seed in SEEDS:
        output = io.StringIO()
        fake = CognitoGroups.from_yaml(FEW, paging="ragged", page_size=2, random_seed=seed)
        with fake, contextlib.redirect_stdout(output):
            assert driver.main(command) == 0
        assert sorted(output.getvalue().split()) == ["member-1", "member-2", "member-3"]
