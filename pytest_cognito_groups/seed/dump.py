"""Seeds written out: the groups and users of a pool as YAML, alike users as ranges."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from pytest_cognito_groups.seed.documents import Profile, UserEntry
from pytest_cognito_groups.seed.grammar import NO_TEMPLATE
from pytest_cognito_groups.seed.ranges import MOST, Range, RangeError, parse
from pytest_cognito_groups.service.records import GroupRecord, Milliseconds, UserRecord, moment

Value: TypeAlias = "str | Sequence[Value] | Mapping[str, Value]"

_SAFE: Final = re.compile(r"[A-Za-z](?:[A-Za-z0-9_.@/-]|:+(?=[A-Za-z0-9/]))*")
_SAFE_RANGE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.@-]*\[[0-9]+:[0-9]+\][A-Za-z0-9_.@-]*")
_NOT_TEXT: Final = frozenset(("null", "true", "false", "yes", "no", "on", "off"))  # to other readers of YAML
_NUMBERS: Final = re.compile(r"([0-9]+)")


def plain_name(name: str, taken: Collection[str]) -> str:
    """The name, or one like it, of those not taken, where a seed would take it for a range or refuse it as almost
    one.
    """
    try:
        if parse(name) is None:
            return name
    except RangeError:
        pass
    plain = name.replace("[", "(").replace("]", ")")
    while plain in taken:
        plain += "_"
    return plain


def dump(
    groups: Iterable[GroupRecord],
    users: Iterable[UserEntry],
    *,
    pool: str,
    username_attributes: Sequence[str] = (),
    remarks: Iterable[str] = (),
) -> str:
    """The seed of a pool, with remarks as comments at its top. The same pool always gives the same text.

    What is at its default is left out. The members of a group are in the order of the users. Names have to be plain
    ones (`plain_name`).
    """
    lines = [*(f"# {remark}" for remark in remarks), f"pool: {flow(pool)}"]
    if username_attributes:
        lines.append(f"username_attributes: {flow(username_attributes)}")
    named = [f"  {_text(group.name)}: {flow(_group(group))}" for group in groups]
    lines += ["groups:", *named] if named else []
    lines.append("users:")
    lines += [f"  {_key(entry)}: {flow(_user(entry))}" for entry in folded(users)]
    return "".join(f"{line}\n" for line in lines)


# Ranges


def folded(users: Iterable[UserEntry]) -> Iterator[UserEntry]:
    """The users; consecutive ones who differ only in a number become one entry."""
    run: list[UserEntry] = []
    names: Range | None = None
    profile = Profile()
    room = MOST
    for user in users:
        longer = _continued(names, run, user) if run else None
        if longer is not None and len(longer) <= room:
            template = profile if names is not None else _template(longer, run[0], user)
            if template is not None and _rendered(template, longer, user.name) == user.profile.attributes:
                run.append(user)
                names, profile = longer, template
                continue
        yield from _run(run, names, profile)
        room -= len(run) if names is not None else 0
        run, names = [user], None
    yield from _run(run, names, profile)


def _run(run: list[UserEntry], names: Range | None, profile: Profile) -> Iterable[UserEntry]:
    return run if names is None else [UserEntry(names.longest, run[0].groups, profile, names)]


def _continued(names: Range | None, run: list[UserEntry], user: UserEntry) -> Range | None:
    """The range of the run and the user; `None` when their names are in none, or when they differ in what a range
    shares.
    """
    first = run[0]
    if first.groups != user.groups or user.profile.sub is not None:
        return None
    if first.profile._replace(attributes=()) != user.profile._replace(attributes=()):
        return None
    if names is None:
        return _two(first.name, user.name)
    longer = Range(names.prefix, names.first, names.last + 1, names.width, names.suffix)
    return longer if longer.longest == user.name else None


def _two(first: str, second: str) -> Range | None:
    """The range of the two names, if they make one."""
    parts, others = _NUMBERS.split(first), _NUMBERS.split(second)
    places = [place for place, (part, other) in enumerate(zip(parts, others, strict=False)) if part != other]
    if len(parts) != len(others) or len(places) != 1 or not places[0] % 2:
        return None
    place = places[0]
    number = parts[place]
    prefix, suffix = "".join(parts[:place]), "".join(parts[place + 1 :])
    written = f"{prefix}[{number}:{others[place]}]{suffix}"
    try:
        names = parse(written)
    except RangeError:  # it runs backwards, or there are brackets beside the numbers
        return None
    return names if names is not None and len(names) == 2 and names.names == [first, second] else None


def _template(names: Range, first: UserEntry, second: UserEntry) -> Profile | None:
    """What the two have in common, with `{name}` and `{n}` in the attributes; `None` when no template gives both."""
    mine, theirs = first.profile.attributes, second.profile.attributes
    if [name for name, _ in mine] != [name for name, _ in theirs]:
        return None
    number = names.numbers()[0]
    found = []
    for (name, value), (_, other) in zip(mine, theirs, strict=True):
        head, separator, tail = value.rpartition(number)
        for template in (value, value.replace(first.name, "{name}"), f"{head}{{n}}{tail}" if separator else value):
            wanted = ((name, value),), ((name, other),)
            made = tuple(_rendered(Profile(((name, template),)), names, user.name) for user in (first, second))
            if made == wanted and not re.search(NO_TEMPLATE, template):
                found.append((name, template))
                break
        else:
            return None
    return first.profile._replace(attributes=tuple(found))


def _rendered(profile: Profile, names: Range, name: str) -> tuple[tuple[str, str], ...]:
    """The attributes that the template gives the user of the range."""
    number = name[len(names.prefix) : len(name) - len(names.suffix)]
    return UserRecord(name, None, profile.attributes, number).attributes


# YAML


def _key(entry: UserEntry) -> str:
    span = entry.span
    if span is None:
        return _text(entry.name)
    first, last = span.numbers()[:: len(span) - 1]
    written = f"{span.prefix}[{first}:{last}]{span.suffix}"
    return written if _SAFE_RANGE.fullmatch(written) else _quoted(written)


def _user(entry: UserEntry) -> Value:
    groups, user = entry.groups, entry.profile
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
    found |= _dates(user.created, user.modified)
    return {"groups": groups, **found} if groups and found else found or groups


def _group(group: GroupRecord) -> Value:
    found: dict[str, Value] = {}
    if group.precedence is not None:
        found["precedence"] = Verbatim(str(group.precedence))
    if group.role_arn is not None:
        found["role_arn"] = group.role_arn
    if group.description is not None:
        found["description"] = group.description
    return found | _dates(group.created, group.modified)


def _dates(created: Milliseconds | None, modified: Milliseconds | None) -> dict[str, Value]:
    given = {"created": created, "modified": modified}
    return {key: Verbatim(_date(date)) for key, date in given.items() if date is not None}


def _date(date: Milliseconds) -> str:
    precision = "milliseconds" if date % 1000 else "seconds"
    return moment(date).isoformat(timespec=precision).replace("+00:00", "Z")


class Verbatim(str):
    """Text that is written as it is: a number, a truth, a date."""

    __slots__ = ()


def flow(value: Value) -> str:
    """The value as YAML in one line."""
    if isinstance(value, Verbatim):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key)}: {flow(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]"


def _text(value: str) -> str:
    return value if _SAFE.fullmatch(value) and value.lower() not in _NOT_TEXT else _quoted(value)


def _quoted(value: str) -> str:
    return '"' + "".join(map(_character, value)) + '"'


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
