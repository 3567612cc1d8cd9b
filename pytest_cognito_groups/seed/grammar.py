"""The grammar of a seed: which keys there are, and what each of them takes. The tables are at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from sys import intern
from typing import Final

from pytest_cognito_groups.options import OPTIONS
from pytest_cognito_groups.seed.documents import PLAIN, Decoded, Document, Profile, UserEntry
from pytest_cognito_groups.seed.fields import (
    Decoder,
    FieldError,
    Read,
    Taken,
    count,
    date,
    instant,
    one_of,
    optional_count,
    scalar,
    text,
    truth,
    uuid,
)
from pytest_cognito_groups.seed.nodes import (
    MappingNode,
    Node,
    Pairs,
    ScalarNode,
    SequenceNode,
    UnreadableError,
    compose,
    null,
    plain,
)
from pytest_cognito_groups.seed.ranges import Range
from pytest_cognito_groups.service.faults import Fault, wrong
from pytest_cognito_groups.service.model import Model, flag_meant
from pytest_cognito_groups.service.pools import GROUPS_PER_USER
from pytest_cognito_groups.service.records import GroupRecord
from pytest_cognito_groups.text import beginning, did_you_mean, shortened

MEMBERSHIPS: Final = 2_000_000
"""How many memberships one document may have: 20 for each of 100,000 users. Two short lines can ask for ten million."""

NO_TEMPLATE: Final = r"\{(?!(?:n|name)\})\s*[A-Za-z_][0-9A-Za-z_]*\s*(?::[^{}]*)?\}"
"""What looks like a template and is neither `{n}` nor `{name}`."""

_NO_TEMPLATE: Final = re.compile(NO_TEMPLATE)


def decode(yaml: str, model: Model) -> Decoded:
    """What the text says, and all that is wrong with it."""
    try:
        roots = compose(yaml)
    except UnreadableError as error:
        return Decoded((), (error.finding,), readable=False)
    documents, findings = [], []
    for number, root in enumerate(roots):
        if null(root):  # an empty document has no pool
            continue
        decoder = Decoder(model, merging="<<" in yaml)
        fields, nodes = decoder.fields(root, DOCUMENT, "a seed", partial(_misplaced, _owners(root)))
        pool = nodes.get("pool")
        if isinstance(pool, ScalarNode):
            fields["pool"] = pool.value  # even a bad id shows what belongs together
        documents.append(Document(number, **{key: value for key, value in fields.items() if value is not None}))
        findings += decoder.findings
    return Decoded(tuple(documents), tuple(dict.fromkeys(findings)))


def _owners(root: Node) -> dict[str, str]:
    """The unknown keys below an empty `users` or `groups`, which were probably meant as names in it, with that key."""
    found: dict[str, str] = {}
    owner = ""
    for key, value in root.value if isinstance(root, MappingNode) else ():
        name = key.value if isinstance(key, ScalarNode) else ""
        if name in DOCUMENT:
            owner = name if name in ("users", "groups") and null(value) else ""
        elif owner:
            found[name] = owner
    return found


def _misplaced(owners: dict[str, str], key: str, value: Node) -> str:
    """The hint for those who write an option, a user or a group as a key of the seed."""
    if key in OPTIONS:
        return f"it is an option and goes next to the seed: {key}=…"
    if key in owners:
        return f"indent it to make it one of the {owners[key]}"
    if not key or did_you_mean(key, DOCUMENT):
        return ""
    pairs = value.value if isinstance(value, MappingNode) else []
    keys = {name.value for name, _ in pairs if isinstance(name, ScalarNode)}
    is_group = not keys.isdisjoint(GROUP) and keys.isdisjoint(USER)
    if not is_group and not isinstance(value, SequenceNode) and keys.isdisjoint(USER):
        return ""
    kind = "group" if is_group else "user"
    return f"its keys are: {', '.join(DOCUMENT)}; write a {kind} as {kind}s: {{{beginning(key)}: …}}"


def _indented(decoder: Decoder, pairs: Pairs, fields: dict[str, Read], what: str) -> Pairs:
    """The pairs without those that were probably meant as fields of the empty one above them, which are errors."""
    owner: ScalarNode | None = None
    found: Pairs = []
    for key, value in pairs:
        if owner is not None and key.value in fields and plain(key):
            hint = f"indent it to make it a field of {beginning(owner.value)}; in quotes it is the name of a {what}"
            decoder.add_error(
                key, f"{key.value!r} is a field of a {what} but is level with {shortened(owner.value)}", hint
            )
            continue
        owner = key if null(value) else None
        found.append((key, value))
    return found


# Groups


def _groups(decoder: Decoder, node: Node) -> dict[str, GroupRecord | None]:
    """The groups by name; `None` for those in a list, of which only the name is given."""
    if isinstance(node, ScalarNode) and not null(node):
        hint = "write them like [admins, readers], or like admins: {precedence: 0}"
        raise FieldError("groups must be a list of names, or a mapping keyed by name", hint)
    found: dict[str, GroupRecord | None] = {}
    taken = Taken(decoder, "group")
    for item in node.value if isinstance(node, SequenceNode) else ():
        if isinstance(item, ScalarNode):
            found |= dict.fromkeys(_group_names(decoder, taken, item))
        else:
            hint = "to add fields, write a mapping: admins: {precedence: 0}"
            decoder.add_error(item, "a list of groups takes only names", hint)
    pairs = decoder.mappings.pairs(node) if isinstance(node, MappingNode) else []
    for key, value in _indented(decoder, pairs, GROUP, "group"):
        fields, _ = decoder.fields(value, GROUP, "a group", partial(_members, key.value))
        for name in _group_names(decoder, taken, key):
            found.setdefault(name, GroupRecord(name, **fields))
    return found


def _group_names(decoder: Decoder, taken: Taken, node: ScalarNode) -> Sequence[str]:
    """The names of the groups. An invalid one counts, so that memberships in it aren't reported as well."""
    span = decoder.attempt(_group_span, node)
    names = (node.value,) if span is None else span.names
    taken.give(node, names)
    return names


