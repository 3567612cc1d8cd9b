"""The file that mypy and pyright look at is true when it runs, too."""

from __future__ import annotations

from pathlib import Path

import pytest


def test_the_annotated_file_of_a_user_passes(pytester: pytest.Pytester) -> None:
    source = Path(__file__).with_name("typing_checks.py")
    pytester.makepyfile(test_typed=source.read_text(encoding="utf-8"))
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=6)
