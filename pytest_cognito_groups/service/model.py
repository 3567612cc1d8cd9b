"""The service model's constraints, and the words in which the service says that a request breaks them (REQ-2 to
REQ-6).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from pytest_cognito_groups.service.errors import ServiceError
from pytest_cognito_groups.text import did_you_mean, shortened

if TYPE_CHECKING:
    from regex import Pattern

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A type of the model: a string with lengths and a pattern, an integer with a range, a set of names; or a list or a
    map of `items`, a structure of `members` (the shape's name by the member's), some of them required.

    There is one for each name of the model, so that it is known by itself: its fields would take long to hash.
    """

    kind: str
    least: int | None
    most: int | None
    pattern: str | None
    enum: tuple[str, ...]
    sensitive: bool
    items: str | None = None
    members: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    def misfit(self, value: object) -> str | None:
        """What the service says about a JSON value of another type (WIRE-9); `None` for one that fits."""
        expected, name = _KINDS[self.kind]
        found = type(value)
        if found in expected:
            return None
        if found in _STARTS:
            return f"Start of {_STARTS[found]} found where not expected"
        return f"{_VALUES.get(found, 'NULL')}_VALUE can not be converted to {name}"


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter of an operation, as the model has it and as errors name it."""

    name: str
    wire_name: str
    shape: Shape
    required: bool


FAILED: Final = "failed to satisfy constraint: Member"
UNREADABLE: Final = "SerializationException"  # WIRE-9

_KINDS: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "string": ((str,), "a String"),
    "blob": ((str,), "a Blob"),
    "integer": ((int,), "an Integer"),
    "long": ((int,), "a Long"),
    "boolean": ((bool,), "a Boolean"),
    "timestamp": ((int, float), "a Timestamp"),
    "list": ((list,), "a List"),
    "map": ((dict,), "a Map"),
    "structure": ((dict,), "a Structure"),
}
"""The Python types of a JSON value by the kind of its shape, and the service's name for it."""

_VALUES: Final[Mapping[type, str]] = {str: "STRING", int: "NUMBER", float: "NUMBER", bool: "BOOLEAN"}
_STARTS: Final[Mapping[type, str]] = {list: "list", dict: "structure or map"}

EXTRA: Final[Mapping[str, Shape]] = {
    "SubType": Shape(
        "string", None, None, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", (), sensitive=False
    ),
}
"""Shapes that the model does not have."""

HIGHEST: Final[Mapping[str, int]] = {"PrecedenceType": 2_147_483_647}  # PREC-1, GROUP-8
"""Limits that the model lacks and its text has."""

EXAMPLES: Final[Mapping[str, str]] = {
    "ArnType": "arn:aws:iam::123456789012:role/Admins",
    "UserPoolIdType": "us-east-1_TestPool1",
}
"""What a value looks like, of shapes whose pattern does not show it."""

FLAGS: Final = ("email_verified", "phone_number_verified")
"""The attributes that say whether another is verified. The service stores `true` or `false`, in this spelling."""

_YES: Final = ("true", "yes", "on", "y", "1")
_NO: Final = ("false", "no", "off", "n", "0")


def flag_meant(attribute: str, value: object) -> tuple[str, ...]:
    """What to write instead of a value that one of `FLAGS` does not take: the word that was meant, or both."""
    if attribute not in FLAGS or (isinstance(value, str) and value in ("true", "false")):
        return ()
    word = str(value).casefold()
    return ("true",) if word in _YES else ("false",) if word in _NO else ("true", "false")


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> Pattern[str]:
    import regex  # `\p{L}` and its like are not in `re`

    # The service's \w and \S mean ASCII, its \p{…} do not; regex.ASCII would narrow both, and no pattern mixes them.
    return regex.compile(pattern, 0 if r"\p" in pattern else regex.ASCII)


@lru_cache(maxsize=4096)
def _broken(shape: Shape, value: str | int) -> tuple[str, ...]:
    """What the value breaks, the pattern before the length (REQ-5), as "must …"."""
    found = []
    if shape.pattern is not None and not _compiled(shape.pattern).fullmatch(str(value)):
        found.append(f"must satisfy regular expression pattern: {shape.pattern}")
    if shape.enum and value not in shape.enum:
        found.append(f"must satisfy enum value set: [{', '.join(shape.enum)}]")
    size, what = (value, "value") if isinstance(value, int) else (len(value), "length")
    if shape.least is not None and size < shape.least:
        found.append(f"must have {what} greater than or equal to {shape.least}")
    if shape.most is not None and size > shape.most:
        found.append(f"must have {what} less than or equal to {shape.most}")
    return tuple(found)