def _members(group: str, key: str, value: Node) -> str:
    """The hint for those who write members with their group."""
    listed = value.value if isinstance(value, SequenceNode) else None
    if key not in ("users", "members") and (key or listed is None):
        return ""
    user = listed[0].value if listed and isinstance(listed[0], ScalarNode) else "alice"
    return f"write memberships with the user: {beginning(user)}: [{beginning(group)}]"


# Users


def _users(decoder: Decoder, node: Node) -> tuple[UserEntry, ...]:
    found: list[UserEntry] = []
    taken = Taken(decoder, "user")
    joined = 0
    for key, value in _indented(decoder, decoder.named(node, "users", "alice: [readers]"), USER, "user"):
        span: Range | None = None
        groups: tuple[str, ...] = ()
        profile = PLAIN
        try:
            span = decoder.span(key, "UsernameType")
        except FieldError as error:
            decoder.add_error(key, error.message, error.hint)
        if isinstance(value, MappingNode):
            groups, profile = _user(decoder, value, several=span is not None and len(span) > 1)
            if span is not None and profile.attributes:
                _check_templates(decoder, value)
        else:
            groups = decoder.attempt(_memberships, value) or ()
        joined += len(groups) * (1 if span is None else len(span))
        if joined > MEMBERSHIPS:
            decoder.add_error(
                key, f"with this user, the seed has more than {MEMBERSHIPS:,} memberships", "use fewer users or groups"
            )
            break
        if span is None:
            taken.give(key, (key.value,))
            found.append(UserEntry(key.value, groups, profile))
        else:
            taken.give(key, span.names)
            found.append(UserEntry(span.longest, groups, profile, span))
    return tuple(found)


def _user(decoder: Decoder, node: MappingNode, *, several: bool) -> tuple[tuple[str, ...], Profile]:
    found = decoder.profiles.get(id(node))
    if found is None:
        fields, nodes = decoder.fields(node, USER, "a user", _attribute)
        groups = fields.pop("groups", ())
        found = decoder.profiles[id(node)] = groups, Profile(**fields), nodes
    groups, profile, nodes = found
    if several and "sub" in nodes:
        decoder.add_error(
            nodes["sub"], "a sub belongs to a single user", "remove it: each user of a range gets their own"
        )
        profile = profile._replace(sub=None)
    return groups, profile


