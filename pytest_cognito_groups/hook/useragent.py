"""botocore's User-Agent header, cleaned once.

botocore puts the header together twice for each request and cleans its parts character by character: a fifth of what a
small call costs. While a fake is active, what a part comes to is remembered. The header stays as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from types import ModuleType
from typing import Any, Final

_MODULE: Final = "botocore.useragent"
_NAME: Final = "sanitize_user_agent_string_component"


@lru_cache(maxsize=4)
def _remembering(clean: Callable[..., str]) -> Callable[..., str]:
    return lru_cache(maxsize=256)(clean)


_modules: Final[set[ModuleType | None]] = set()
"""botocore's module, and another where a test imports botocore anew."""


def remember() -> None:
    """Remember from now on, where botocore has such a function and it is loaded."""
    module = sys.modules.get(_MODULE)
    _modules.add(module)
    _replace(module, lambda clean: clean if hasattr(clean, "cache_info") else _remembering(clean))


def forget() -> None:
    """Leave botocore as it was found."""
    while _modules:
        _replace(_modules.pop(), lambda clean: clean.__wrapped__ if hasattr(clean, "cache_info") else clean)


def _replace(module: ModuleType | None, another: Callable[[Any], object]) -> None:
    if hasattr(module, _NAME):
        setattr(module, _NAME, another(getattr(module, _NAME)))
