"""Hints for names that are not there."""

from __future__ import annotations

from time import thread_time

import pytest

from pytest_cognito_groups.text import did_you_mean


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("reader", "; did you mean 'Readers'?"),
        ("READERS", "; did you mean 'Readers'?"),
        ("admin", "; did you mean 'admins'?"),
        ("guests", ""),
        ("", ""),
    ],
)
def test_the_closest_name_is_suggested_in_its_own_case(name: str, hint: str) -> None:
    assert did_you_mean(name, ["admins", "Readers"]) == hint


@pytest.mark.parametrize(("others", "hint"), [(999, "; did you mean 'alice'?"), (1_000, "")])
def test_up_to_a_thousand_names_are_compared_however_they_begin(others: int, hint: str) -> None:
    assert did_you_mean("lice", [*(f"member-{number}" for number in range(others)), "alice"]) == hint


@pytest.mark.parametrize(("others", "hint"), [(999, "; did you mean 'alice'?"), (1_000, "")])
def test_among_more_the_first_thousand_that_begin_alike_are(others: int, hint: str) -> None:
    alike = [f"al-{'x' * 20}-{number}" for number in range(others)]
    assert did_you_mean("alise", [*alike, "alice", "b", "c"]) == hint


def test_among_many_names_those_that_begin_alike_are_compared() -> None:
    names = [*(f"member-{number}" for number in range(100_000)), "alice"]
    started = thread_time()
    assert did_you_mean("alise", names) == "; did you mean 'alice'?"
    assert did_you_mean("member-x", names).startswith("; did you mean 'member-")
    assert thread_time() - started < 5