def _attribute(key: str, value: Node) -> str:
    """The hint for those who write an attribute as a field of the user."""
    if not isinstance(value, ScalarNode) or did_you_mean(key, USER):
        return ""
    attribute = f"{beginning(key)}: {beginning(value.value)}"
    return f"its keys are: {', '.join(USER)}; write an attribute as attributes: {{{attribute}}}"


def _memberships(decoder: Decoder, node: Node) -> tuple[str, ...]:
    """The names of the groups, ranges written out. Equal lists become one."""
    example = f"[{beginning(node.value)}]" if isinstance(node, ScalarNode) else "[readers, admins]"
    items = decoder.items(node, "a user's groups", example)
    written = tuple([item.value if type(item) is ScalarNode else "" for item in items])
    groups = decoder.lists.get(written)
    if groups is None:
        before = len(decoder.findings)
        groups = _written_out(decoder, items)
        if len(decoder.findings) == before:
            decoder.lists[written] = groups
    return groups


def _written_out(decoder: Decoder, items: list[Node]) -> tuple[str, ...]:
    found: dict[str, Node] = {}
    for item in items:
        try:
            span = decoder.span(item, "GroupNameType", GROUPS_PER_USER)
        except FieldError as error:
            decoder.add_error(item, error.message, error.hint)
            continue
        for name in (intern(item.value),) if span is None else span.names:
            if name in found:
                decoder.add_error(item, f"group {shortened(name)} is listed twice", "keep one of the two", found[name])
                break
            found[name] = item
            if len(found) == GROUPS_PER_USER + 1:
                decoder.add_error(item, f"a user can be in at most {GROUPS_PER_USER} groups", "this is one too many")
    return tuple(found)


def _attributes(decoder: Decoder, node: Node) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for key, value in decoder.named(node, "attributes", "{email: alice@example.com}"):
        if key.value == "sub":
            hint = "it is a key of the user: write sub: next to attributes:"
            decoder.add_error(key, "sub can't be given as an attribute", hint)
            continue
        decoder.attempt(_attribute_name, key)
        decoder.attempt(_attribute_value, value)
        found[key.value] = written = value.value if isinstance(value, ScalarNode) else ""
        meant = flag_meant(key.value, written) if isinstance(value, ScalarNode) else ()
        if meant:
            message = f"{key.value} must be true or false, not {shortened(written)}"
            decoder.add_error(value, message, f"write {' or '.join(meant)}")
    return tuple(found.items())


def _check_templates(decoder: Decoder, user: MappingNode) -> None:
    """Add errors for what looks like a template in the attributes of a range, and would be taken as written."""
    nodes = {key.value: value for key, value in decoder.mappings.pairs(user)}
    for _, value in decoder.named(nodes["attributes"], "attributes", ""):
        for found in _NO_TEMPLATE.findall(value.value) if isinstance(value, ScalarNode) else ():
            hint = "{name} is the username, {n} the number in it, as written"
            if found.startswith("{n:"):
                hint = "{n} is the number as written in the name: pad the range itself, as in member-[001:150]"
            decoder.add_error(value, f"{shortened(found)} means nothing in a range", hint)


def _mfa_options(decoder: Decoder, node: Node) -> tuple[tuple[str, str], ...]:
    found = []
    example = "[{delivery_medium: SMS, attribute_name: phone_number}]"
    for item in decoder.items(node, "mfa_options", example):
        fields, nodes = decoder.fields(item, MFA_OPTION, "an MFA option")
        missing = [key for key in MFA_OPTION if key not in nodes]
        if missing and (isinstance(item, MappingNode) or null(item)):
            decoder.add_error(item, f"an MFA option needs {' and '.join(missing)}")
        found.append((fields.get("delivery_medium", ""), fields.get("attribute_name", "")))
    return tuple(found)


def _choices(key: str, shape: str) -> Read:
    read = one_of(shape, key.removesuffix("s").replace("_", " "))

    def read_list(decoder: Decoder, node: Node) -> tuple[str, ...]:
        found: dict[str, Node] = {}
        example = f"[{beginning(node.value)}]" if isinstance(node, ScalarNode) else "[email]"
        for item in decoder.items(node, key, example):
            name = decoder.attempt(read, item)
            if name in found:
                decoder.add_error(item, f"{name!r} is listed twice", "keep one of the two", found[name])
            if name is not None:
                found[name] = item
        return tuple(found)

    return read_list


