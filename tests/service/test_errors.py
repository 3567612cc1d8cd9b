"""The error for a name that a pool does not have."""

from __future__ import annotations

import pickle

from pytest_cognito_groups.service.errors import AbsentError


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