_PLURAL: Final = re.compile(r"[A-Z]{2,}s$")
"""A plural abbreviation, as in `ListClientMetadataURLs`, is one word."""
_WORDS: Final = (re.compile(r"(.)([A-Z][a-z]+)"), re.compile(r"([a-z0-9])([A-Z])"))


@lru_cache(maxsize=256)
def method_name(operation: str) -> str:
    """The client's method for an operation, as botocore names it: `list_users_in_group`."""
    operation = _PLURAL.sub(lambda plural: f"_{plural[0].lower()}", operation)
    for boundary in _WORDS:
        operation = boundary.sub(r"\1_\2", operation)
    return operation.lower()


def wire_name(member: str) -> str:
    """A member as errors name it: in camelCase."""
    return member[0].lower() + member[1:]


class Model:
    """The parts of the service model that matter here.

    `description` is the model as botocore ships it (`cognito-idp/2016-04-18/service-2`), `answered` names the
    operations that are answered without being asked to, those that `always` are cannot be let through, and `transport`
    names botocore's exceptions of connections and credentials.
    """

    def __init__(
        self,
        description: Mapping[str, object],
        answered: Iterable[str],
        always: Collection[str] = (),
        transport: Collection[str] = (),
    ) -> None:
        self._shapes = cast("Mapping[str, Mapping[str, object]]", description["shapes"])
        self._described = cast("Mapping[str, Mapping[str, object]]", description["operations"])
        self._known: dict[str, Shape] = {}
        self._members: dict[str, tuple[Member, ...]] = {}
        self._always = always
        self.transport = transport
        self.methods: Mapping[str, str] = MappingProxyType({name: method_name(name) for name in self._described})
        self._by_method = {method: name for name, method in self.methods.items()}
        self.operations: Mapping[str, str] = MappingProxyType({name: self.methods[name] for name in answered})

    def members(self, operation: str) -> tuple[Member, ...]:
        """The parameters of any operation of the service."""
        known = self._members.get(operation)
        if known is None:
            described = self.shape(cast("Mapping[str, str]", self._described[operation]["input"])["shape"])
            known = self._members[operation] = tuple(
                Member(name, wire_name(name), self.shape(shape), name in described.required)
                for name, shape in described.members.items()
            )
        return known

    def output(self, operation: str) -> Shape | None:
        """The shape of its answer; `None` if it has none."""
        described = cast("Mapping[str, str]", self._described[operation].get("output", {}))
        return self.shape(described["shape"]) if described else None

    def shape(self, name: str) -> Shape:
        """A shape of the model, or one of `EXTRA`."""
        shape = self._known.get(name) or EXTRA.get(name)
        if shape is None:
            found = self._shapes[name]
            inner = cast("Mapping[str, str]", found.get("member", found.get("value", {})))
            members = cast("Mapping[str, Mapping[str, str]]", found.get("members", {}))
            shape = self._known[name] = Shape(
                kind=cast("str", found["type"]),
                least=cast("int | None", found.get("min")),
                most=cast("int | None", found.get("max", HIGHEST.get(name))),
                pattern=cast("str | None", found.get("pattern")),
                enum=tuple(cast("list[str]", found.get("enum", []))),
                sensitive=bool(found.get("sensitive")),
                items=inner.get("shape"),
                members={member: described["shape"] for member, described in members.items()},
                required=tuple(cast("list[str]", found.get("required", []))),
            )
        return shape

    def enum(self, shape: str) -> tuple[str, ...]:
        return self.shape(shape).enum

    def violation(self, shape: str, value: str | int) -> str | None:
        """What is wrong with the value, as "must …"; `None` when nothing is."""
        found = _broken(self.shape(shape), value)
        return found[0] if found else None

    def errors(self, operation: str) -> tuple[str, ...]:
        """The codes of the errors that the operation models."""
        errors = cast("list[Mapping[str, str]]", self._described[operation]["errors"])
        return tuple(error["shape"] for error in errors)

    def parameters(self, operation: str) -> tuple[str, ...]:
        return tuple(member.name for member in self.members(operation))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The parameters of the answered operations that are whole numbers."""
        members = (member for operation in self.operations for member in self.members(operation))
        return frozenset(member.name for member in members if member.shape.kind == "integer")

    def answered(self, name: str, answered: Collection[str] | None = None) -> str:
        """The wire name of an operation that is answered here, given in either spelling; `ValueError` for others.
        `answered`: those that are, where the model's are not all.
        """
        operation = self._wire_name(name)
        known = self.operations if answered is None else answered
        if operation not in known:
            likely = did_you_mean(name, self._spelled(known, name))
            listed = f"; use one of: {', '.join(self.methods[each] for each in known)}"
            raise ValueError(f"operation {shortened(name)} is not answered here{likely or listed}")
        return operation

    def named(self, name: str) -> str:
        """The wire name of any operation of the service, given in either spelling; `ValueError` when it has none
        of that name.
        """
        operation = self._wire_name(name)
        if operation not in self.methods:
            likely = did_you_mean(name, self._spelled(self.methods, name))
            raise ValueError(f"cognito-idp has no operation {name!r}{likely}")
        return operation

    def passing(self, name: str) -> str:
        """The wire name of an operation that may be let through, or "*"; `ValueError` for one that never is."""
        if name == "*":
            return name
        operation = self.named(name)
        if operation in self._always:
            raise ValueError(f"{name} can't be let through: cognito_groups always answers it")
        return operation

    def _wire_name(self, name: object) -> str:
        """What it would be on the wire; a test that nobody checks may give anything."""
        if not isinstance(name, str):
            raise TypeError(f"an operation must be a str such as 'list_users_in_group', not {name!r}")
        return self._by_method.get(name, name)

    def _spelled(self, operations: Iterable[str], like: str) -> list[str]:
        """The operations' names, in the spelling that the given one has."""
        methods = str(like).islower()
        return [self.methods[name] if methods else name for name in operations]

    def check(self, operation: str, params: Mapping[str, object]) -> ServiceError | None:
        """The answer to a request that botocore let through although it breaks the model; `None` when it breaks
        nothing.
        """
        broken: list[str] = []
        for member in self.members(operation):
            value, shape = params.get(member.name), member.shape
            if value is None:
                if member.required:
                    broken.append(_null(member.wire_name, shape))
            elif (misfit := self._misfit(shape, value)) is not None:
                return ServiceError(UNREADABLE, misfit)
            elif member.name == "Limit" and value == 0:  # REQ-6
                broken.append(f"Value '0' at 'maxItems' {FAILED} must have value greater than or equal to 1")
            elif not isinstance(value, str | int) or _broken(shape, value):
                broken += self._broken(shape, value, member.wire_name)
        if not broken:
            return None
        errors = "error" if len(broken) == 1 else "errors"
        return ServiceError(
            "InvalidParameterException", f"{len(broken)} validation {errors} detected: {'; '.join(broken)}"
        )

    def _misfit(self, shape: Shape, value: object) -> str | None:
        """What of the value, or of what is in it, has another type than the shape."""
        found = shape.misfit(value)
        if found is not None or isinstance(value, str | int):
            return found
        return next(filter(None, (self._misfit(inner, each) for inner, each, _ in self._inside(shape, value))), None)

    def _inside(self, shape: Shape, value: object) -> Iterator[tuple[Shape, object, str]]:
        """What is in a list, a map or a structure, each with its shape and how errors name it."""
        if isinstance(value, dict):
            for name, each in value.items():
                inner = shape.items or shape.members.get(name)
                if inner is not None and each is not None:
                    yield self.shape(inner), each, name if shape.items else wire_name(name)
        elif isinstance(value, list) and shape.items is not None:
            for number, each in enumerate(value, 1):
                yield self.shape(shape.items), each, f"{number}.member"

    def _broken(self, shape: Shape, value: object, where: str) -> Iterator[str]:
        """What the value, or what is in it, breaks."""
        if isinstance(value, str | int):
            shown = "Value" if shape.sensitive else f"Value '{value}'"  # REQ-4
            yield from (f"{shown} at '{where}' {FAILED} {text}" for text in _broken(shape, value))
        if isinstance(value, dict):
            for name in shape.required:
                if value.get(name) is None:  # WIRE-9
                    yield _null(f"{where}.{wire_name(name)}", self.shape(shape.members[name]))
        for inner, each, name in self._inside(shape, value):
            yield from self._broken(inner, each, f"{where}.{name}")


def _null(where: str, shape: Shape) -> str:
    """What is said about a missing required member (WIRE-9)."""
    return f"{'Value' if shape.sensitive else 'Value null'} at '{where}' {FAILED} must not be null"
