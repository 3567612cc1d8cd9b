"""Where a seed comes from: text in a mark, or a file."""

from __future__ import annotations

import codecs
import os
import re
import textwrap
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, final

from pytest_cognito_groups.seed.errors import SeedError, SeedProblem, excerpt
from pytest_cognito_groups.text import shown

_INDENTED: Final = re.compile(r"(?:[ \t]*\r?\n)*[ \t]+(?=[^ \t\r\n])")


@final
@dataclass(frozen=True, slots=True)
class PythonPlace:
    """The Python file to search for a seed's literal, and the line of the function or class that the seed marks."""

    path: str
    line: int


@final
@dataclass(frozen=True, slots=True)
class Source:
    """The text of a seed, verbatim, and what to call it in messages. Two sources are equal when their texts are."""

    text: str
    name: str = field(default="<seed>", compare=False)
    python: PythonPlace | None = field(default=None, compare=False)

    @property
    def yaml(self) -> str:
        """The text as YAML: without the indentation that all lines share."""
        return dedented(self.text)


def dedented(text: str) -> str:
    """The text without the indentation that all lines share, and without a byte order mark."""
    text = text.removeprefix("\ufeff")
    # Without indentation in the first line there is none to remove, and scanning 10 MB takes a while.
    return textwrap.dedent(text) if _INDENTED.match(text) else text


def read_file(path: str | os.PathLike[str], name: str | None = None) -> Source:
    """The seed in the file: UTF-8, with or without a byte order mark. Read again only when the file has changed.

    `name` is what messages call it; without it, the path, relative to the working directory when it lies below that.
    Raises `OSError` when it cannot be read, `SeedError` when it is not UTF-8.
    """
    status = Path(path).stat()
    return _read(os.fspath(path), name, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=32)
def _read(path: str, name: str | None, _modified: int, _size: int) -> Source:
    return from_bytes(Path(path).read_bytes(), name or shown(path))


def from_bytes(data: bytes, name: str) -> Source:
    """The seed in a file's content: UTF-8, with or without a byte order mark. Raises `SeedError` when it is not."""
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return Source(data.decode(), name)
    except UnicodeDecodeError as error:
        begin = data.rfind(b"\n", 0, error.start) + 1
        end = data.find(b"\n", error.start)
        line = data[begin : end if end >= 0 else len(data)].decode("utf-8", "replace").rstrip("\r")
        column = len(data[begin : error.start].decode())
        number = data.count(b"\n", 0, begin) + 1
        message = f"not UTF-8: byte 0x{data[error.start]:02x}"
        raise SeedError(
            [SeedProblem(name, number, column + 1, message, *excerpt(line, column), "save the file as UTF-8")]
        ) from None


def names_a_file(text: str) -> bool:
    """Whether the text looks like the name of a seed file rather than YAML."""
    return text.endswith((".yaml", ".yml")) and "\n" not in text
