"""Hints for names that are not there."""

from __future__ import annotations

import pickle
from time import thread_time

import pytest

from pytest_cognito_groups.service.errors import AbsentError, did_you_mean


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


def test_among_many_names_those_that_begin_alike_are_compared() -> None:
    names = [*(f"member-{number}" for number in range(100_000)), "alice"]
    started = thread_time()
    assert did_you_mean("alise", names) == "; did you mean 'alice'?"
    assert did_you_mean("member-x", names).startswith("; did you mean 'member-")
    assert thread_time() - started < 5


def test_an_absent_name_is_a_key_error_that_tells_the_closest_one() -> None:
    error = AbsentError("no user 'alise' in pool p", "alise", ["alice"])
    assert isinstance(error, KeyError)
    assert str(error) == "no user 'alise' in pool p; did you mean 'alice'?"


def test_the_closest_name_is_looked_for_only_when_the_text_is_read() -> None:
    names = ["bob"]
    error = AbsentError("no user 'alise'", "alise", names)
    names.append("alice")
    assert str(error).endswith("did you mean 'alice'?")


def test_an_absent_name_survives_the_way_to_another_process() -> None:
    error = pickle.loads(pickle.dumps(AbsentError("no user 'alise'", "alise", ["alice"])))
    assert str(error) == "no user 'alise'; did you mean 'alice'?"
