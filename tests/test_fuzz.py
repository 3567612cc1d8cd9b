"""What no one writes on purpose: seeds and tokens, changed at random. `--hypothesis-profile=long` tries many more."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pytest_cognito_groups import CognitoGroups, SeedError

DOCS: Final = Path(__file__).parent.parent / "docs"
SEEDS: Final = sorted(
    {
        block
        for name in ("seed.md", "errors.md")
        for block in re.findall(r"^```yaml\n(.*?)^```", (DOCS / name).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    }
)
PIECES: Final = [
    *"[]{}:,-#&*!|>'\"%@`\n\t ~?",
    "\n  ",
    "\n---\n",
    "[1:40]",
    "[1:999999]",
    "<<: *a\n",
    "&a ",
    "null",
    "\0",
    "\ud800",
    "\u2028",
    "\x1b",
    "é",
    "\U0001d54f",
    "9" * 30,
    "0x10",
    "users:",
    "groups: ",
    "faults: [{}]",
    "now: 2026-02-30",
]

edits = st.lists(
    st.tuples(
        st.sampled_from(["cut", "double", "put", "put"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 40),
        st.sampled_from(PIECES),
    ),
    max_size=8,
)


def edited(text: str, steps: list[tuple[str, float, int, str]]) -> str:
    for step, where, length, piece in steps:
        place = int(where * (len(text) + 1))
        before, part, after = text[:place], text[place : place + length], text[place + length :]
        text = before + {"cut": "", "double": part * 2, "put": piece + part}[step] + after
    return text


@given(text=st.sampled_from(SEEDS), steps=edits)
@example(text="alice: {[a]: b}", steps=[])
@settings(deadline=timedelta(seconds=2))
def test_any_text_is_pools_or_an_error_at_a_place_in_it(text: str, steps: list[tuple[str, float, int, str]]) -> None:
    text = edited(text, steps)
    try:
        CognitoGroups.from_yaml(text)
    except SeedError as error:
        lines = text.split("\n")
        for problem in error.errors:
            assert 1 <= problem.line <= len(lines)
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
            assert "\n" not in problem.summary
    except ValueError as error:
        if "to read a file" not in str(error):  # a short text may look like a path
            raise


LISTINGS: Final = (
    ("list_users_in_group", {"GroupName": "readers"}, "NextToken"),
    ("admin_list_groups_for_user", {"Username": "user-1"}, "NextToken"),
    ("list_groups", {}, "NextToken"),
    ("list_users", {}, "PaginationToken"),
)


@pytest.fixture(params=["full", "ragged"], scope="module")
def tokens(request: pytest.FixtureRequest) -> Any:
    """A client, and the tokens of each listing."""
    seed = "{groups: [readers, 'g-[1:4]'], users: {user-1: [readers, g-1, g-2, g-3], 'user-[2:5]': [readers]}}"
    options: dict[str, Any] = {"paging": request.param, "page_size": 1, "assert_all_pages_read": False}
    with CognitoGroups.from_yaml(seed, random_seed=1, **options) as fake:
        client, found = fake.client, []
        for method, params, member in LISTINGS:
            page: dict[str, Any] = {}
            while not page or member in page:
                given = {member: page[member]} if page else {}
                page = getattr(client, method)(UserPoolId=fake.pool.id, **params, **given)
                found += [(method, params, member, page[member])] if member in page else []
        yield client, fake.pool.id, found


@given(data=st.data(), steps=edits)
@settings(
    deadline=None,
    max_examples=min(settings.default.max_examples, 20_000),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_changed_token_is_never_another_page(
    tokens: Any, data: st.DataObject, steps: list[tuple[str, float, int, str]]
) -> None:
    client, pool, found = tokens
    method, params, member, token = data.draw(st.sampled_from(found))
    changed = edited(token, steps)
    if changed == token:
        return
    with pytest.raises(ClientError) as raised:
        getattr(client, method)(UserPoolId=pool, **params, **{member: changed or " "})
    assert raised.value.response["Error"]["Code"] == "InvalidParameterException"
