"""Pools back to YAML: reading it again gives an equal pool."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from pytest_cognito_groups.service.pools import Pool
from pytest_cognito_groups.service.records import GroupRecord, Milliseconds, UserRecord, moment

Value: TypeAlias = "str | Sequence[Value] | Mapping[str, Value]"

_SAFE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.@-]*")
_NOT_TEXT: Final = frozenset(("null", "true", "false", "yes", "no", "on", "off"))  # to other readers of YAML


def dump(pool: Pool) -> str:
    """The pool as a seed, in one form: keys in the order of the grammar, those at their defaults left out.

    The members of a group are in the order of the users. A name that has the form of a range, or almost, cannot be
    written.
    """
    return "".join(f"{line}\n" for line in _lines(pool))


def _lines(pool: Pool) -> Iterator[str]:
    config = pool.config
    yield f"pool: {_flow(config.id)}"
    if config.alias_attributes:
        yield f"alias_attributes: {_flow(config.alias_attributes)}"
    if config.username_attributes:
        yield f"username_attributes: {_flow(config.username_attributes)}"
    if not config.case_sensitive:
        yield "case_sensitive: false"
    joined = {name: pool.groups_of(name).names for name in pool.users}
    implied = {group: GroupRecord(group) for groups in joined.values() for group in groups}
    if pool.declared or list(implied.items()) != list(pool.groups.items()):
        yield "groups:"
        yield from (f"  {_text(name)}: {_flow(_group(group))}" for name, group in pool.groups.items())
    yield "users:"
    for name, user in pool.users.items():
        profile = _profile(user)
        if joined[name] and profile:
            profile = {"groups": joined[name], **profile}
        yield f"  {_text(name)}: {_flow(profile or joined[name])}"


def _group(group: GroupRecord) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if group.precedence is not None:
        found["precedence"] = Verbatim(str(group.precedence))
    if group.role_arn is not None:
        found["role_arn"] = group.role_arn
    if group.description is not None:
        found["description"] = group.description
    return found | _dates(group.created, group.modified)


def _profile(user: UserRecord) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if user.attributes:
        found["attributes"] = dict(user.attributes)
    if user.sub is not None:
        found["sub"] = user.sub
    if user.status != "CONFIRMED":
        found["status"] = user.status
    if not user.enabled:
        found["enabled"] = Verbatim("false")
    if user.mfa_options:
        found["mfa_options"] = [
            {"delivery_medium": medium, "attribute_name": attribute} for medium, attribute in user.mfa_options
        ]
    return found | _dates(user.created, user.modified)


def _dates(created: Milliseconds | None, modified: Milliseconds | None) -> dict[str, Value]:
    given = {"created": created, "modified": modified}
    return {key: Verbatim(_date(date)) for key, date in given.items() if date is not None}


def _date(date: Milliseconds) -> str:
    return moment(date).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Verbatim(str):
    """Text that is written as it is: a number, a truth, a date."""

    __slots__ = ()


def _flow(value: Value) -> str:
    if isinstance(value, Verbatim):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(map(_flow, value)) + "]"


def _text(value: str) -> str:
    if _SAFE.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return value
    return '"' + "".join(map(_character, value)) + '"'


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
