"""Regions and partitions, as botocore's endpoint data has them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit


@lru_cache(maxsize=1)
def _partitions() -> Sequence[Mapping[str, Any]]:
    from botocore.loaders import Loader

    partitions: Sequence[Mapping[str, Any]] = Loader().load_data("partitions")["partitions"]
    return partitions


@lru_cache(maxsize=256)
def partition(region: str) -> str | None:
    """The partition that the region is in, such as `"aws-cn"`; `None` for what is no region."""
    for each in _partitions():
        if region in each["regions"] or re.fullmatch(each["regionRegex"], region):
            return str(each["id"])
    return None


def is_aws(url: str) -> bool:
    """Whether the URL's host is one of AWS's own."""
    host = urlsplit(url).hostname or ""
    suffixes = {each["outputs"][name] for each in _partitions() for name in ("dnsSuffix", "dualStackDnsSuffix")}
    return host.endswith(tuple(f".{suffix}" for suffix in suffixes))
