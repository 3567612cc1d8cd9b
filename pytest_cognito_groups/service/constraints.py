"""The service model's constraints, and the words in which the service says that a request breaks them (REQ-2 to
REQ-6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from pytest_cognito_groups.service.errors import ServiceError, UnknownNameError
from pytest_cognito_groups.text import did_you_mean, shortened

if TYPE_CHECKING:
    from regex import Pattern

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it

ANSWERED: Final = ("AdminListGroupsForUser", "ListUsersInGroup")


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A type of the model: a string with lengths and a pattern, an integer with a range, or a set of names.

    There is one for each name of the model, so that it is known by itself: its fields would take long to hash.
    """

    kind: str
    least: int | None
    most: int | None
    pattern: str | None
    enum: tuple[str, ...]
    sensitive: bool
    items: str | None = None  # the shape of a list's items

    def misfit(self, value: object) -> str | None:
        """What the service says of a JSON value of another type (WIRE-9); `None` for one that fits."""
        expected, name = _KINDS[self.kind]
        found = type(value)
        if found is expected:
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

_KINDS: Final[Mapping[str, tuple[type, str]]] = {
    "string": (str, "a String"),
    "integer": (int, "an Integer"),
    "list": (list, "a List"),
}
"""The Python type of a JSON value by the kind of its shape, and the service's name for it."""

_VALUES: Final[Mapping[type, str]] = {str: "STRING", int: "NUMBER", float: "NUMBER", bool: "BOOLEAN"}
_STARTS: Final[Mapping[type, str]] = {list: "list", dict: "structure or map"}

EXTRA: Final[Mapping[str, Shape]] = {
    "SubType": Shape(
        "string", None, None, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", (), sensitive=False
    ),
}
"""Shapes that the model does not have."""

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


class Model:
    """The parts of the service model that matter here.

    `description` is the model as botocore ships it (`cognito-idp/2016-04-18/service-2`), `method_name` gives the
    client's method for an operation.
    """

    def __init__(self, description: Mapping[str, object], method_name: Callable[[str], str]) -> None:
        self._shapes = cast("Mapping[str, Mapping[str, object]]", description["shapes"])
        self._described = cast("Mapping[str, Mapping[str, object]]", description["operations"])
        self._known: dict[str, Shape] = {}
        self.methods: Mapping[str, str] = MappingProxyType({name: method_name(name) for name in self._described})
        self._by_method = {method: name for name, method in self.methods.items()}
        self.operations: Mapping[str, str] = MappingProxyType({name: self.methods[name] for name in ANSWERED})
        self._members = {operation: self._inputs(operation) for operation in ANSWERED}

    def _inputs(self, operation: str) -> tuple[Member, ...]:
        described = self._shapes[cast("Mapping[str, str]", self._described[operation]["input"])["shape"]]
        required = cast("list[str]", described.get("required", []))
        members = cast("Mapping[str, Mapping[str, str]]", described["members"])
        return tuple(
            Member(name, name[0].lower() + name[1:], self.shape(member["shape"]), name in required)
            for name, member in members.items()
        )

    def shape(self, name: str) -> Shape:
        """A shape of the model, or one of `EXTRA`."""
        shape = self._known.get(name) or EXTRA.get(name)
        if shape is None:
            found = self._shapes[name]
            shape = self._known[name] = Shape(
                kind=cast("str", found["type"]),
                least=cast("int | None", found.get("min")),
                most=cast("int | None", found.get("max")),
                pattern=cast("str | None", found.get("pattern")),
                enum=tuple(cast("list[str]", found.get("enum", []))),
                sensitive=bool(found.get("sensitive")),
                items=cast("Mapping[str, str]", found.get("member", {})).get("shape"),
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
        return tuple(member.name for member in self._members[operation])

    def answered(self, name: str) -> str:
        """The wire name of one of the two operations, given in either spelling; `ValueError` for any other."""
        operation = self._wire_name(name)
        if operation not in self.operations:
            known = ", ".join(self.operations.values())
            raise UnknownNameError(
                f"operation {shortened(name)} is not answered here; use one of: {known}",
                did_you_mean(name, self._spelled(ANSWERED, name)),
            )
        return operation

    def named(self, name: str) -> str:
        """The wire name of any operation of the service, given in either spelling; `ValueError` when it has none so
        called.
        """
        operation = self._wire_name(name)
        if operation not in self.methods:
            raise UnknownNameError(
                f"cognito-idp has no operation {name!r}", did_you_mean(name, self._spelled(self.methods, name))
            )
        return operation

    def passing(self, name: str) -> str:
        """The wire name of an operation that may be let through, or "*"; `ValueError` for one that is answered."""
        if name == "*":
            return name
        operation = self.named(name)
        if operation in self.operations:
            raise ValueError(f"{name} can't be let through: cognito_groups always answers it")
        return operation

    def _wire_name(self, name: object) -> str:
        """What it would be on the wire; a test that nobody checks may give anything."""
        if not isinstance(name, str):
            raise TypeError(f"an operation is named by a str such as 'list_users_in_group', not by {name!r}")
        return self._by_method.get(name, name)

    def _spelled(self, operations: Iterable[str], like: str) -> list[str]:
        """The operations' names, in the spelling that the given one has."""
        methods = str(like).islower()
        return [self.methods[name] if methods else name for name in operations]

    def check(self, operation: str, params: Mapping[str, object]) -> ServiceError | None:
        """The answer to a request that botocore let through although it breaks the model; `None` when it breaks
        nothing.
        """
        broken = []
        for member in self._members[operation]:
            value, shape = params.get(member.name), member.shape
            if value is None:
                if member.required:  # WIRE-9
                    shown = "Value" if shape.sensitive else "Value null"
                    broken.append(f"{shown} at '{member.wire_name}' {FAILED} must not be null")
            elif (misfit := self._misfit(shape, value)) is not None:
                return ServiceError(UNREADABLE, misfit)
            elif member.name == "Limit" and value == 0:  # REQ-6
                broken.append(f"Value '0' at 'maxItems' {FAILED} must have value greater than or equal to 1")
            elif isinstance(value, (str, int)) and (found := _broken(shape, value)):
                shown = "Value" if shape.sensitive else f"Value '{value}'"  # REQ-4
                broken += [f"{shown} at '{member.wire_name}' {FAILED} {text}" for text in found]
        if not broken:
            return None
        errors = "error" if len(broken) == 1 else "errors"
        return ServiceError(
            "InvalidParameterException", f"{len(broken)} validation {errors} detected: {'; '.join(broken)}"
        )

    def _misfit(self, shape: Shape, value: object) -> str | None:
        """What of the value, or of a list's items, has another type than the shape."""
        found = shape.misfit(value)
        if found is None and shape.items is not None:
            items = self.shape(shape.items)
            found = next(filter(None, map(items.misfit, cast("list[object]", value))), None)
        return found
