"""The groups of the pool as CSV: `python -m reports.groups >groups.csv`."""

import csv
import sys
from collections.abc import Iterator
from typing import TextIO

from accounts.members import members_of
from accounts.pool import POOL_ID, client

COLUMNS = ("group", "precedence", "role", "description", "members", "disabled")


def rows() -> Iterator[dict]:
    """A row for each group, in the order of the service."""
    for page in client.get_paginator("list_groups").paginate(UserPoolId=POOL_ID):
        for group in page["Groups"]:
            members = list(members_of(group["GroupName"]))
            yield {
                "group": group["GroupName"],
                "precedence": group.get("Precedence"),
                "role": group.get("RoleArn", "").rpartition("/")[2],
                "description": group.get("Description"),
                "members": len(members),
                "disabled": sum(not member.enabled for member in members),
            }


def write(stream: TextIO) -> None:
    """The report, sorted by name. Nothing is written unless all of it could be read."""
    report = sorted(rows(), key=lambda row: row["group"])
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(report)


if __name__ == "__main__":
    write(sys.stdout)
