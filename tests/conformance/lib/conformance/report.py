"""What a run has shown of each rule, as a table for docs/semantics.md."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

DOCUMENT: Final = Path(__file__).parents[4] / "docs" / "semantics.md"
ROW: Final = re.compile(r"^\| (?P<id>[A-Z]+-\d+) \| .* \| (?P<grade>[^|]+) \|$", re.MULTILINE)

OUT_OF_REACH: Final = {
    "PAGE-3": "a short page comes when the service likes",
    "PAGE-4": "an empty page comes when the service likes",
    "PAGE-8": "takes an hour",
    "WIRE-6": "throttling does not come on demand",
    "WIRE-7": "needs a second identity, without permissions",
    "GROUP-6": "takes 10,001 groups",
}
"""Rules that no service can be asked about, and why."""

NOT_THE_SERVICES_WORD: Final = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "InternalErrorException",
    "InvalidSignatureException",
    "ThrottlingException",
    "TooManyRequestsException",
    "UnrecognizedClientException",
}
"""Errors that tell of the account or of the day, and nothing about a rule."""


def rules() -> dict[str, str]:
    """The grade of each rule of the document, in its order."""
    return {row["id"]: row["grade"] for row in ROW.finditer(DOCUMENT.read_text(encoding="utf-8"))}


def is_evidence(error: BaseException) -> bool:
    """Whether a failure of a test speaks about its rule, and not about the network or the account."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] not in NOT_THE_SERVICES_WORD
    return isinstance(error, (AssertionError, ParamValidationError)) or not isinstance(
        error, (BotoCoreError, KeyboardInterrupt, OSError)
    )


@dataclass
class Report:
    """`planned`: how many tests there are of a rule; the others list what those that ran came to."""

    planned: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    passed: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    failed: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    hindered: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def verdict(self, rule: str) -> tuple[str, str]:
        """What was seen of the rule, and by which tests or why not."""
        if self.failed[rule]:
            return "refuted", cell(self.failed[rule])
        if self.passed[rule] and len(self.passed[rule]) == self.planned[rule]:
            return "confirmed", f"{self.planned[rule]} of {self.planned[rule]} tests"
        if rule in OUT_OF_REACH:
            return "not seen", OUT_OF_REACH[rule]
        if self.hindered[rule]:
            return "not seen", cell(self.hindered[rule])
        return "not seen", f"{len(self.passed[rule])} of {self.planned[rule]} tests ran"

    def lines(self) -> Iterator[str]:
        """The table, a rule a line."""
        yield "| rule | grade | seen | by |"
        yield "|---|---|---|---|"
        for rule, grade in rules().items():
            seen, by = self.verdict(rule)
            yield f"| {rule} | {grade} | {seen} | {by} |"

    def counted(self) -> Mapping[str, int]:
        counts = {"confirmed": 0, "refuted": 0, "not seen": 0}
        for rule in rules():
            counts[self.verdict(rule)[0]] += 1
        return counts


def cell(lines: list[str], most: int = 3) -> str:
    """Lines in a cell of a Markdown table."""
    shown = [" ".join(line.split()).replace("|", "\\|") for line in lines[:most]]
    return "<br>".join(shown if len(lines) <= most else [*shown, f"and {len(lines) - most} more"])
