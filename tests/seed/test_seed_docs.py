"""The seed reference: each of its blocks is a seed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from pytest_cognito_groups.plans import check_fault
from pytest_cognito_groups.seed import Source, read
from pytest_cognito_groups.seed.decode import DOCUMENT, FAULT, GROUP, MFA_OPTION, USER
from pytest_cognito_groups.service.constraints import Model

REFERENCE: Final = Path(__file__).parents[2] / "docs" / "seed.md"
BLOCKS: Final = re.findall(r"^```yaml\n(.*?)^```", REFERENCE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_the_reference_is_a_seed(model: Model, block: str) -> None:
    assert read([[Source(block)]], model, check_fault=check_fault).pools


def test_the_reference_speaks_of_every_key() -> None:
    text = REFERENCE.read_text("utf-8")
    keys = {key for table in (DOCUMENT, GROUP, USER, MFA_OPTION, FAULT) for key in table}
    assert {key for key in keys if not re.search(rf"\b{key}\b", text)} == set()
