"""How messages name files."""

from __future__ import annotations

import os
from pathlib import Path


def shown(path: str | os.PathLike[str]) -> str:
    """The path, relative to the working directory when it lies below that."""
    try:
        here = Path.cwd()
    except FileNotFoundError:  # a test has removed it
        return os.fspath(path)
    absolute = here / path
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else os.fspath(path)