# Faults


def _faults(decoder: Decoder, node: Node) -> tuple[Fault, ...]:
    found = []
    for item in decoder.items(node, "faults", "[{operation: list_users_in_group, error: TooManyRequestsException}]"):
        before = len(decoder.findings)
        fields, nodes = decoder.fields(item, FAULT, "a fault")
        if "error" not in nodes and (isinstance(item, MappingNode) or null(item)):
            decoder.add_error(item, "a fault needs an error", "write one like error: TooManyRequestsException")
        if "error" in fields and ("operation" in fields or "operation" not in nodes):
            # Fields with errors of their own are at their defaults here.
            transport = fields["error"] in decoder.model.transport
            fault = Fault(None, **{"operation": None, **fields}, transport=transport)
            for key, message, usable in wrong(fault, decoder.model):
                decoder.add_error(_part(decoder, item, nodes, key), message, "; ".join(usable))
            if len(decoder.findings) == before:
                found.append(fault)
    return tuple(found)


def _part(decoder: Decoder, fault: Node, nodes: dict[str, Node], key: str) -> Node:
    """The node of a fault that the key, or the parameter, names."""
    when = nodes.get("when")
    pairs = decoder.mappings.pairs(when) if isinstance(when, MappingNode) else []
    return next((name for name, _ in pairs if name.value == key), nodes.get(key, fault))


def _operation(decoder: Decoder, node: Node) -> str:
    try:
        return decoder.model.answered(scalar(node))
    except ValueError as error:
        raise FieldError(str(error)) from None


def _error(_: Decoder, node: Node) -> str:
    name = scalar(node)
    if not name or null(node):
        raise FieldError("the error's code is missing", "write one like TooManyRequestsException")
    return name


def _times(decoder: Decoder, node: Node) -> int | None:
    try:
        return _number(decoder, node)
    except FieldError as error:
        if isinstance(node, ScalarNode) and node.value.isalpha():  # none, always, inf
            raise FieldError(error.message, "for always, write times: with nothing after it") from None
        raise


def _when(decoder: Decoder, node: Node) -> tuple[tuple[str, object], ...]:
    found: dict[str, object] = {}
    for key, value in decoder.named(node, "a fault's parameters", "{GroupName: readers}"):
        found[key.value] = decoder.attempt(_limit if key.value in decoder.model.numbers else _text, value)
    return tuple(found.items())


# The tables


def _text(_: Decoder, node: Node) -> str:
    return scalar(node)


def _group_span(decoder: Decoder, node: Node) -> Range | None:
    return decoder.span(node, "GroupNameType")


_number: Final = optional_count(1)
_limit: Final = count(0)
_attribute_name: Final = text("AttributeNameType")
_attribute_value: Final = text("AttributeValueType")

GROUP: Final[dict[str, Read]] = {
    "precedence": optional_count(0),
    "role_arn": text("ArnType"),
    "description": text("DescriptionType"),
    "created": date,
    "modified": date,
}
MFA_OPTION: Final[dict[str, Read]] = {
    "delivery_medium": one_of("DeliveryMediumType", "delivery medium"),
    "attribute_name": _attribute_name,
}
USER: Final[dict[str, Read]] = {
    "groups": _memberships,
    "attributes": _attributes,
    "sub": uuid,
    "status": one_of("UserStatusType", "status"),
    "enabled": truth,
    "mfa_options": _mfa_options,
    "created": date,
    "modified": date,
}
FAULT: Final[dict[str, Read]] = {
    "operation": _operation,
    "error": _error,
    "message": _text,
    "times": _times,
    "after": count(0),
    "when": _when,
}
DOCUMENT: Final[dict[str, Read]] = {
    "pool": text("UserPoolIdType"),
    "now": instant,
    "alias_attributes": _choices("alias_attributes", "AliasAttributeType"),
    "username_attributes": _choices("username_attributes", "UsernameAttributeType"),
    "case_sensitive": truth,
    "groups": _groups,
    "users": _users,
    "faults": _faults,
}
