"""Names by the dozen: `member-[001:150]`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, final

from pytest_cognito_groups.text import beginning, shortened

MOST: Final = 100_000
"""How many users and groups the ranges of one seed may cover: this many are read in a fraction of a second."""

ALMOST: Final = (
    r"(?:\[(?![0-9]+:[0-9]+\])(?=[-:,.]*[0-9A-Za-z])"
    r"[0-9A-Za-z]*(?:[-:,]|\.{2,}(?!\.))(?:[-:,0-9A-Za-z]|\.{2,}(?!\.))*\]"
    r"|\[\[[0-9]+:[0-9]+\]|\[[0-9]+:[0-9]+(?:\]\]|(?![0-9\]]))|(?<![0-9\[])[0-9]+:[0-9]+\])"
)
"""What was probably meant as a range: brackets with letters, digits and the signs of ranges elsewhere; or two numbers
with a bracket missing, or one too many.
"""

_FORM: Final = re.compile(r"\[([0-9]+):([0-9]+)\]")
_ALMOST: Final = re.compile(ALMOST)
_OTHER_FORM: Final = re.compile(r"\[([0-9]+)[-:.]+([0-9]+)\]")
_DIGITS: Final = 18  # more always means too many names, and Python refuses to read very many


class RangeError(ValueError):
    """A range that covers no names, or too many. `hint` says what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@final
@dataclass(frozen=True)
class Range:
    """The names from `first` to `last`, both included, zero-padded to `width`."""

    prefix: str
    first: int
    last: int
    width: int
    suffix: str

    def __len__(self) -> int:
        return self.last - self.first + 1

    def numbers(self) -> list[str]:
        """The numbers as written in the names."""
        return self._all("", "")

    @cached_property
    def names(self) -> list[str]:
        """The names written out; once, since it takes a while."""
        return self._all(self.prefix.replace("%", "%%"), self.suffix.replace("%", "%%"))

    def _all(self, prefix: str, suffix: str) -> list[str]:
        form = f"{prefix}%0{self.width}d{suffix}"
        return list(map(form.__mod__, range(self.first, self.last + 1)))  # a third of a comprehension's time

    @property
    def longest(self) -> str:
        """The last name. No other is longer, and they differ only in digits."""
        return f"{self.prefix}{str(self.last).zfill(self.width)}{self.suffix}"

    def __contains__(self, name: object) -> bool:
        if not (isinstance(name, str) and name.startswith(self.prefix) and name.endswith(self.suffix)):
            return False
        number = name[len(self.prefix) : len(name) - len(self.suffix)]
        if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
            return False
        return self.first <= int(number) <= self.last and number == str(int(number)).zfill(self.width)


def parse(name: str) -> Range | None:
    """The range that the name stands for, or `None` for an ordinary name.

    The numbers are padded to the width of the first, when that starts with a zero. `RangeError` when the range runs
    backwards, when there are two, when it is longer than `MOST`, or when the name looks like a range but isn't one.
    """
    if "[" not in name and "]" not in name:
        return None
    if _ALMOST.search(name):
        raise RangeError(f"{shortened(name)} looks like a range but isn't one", _hint(name))
    found = _FORM.search(name)
    if found is None:
        return None
    first, last = found.groups()
    prefix, suffix = name[: found.start()], name[found.end() :]
    if max(len(first), len(last)) > _DIGITS or int(last) - int(first) >= MOST:
        raise RangeError(
            f"{shortened(name)} covers too many names", f"the ranges of a seed may have at most {MOST:,} names"
        )
    if int(first) > int(last):
        raise RangeError(
            f"{shortened(name)} runs backwards",
            f"write {beginning(f'{prefix}[{last}:{first}]{suffix}')}; both ends are included",
        )
    padded = len(first) > 1 and first.startswith("0")
    names = Range(prefix, int(first), int(last), len(first) if padded else 0, suffix)
    if _FORM.search(f"{prefix}{first}{suffix}"):
        raise RangeError(
            f"{shortened(name)} has two ranges", "a name can have only one: write a line per value of the other"
        )
    return names


def _hint(name: str) -> str:
    """The hint for a name that is almost a range."""
    meant = _OTHER_FORM.sub(r"[\1:\2]", name)
    if _ALMOST.search(meant):
        return "write a range like member-[001:150]: whole numbers with a colon between them"
    try:
        parse(meant)
    except RangeError as error:
        return error.hint
    return f"write {beginning(meant)}; both ends are included"
