"""`python -m pytest_cognito_groups record`: a seed from a real pool, read through its listings alone."""

from __future__ import annotations

import argparse
import datetime
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, final

from pytest_cognito_groups.hook.data import service_model
from pytest_cognito_groups.pseudonyms import FLAGS, SIGN_IN, Disguised, PoolListings, disguise
from pytest_cognito_groups.seed import SeedError, Source, read
from pytest_cognito_groups.seed.documents import Profile, UserEntry
from pytest_cognito_groups.seed.dump import dump
from pytest_cognito_groups.service.records import EXTERNAL, GroupRecord, Milliseconds
from pytest_cognito_groups.text import did_you_mean

KEPT: Final = ("names", "attributes")
INTERRUPTED: Final = 130

_REGION: Final = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-[0-9]+")
_ATTEMPTS: Final = 12
"""How often botocore sends a request that is throttled, backing off up to 20 seconds in between."""

_THROTTLED: Final = ("TooManyRequestsException", "ThrottlingException", "LimitExceededException")
_NOT_SIGNED: Final = (
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "UnrecognizedClientException",
)


class RecordError(Exception):
    """Why there is no seed, in one sentence that says what is needed."""


@final
@dataclass(frozen=True, slots=True)
class Recording:
    """What to record, and how. `groups`: the groups asked for, or empty for all; `most`: how many users at most."""

    pool: str
    region: str | None = None
    profile: str | None = None
    endpoint_url: str | None = None
    groups: tuple[str, ...] = ()
    most: int | None = None
    keep: frozenset[str] = frozenset()


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `record` to the commands of the package."""
    command = commands.add_parser(
        "record",
        help="write a seed from a real pool",
        description="Read a user pool through its listings and write it as a seed, with made-up names and attributes.",
    )
    command.add_argument("pool", metavar="POOL_ID", help="the pool's id, like eu-west-1_AbCd12345")
    command.add_argument("--region", help="else the one in the pool's id")
    command.add_argument("--profile", help="the profile of the AWS configuration to take credentials from")
    command.add_argument("--endpoint-url", metavar="URL", help="where the service is, if it is not AWS")
    command.add_argument(
        "--group", action="append", default=[], metavar="NAME", help="only this group and its members; may be repeated"
    )
    command.add_argument("--max-users", type=_positive, metavar="N", help="only the first N users")
    command.add_argument(
        "--keep", type=_kept, default=frozenset(), metavar="names,attributes", help="what not to replace by pseudonyms"
    )
    command.add_argument("-o", "--output", metavar="FILE", help="the file to write, else standard output")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1")
    return int(text)


def _kept(text: str) -> frozenset[str]:
    kept = frozenset(text.split(","))
    if not kept <= set(KEPT):
        raise argparse.ArgumentTypeError(f"{text!r} is not names, attributes or names,attributes")
    return kept


def run(given: argparse.Namespace) -> int:
    """Record as the command line says; the exit status."""
    wanted = Recording(
        given.pool,
        given.region,
        given.profile,
        given.endpoint_url,
        tuple(dict.fromkeys(given.group)),
        given.max_users,
        given.keep,
    )
    try:
        target = _target(given.output)
        text, warnings = record(wanted)
        for warning in warnings:
            sys.stderr.write(f"record: {warning}\n")
        _write(text, target)
    except RecordError as error:
        sys.stderr.write(f"record: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("record: interrupted, nothing was written\n")
        return INTERRUPTED
    return 0


def record(wanted: Recording) -> tuple[str, tuple[str, ...]]:
    """The seed, and what to know before sharing it. `RecordError` where there is none."""
    model = service_model()
    if model.violation("UserPoolIdType", wanted.pool):
        raise RecordError(f"{wanted.pool!r} is not the id of a user pool: write one like eu-west-1_AbCd12345")
    groups, listed, members = _read(wanted)
    users, disordered = ordered(listed, members)
    pool = PoolListings(wanted.pool, groups, users, members, username_attributes(users))
    disguised = disguise(pool, keep_names="names" in wanted.keep, keep_attributes="attributes" in wanted.keep)
    text = _seed(pool, disguised, wanted.keep, disordered)
    try:
        read([[Source(text)]], model)
    except SeedError as error:
        raise RecordError(f"a seed cannot hold this pool: {error.errors[0].message}") from None
    return text, _warnings(disguised)


def _seed(pool: PoolListings, disguised: Disguised, keep: frozenset[str], disordered: int) -> str:
    joined: dict[str, list[str]] = {username: [] for username in pool.users}
    for shown, members in zip(disguised.groups, pool.members.values(), strict=True):
        for username in members:
            joined[username].append(shown.name)
    entries = [UserEntry(key, tuple(joined[name]), disguised.users[key]) for name, key in disguised.keys.items()]
    made_up = [kind for kind in KEPT if kind not in keep] + ["account numbers"]
    remarks = [f"Recorded from {pool.id}; made up: {', '.join(made_up)}."]
    if disordered:
        differ = f"{disordered} of them differ{'s' if disordered == 1 else ''}"
        remarks.append(f"No order of users gives the members of all groups in the pool's order: {differ}.")
    remarks += [f"{name!r} would be read as a range; it is {new!r} here." for name, new in disguised.renamed.items()]
    attributes = pool.username_attributes
    return dump(disguised.groups, entries, pool=pool.id, username_attributes=attributes, remarks=remarks)


def _warnings(disguised: Disguised) -> tuple[str, ...]:
    if not disguised.telling:
        return ()
    names = ", ".join(map(repr, disguised.telling))
    return (f"these groups and roles are kept, and hold a name or an attribute of a user: {names}",)


def username_attributes(users: Mapping[str, Profile]) -> tuple[str, ...]:
    """What people sign in with, as far as the users show it: where it is an attribute, the username of every local user
    is their `sub` (LOOK-7), and all have such an attribute.
    """
    local = {name: dict(profile.attributes) for name, profile in users.items() if profile.status != EXTERNAL}
    if not local or any(users[name].sub != name for name in local):
        return ()
    for chosen in (SIGN_IN[:1], SIGN_IN[1:], SIGN_IN):
        values = [attributes[name] for attributes in local.values() for name in chosen if name in attributes]
        if len(set(values)) == len(values) and all(attributes.keys() & set(chosen) for attributes in local.values()):
            return chosen
    return ()


def ordered(users: Mapping[str, Profile], members: Mapping[str, Sequence[str]]) -> tuple[Mapping[str, Profile], int]:
    """The users in an order in which the members of each group come as its listing has them, otherwise as listed; and
    how many groups there are where that cannot be.

    A seed has one order of users for all groups.
    """
    names = list(users)
    place = {name: index for index, name in enumerate(names)}
    after: dict[str, list[str]] = {name: [] for name in names}
    waiting = dict.fromkeys(names, 0)
    for listing in members.values():
        for name, following in pairwise(listing):
            after[name].append(following)
            waiting[following] += 1
    ready = [place[name] for name in names if not waiting[name]]
    left = iter(names)
    found: dict[str, Profile] = {}
    while len(found) < len(names):
        # Where the listings contradict one another, whoever is listed first comes first.
        name = names[heappop(ready)] if ready else next(name for name in left if name not in found)
        found[name] = users[name]
        for following in after[name]:
            waiting[following] -= 1
            if not waiting[following] and following not in found:
                heappush(ready, place[following])
    place = {name: index for index, name in enumerate(found)}
    disordered = [listing for listing in members.values() if any(place[a] > place[b] for a, b in pairwise(listing))]
    return found, len(disordered)


# The pool


def _read(wanted: Recording) -> tuple[tuple[GroupRecord, ...], dict[str, Profile], dict[str, list[str]]]:
    """The groups, the users by `Username`, the members of each group, in the order of the listings."""
    try:
        import boto3
        from tqdm import tqdm
    except ImportError as error:
        raise RecordError(f"{error.name} is needed: pip install 'pytest-cognito-groups[record]'") from None
    with _explained(wanted):
        client = _client(boto3.Session(profile_name=wanted.profile), wanted)
        groups = [_group(group) for group in _items(client, "list_groups", wanted.pool)]
        if wanted.groups:
            groups = _chosen(groups, wanted.groups)
        found: dict[str, Profile] = {}
        listed = () if wanted.groups else _items(client, "list_users", wanted.pool, most=wanted.most)
        for user in tqdm(listed, "users", unit="", disable=None, leave=False):
            found[user["Username"]] = _profile(user)
        members: dict[str, list[str]] = {}
        for group in tqdm(groups, "groups", unit="", disable=None, leave=False):
            joined = members[group.name] = []
            for user in _items(client, "list_users_in_group", wanted.pool, GroupName=group.name):
                name = user["Username"]
                if name in found or wanted.most is None or (wanted.groups and len(found) < wanted.most):
                    found.setdefault(name, _profile(user))
                    joined.append(name)
            members[group.name] = list(dict.fromkeys(joined))  # who joins during the walk may be listed twice
    return tuple(groups), found, members


def _chosen(groups: Sequence[GroupRecord], names: Sequence[str]) -> list[GroupRecord]:
    known = [group.name for group in groups]
    for name in names:
        if name not in known:
            raise RecordError(f"the pool has no group {name!r}{did_you_mean(name, known)}")
    return [group for group in groups if group.name in names]


def _client(session: Any, wanted: Recording) -> Any:
    from botocore.config import Config

    region = wanted.pool.rpartition("_")[0]
    return session.client(
        "cognito-idp",
        region_name=wanted.region or (region if _REGION.fullmatch(region) else None),
        endpoint_url=wanted.endpoint_url,
        config=Config(retries={"mode": "standard", "total_max_attempts": _ATTEMPTS}),
    )


def _items(client: Any, method: str, pool: str, *, most: int | None = None, **params: str) -> Iterator[dict[str, Any]]:
    pages = client.get_paginator(method).paginate(
        UserPoolId=pool, **params, PaginationConfig={"PageSize": 60, "MaxItems": most}
    )
    key = "Groups" if method == "list_groups" else "Users"
    for page in pages:
        yield from page[key]


def _group(group: Mapping[str, Any]) -> GroupRecord:
    created, modified = _dates(group["CreationDate"], group["LastModifiedDate"])
    role, description = group.get("RoleArn") or None, group.get("Description") or None
    return GroupRecord(group["GroupName"], group.get("Precedence"), role, description, created, modified)


def _profile(user: Mapping[str, Any]) -> Profile:
    attributes = {attribute["Name"]: attribute.get("Value", "") for attribute in user["Attributes"]}
    attributes |= {name: attributes[name].lower() for name in FLAGS & attributes.keys()}  # moto has Python's True
    sub = attributes.pop("sub", None)
    options = [(option.get("DeliveryMedium"), option.get("AttributeName")) for option in user.get("MFAOptions", ())]
    created, modified = _dates(user["UserCreateDate"], user["UserLastModifiedDate"])
    return Profile(
        tuple(attributes.items()), sub, user["UserStatus"], user["Enabled"], tuple(options), created, modified
    )


def _dates(created: datetime.datetime, modified: datetime.datetime) -> tuple[Milliseconds, Milliseconds | None]:
    """A seed takes the one date for the other where it is not given."""
    first, last = (round(date.timestamp() * 1000) for date in (created, modified))
    return first, None if first == last else last


# What can go wrong


@contextmanager
def _explained(wanted: Recording) -> Iterator[None]:
    from botocore import exceptions as known

    try:
        yield
    except known.ClientError as error:
        raise RecordError(_refused(error, wanted)) from None
    except known.NoCredentialsError:
        message = "no AWS credentials were found: sign in, set AWS_PROFILE or pass --profile"
        raise RecordError(message) from None
    except known.NoRegionError:
        raise RecordError(f"{wanted.pool} does not begin with a region: pass --region") from None
    except known.ProfileNotFound:
        raise RecordError("the AWS configuration has no such profile: see aws configure list-profiles") from None
    except (known.HTTPClientError, known.ConnectionError) as error:
        hint = "check the network, --region and --endpoint-url"
        raise RecordError(f"{_one_line(error)} ({hint})") from None
    except (known.BotoCoreError, ValueError) as error:  # botocore reports a bad endpoint with a ValueError
        raise RecordError(_one_line(error)) from None


def _refused(error: Any, wanted: Recording) -> str:
    code, operation = error.response["Error"]["Code"], error.operation_name
    if code in _NOT_SIGNED:
        return f"the credentials are not accepted ({code}): sign in again, or pass another --profile"
    if code == "AccessDeniedException":
        needed = "cognito-idp:ListGroups and cognito-idp:ListUsersInGroup"
        if not wanted.groups:
            needed = f"cognito-idp:ListUsers, {needed}"
        return f"{operation} was denied: the credentials need {needed} on {wanted.pool}"
    if code == "ResourceNotFoundException" and operation != "ListUsersInGroup":
        return f"there is no user pool {wanted.pool} here: check its id, --region, --profile and --endpoint-url"
    if code in _THROTTLED:
        return f"{operation} was throttled {_ATTEMPTS} times in a row: try again when the pool is less busy"
    return f"{operation} failed with {code}: {_one_line(error.response['Error'].get('Message', ''))}"


def _one_line(error: object) -> str:
    return " ".join(str(error).split())


# The file


def _target(output: str | None) -> Path | None:
    """The file to write, `None` for standard output; a wrong one is noticed before the pool is read."""
    if output is None or output == "-":
        return None
    target = Path(output).resolve()
    if target.is_dir() or not target.parent.is_dir():
        wrong = "it is a directory" if target.is_dir() else f"{target.parent} is not a directory"
        raise RecordError(f"{output} cannot be written: {wrong}")
    return target


def _write(text: str, target: Path | None) -> None:
    """Write the seed, all of it or none."""
    if target is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")  # a device or a pipe cannot be replaced
            return
        part = target.with_name(f"{target.name}.{os.getpid()}.part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise RecordError(f"{target} cannot be written: {error.strerror}") from None
