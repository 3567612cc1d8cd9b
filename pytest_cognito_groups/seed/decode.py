"""The grammar of a seed: which keys there are, and what each of them takes."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial
from typing import Final

from pytest_cognito_groups.seed.decoder import Decoder, Read, Taken
from pytest_cognito_groups.seed.document import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    UnreadableError,
    compose,
    null,
    place_of,
    plain,
)
from pytest_cognito_groups.seed.documents import PLAIN, CheckFault, Decoded, Document, Profile, UserEntry
from pytest_cognito_groups.seed.faults import read_faults
from pytest_cognito_groups.seed.mappings import Pairs
from pytest_cognito_groups.seed.ranges import Range
from pytest_cognito_groups.seed.values import (
    FieldError,
    date,
    instant,
    one_of,
    optional_count,
    text,
    truth,
    uuid,
)
from pytest_cognito_groups.service.constraints import Model, flag_meant
from pytest_cognito_groups.service.pools import GROUPS_PER_USER
from pytest_cognito_groups.service.records import GroupRecord
from pytest_cognito_groups.text import beginning, did_you_mean, shortened

MEMBERSHIPS: Final = 2_000_000
"""How many memberships one document may stand for: 20 for each of 100,000 users."""

NO_TEMPLATE: Final = r"\{(?!(?:n|name)\})\s*[A-Za-z_][0-9A-Za-z_]*\s*(?::[^{}]*)?\}"
"""What was meant for a template, it seems, and is neither `{n}` nor `{name}`."""

_NO_TEMPLATE: Final = re.compile(NO_TEMPLATE)


def decode(yaml: str, model: Model, check_fault: CheckFault | None = None) -> Decoded:
    """What the text says, and all that is wrong with it."""
    try:
        roots = compose(yaml)
    except UnreadableError as error:
        return Decoded((), (error.finding,), whole=False)
    documents, findings, whole = [], [], True
    for place, root in enumerate(roots):
        if null(root):  # an empty document says nothing, so it has no pool
            continue
        decoder = Decoder(model, check_fault, len(yaml), merging="<<" in yaml)
        fields, nodes = decoder.fields(root, DOCUMENT, "a seed", partial(_indent, _owners(root)))
        pool = nodes.get("pool")
        if isinstance(pool, Scalar):
            fields["pool"] = pool.value  # even a bad one tells what belongs together
        fields = {key: value for key, value in fields.items() if value is not None}
        documents.append(Document(place, place_of(root), **fields))
        findings += decoder.findings
        whole = whole and not decoder.excessive
    return Decoded(tuple(documents), tuple(dict.fromkeys(findings)), whole)


def _owners(root: Node) -> dict[str, str]:
    """The keys of a seed that it does not have and that were meant as names in the empty `users` or `groups` above
    them, it seems.
    """
    found: dict[str, str] = {}
    owner = ""
    for key, value in root.value if isinstance(root, Mapping) else ():
        name = key.value if isinstance(key, Scalar) else ""
        if name in DOCUMENT:
            owner = name if name in ("users", "groups") and null(value) else ""
        elif owner:
            found[name] = owner
    return found


def _indent(owners: dict[str, str], key: str, _: Node) -> str:
    return f"indent it, as one of the {owners[key]}" if key in owners else ""


def _groups(decoder: Decoder, node: Node) -> dict[str, GroupRecord | None]:
    """The groups by name; of those in a list, nothing is said but that they are there."""
    if isinstance(node, Scalar) and not null(node):
        hint = "write them like [admins, readers], or like admins: {precedence: 0}"
        raise FieldError("groups are written as a list, or by name, as a mapping", hint)
    found: dict[str, GroupRecord | None] = {}
    taken = Taken(decoder, "group")
    for item in node.value if isinstance(node, Sequence) else ():
        if isinstance(item, Scalar):
            found |= dict.fromkeys(_group_names(decoder, taken, item))
        else:
            hint = "to give fields, write a mapping: admins: {precedence: 0}"
            decoder.complain(item, "a list of groups takes names alone", hint)
    pairs = decoder.mappings.pairs(node) if isinstance(node, Mapping) else []
    for key, value in _indented(decoder, pairs, GROUP, "group"):
        fields, _ = decoder.fields(value, GROUP, "a group", partial(_members, key.value))
        for name in _group_names(decoder, taken, key):
            found.setdefault(name, GroupRecord(name, **fields))
    return found


def _group_names(decoder: Decoder, taken: Taken, node: Scalar) -> Collection[str]:
    """The names of the groups; a bad one, too: memberships in it are not to be wrong as well."""
    names: str | Range = node.value
    try:
        names = decoder.names(node, "GroupNameType")
    except FieldError as error:
        decoder.complain(node, error.message, error.hint)
    taken.give(node, names)
    return (names,) if isinstance(names, str) else names.names


def _indented(decoder: Decoder, pairs: Pairs, fields: dict[str, Read], what: str) -> Pairs:
    """The pairs, but for those that were meant as fields of the empty one before, it seems: these are complained of."""
    owner: Scalar | None = None
    found: Pairs = []
    for key, value in pairs:
        if owner is not None and key.value in fields and plain(key):
            hint = f"indent it, as a field of {beginning(owner.value)}; between quotes it is the name of a {what}"
            decoder.complain(
                key, f"{key.value!r} is a field of a {what}, and stands beside {shortened(owner.value)}", hint
            )
            continue
        owner = key if null(value) else None
        found.append((key, value))
    return found


def _members(group: str, key: str, value: Node) -> str:
    """The way out for who writes the members with their group."""
    listed = value.value if isinstance(value, Sequence) else None
    if key not in ("users", "members") and (key or listed is None):
        return ""
    user = listed[0].value if listed and isinstance(listed[0], Scalar) else "alice"
    return f"members are written with the user: {beginning(user)}: [{beginning(group)}]"


def _memberships(decoder: Decoder, node: Node) -> tuple[str, ...]:
    """The names of the groups, ranges written out. Lists that are alike become one."""
    example = f"[{beginning(node.value)}]" if isinstance(node, Scalar) else "[readers, admins]"
    items = decoder.items(node, "a user's groups", example)
    written = tuple([item.value if type(item) is Scalar else "" for item in items])
    groups = decoder.lists.get(written)
    if groups is not None:
        return groups
    good, different = decoder.good["GroupNameType"], set(written)
    if good.keys() >= different and len(different) == len(items) <= GROUPS_PER_USER:
        groups = decoder.lists[written] = tuple(
            [good[name] for name in written]
        )  # one string for the name in all lists
        return groups
    before = len(decoder.findings)
    groups = _looked_at(decoder, items)
    if len(decoder.findings) == before:
        decoder.lists[written] = groups
    return groups


def _looked_at(decoder: Decoder, items: list[Node]) -> tuple[str, ...]:
    found: dict[str, Node] = {}
    for item in items:
        try:
            names = decoder.names(item, "GroupNameType", GROUPS_PER_USER)
        except FieldError as error:
            decoder.complain(item, error.message, error.hint)
            continue
        for name in (names,) if isinstance(names, str) else names.names:
            if name in found:
                decoder.complain(item, f"group {shortened(name)} is listed twice", "keep one of the two", found[name])
                break
            found[name] = item
            if len(found) == GROUPS_PER_USER + 1:
                decoder.complain(item, f"a user is in at most {GROUPS_PER_USER} groups", "this one is too many")
    return tuple(found)


def _users(decoder: Decoder, node: Node) -> tuple[UserEntry, ...]:
    found: list[UserEntry] = []
    taken = Taken(decoder, "user")
    for key, value in _indented(decoder, decoder.named(node, "users", "alice: [readers]"), USER, "user"):
        names: str | Range = key.value
        groups: tuple[str, ...] = ()
        profile = PLAIN
        try:
            names = decoder.names(key, "UsernameType")
        except FieldError as error:
            decoder.complain(key, error.message, error.hint)
        try:
            if isinstance(value, Mapping):
                groups, profile = _user(decoder, value, several=isinstance(names, Range) and len(names) > 1)
                if isinstance(names, Range) and profile.attributes:
                    _check_templates(decoder, value)
            else:
                groups = _memberships(decoder, value)
        except FieldError as error:
            decoder.complain(value, error.message, error.hint)
        decoder.joined += len(groups) if isinstance(names, str) else len(groups) * len(names)
        if decoder.joined > MEMBERSHIPS:
            decoder.excessive = True
            decoder.complain(
                key, f"with this user, the seed has more than {MEMBERSHIPS:,} memberships", "use fewer users or groups"
            )
            break
        taken.give(key, names)
        found.append(UserEntry(names, groups, profile))
    return tuple(found)


def _user(decoder: Decoder, node: Mapping, *, several: bool) -> tuple[tuple[str, ...], Profile]:
    found = decoder.profiles.get(id(node))
    if found is None:
        fields, nodes = decoder.fields(node, USER, "a user", _attribute)
        groups = fields.pop("groups", ())
        found = decoder.profiles[id(node)] = groups, Profile(**fields), nodes
    groups, profile, nodes = found
    if several and "sub" in nodes:
        decoder.complain(
            nodes["sub"], "a sub belongs to one user", "leave it out of a range: each gets one of their own"
        )
        profile = profile._replace(sub=None)
    return groups, profile


def _attribute(key: str, value: Node) -> str:
    """The way out for who writes an attribute as a field of the user."""
    if not isinstance(value, Scalar) or did_you_mean(key, USER):
        return ""
    attribute = f"{beginning(key)}: {beginning(value.value)}"
    return f"its keys are: {', '.join(USER)}; an attribute is written attributes: {{{attribute}}}"


def _check_templates(decoder: Decoder, user: Mapping) -> None:
    """Complain of what looks like a template in the attributes of a range, and would be taken as written."""
    nodes = {key.value: value for key, value in decoder.mappings.pairs(user)}
    attributes = nodes.get("attributes")
    for _, value in decoder.mappings.pairs(attributes) if isinstance(attributes, Mapping) else ():
        for found in _NO_TEMPLATE.findall(value.value) if isinstance(value, Scalar) else ():
            hint = "{name} is the username, {n} the number as it stands in it"
            if found.startswith("{n:"):
                hint = "{n} is the number as it stands in the name: pad the range itself, as in member-[001:150]"
            decoder.complain(value, f"{shortened(found)} stands for nothing in a range", hint)


def _attributes(decoder: Decoder, node: Node) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for key, value in decoder.named(node, "attributes", "{email: alice@example.com}"):
        if key.value == "sub":
            decoder.complain(
                key, "sub is not given as an attribute", "it is a key of the user: write sub: beside attributes:"
            )
            continue
        for part, read in ((key, _attribute_name), (value, _attribute_value)):
            try:
                read(decoder, part)
            except FieldError as error:
                decoder.complain(part, error.message, error.hint)
        found[key.value] = written = value.value if isinstance(value, Scalar) else ""
        meant = flag_meant(key.value, written) if isinstance(value, Scalar) else ()
        if meant:
            message = f"{key.value} must be true or false, not {shortened(written)}"
            decoder.complain(value, message, f"write {' or '.join(meant)}")
    return tuple(found.items())


def _mfa_options(decoder: Decoder, node: Node) -> tuple[tuple[str, str], ...]:
    found = []
    example = "[{delivery_medium: SMS, attribute_name: phone_number}]"
    for item in decoder.items(node, "mfa_options", example):
        fields, nodes = decoder.fields(item, MFA_OPTION, "an MFA option")
        _require(decoder, item, MFA_OPTION, nodes, "an MFA option")
        found.append((fields.get("delivery_medium", ""), fields.get("attribute_name", "")))
    return tuple(found)


def _require(decoder: Decoder, node: Node, wanted: dict[str, Read], nodes: dict[str, Node], what: str) -> None:
    missing = [key for key in wanted if key not in nodes]
    if missing and (isinstance(node, Mapping) or null(node)):
        decoder.complain(node, f"{what} needs {' and '.join(missing)}", "")


def _choices(shape: str) -> Read:
    read = one_of(shape)

    def read_list(decoder: Decoder, node: Node) -> tuple[str, ...]:
        found: dict[str, Node] = {}
        example = f"[{beginning(node.value)}]" if isinstance(node, Scalar) else "[email]"
        for item in decoder.items(node, "attributes of this kind", example):
            try:
                name = read(decoder, item)
            except FieldError as error:
                decoder.complain(item, error.message, error.hint)
                continue
            if name in found:
                decoder.complain(item, f"{name!r} is listed twice", "keep one of the two", found[name])
            found[name] = item
        return tuple(found)

    return read_list


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
    "delivery_medium": one_of("DeliveryMediumType"),
    "attribute_name": _attribute_name,
}
USER: Final[dict[str, Read]] = {
    "groups": _memberships,
    "attributes": _attributes,
    "sub": uuid,
    "status": one_of("UserStatusType"),
    "enabled": truth,
    "mfa_options": _mfa_options,
    "created": date,
    "modified": date,
}
DOCUMENT: Final[dict[str, Read]] = {
    "pool": text("UserPoolIdType"),
    "now": instant,
    "alias_attributes": _choices("AliasAttributeType"),
    "username_attributes": _choices("UsernameAttributeType"),
    "case_sensitive": truth,
    "groups": _groups,
    "users": _users,
    "faults": read_faults,
}
