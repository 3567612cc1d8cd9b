"""Where moto differs from the rules: which test shows it, the rule's id, and what moto does."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Final

import pytest

MADE_FOR: Final = "5.2.5"
"""The moto that the table was made for. With this one, each difference has to be there, and no other. With another one
nothing here is an error: moto may mend what it likes, when it likes.
"""

DIFFERENCES: Final[dict[str, tuple[str, str]]] = {}
"""By the test's name, with a case in brackets where only that one differs."""


def mark(item: pytest.Function) -> pytest.MarkDecorator | None:
    """What is expected of moto in a test."""
    if version("moto") != MADE_FOR:
        return pytest.mark.xfail(reason=f"the table of differences is for moto {MADE_FOR}", strict=False)
    found = next((DIFFERENCES[name] for name in spellings(item) if name in DIFFERENCES), None)
    return None if found is None else pytest.mark.xfail(reason=": ".join(found), strict=True)


def spellings(item: pytest.Function) -> Iterator[str]:
    """The test's name, and with the ids of its own parameters."""
    yield item.originalname
    case = item.callspec.id.removesuffix("moto").strip("-")
    yield f"{item.originalname}[{case}]"
