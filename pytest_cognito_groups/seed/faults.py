"""The grammar of `faults:`."""

from __future__ import annotations

from typing import Final

from pytest_cognito_groups.seed.decoder import Decoder, Read
from pytest_cognito_groups.seed.document import MappingNode, Node, ScalarNode, null, place_of
from pytest_cognito_groups.seed.documents import FaultPlan
from pytest_cognito_groups.seed.values import FieldError, count, optional_count, scalar


def _operation(decoder: Decoder, node: Node) -> str:
    name = scalar(node)
    try:
        return decoder.model.answered(name)
    except ValueError as error:
        raise FieldError(str(error)) from None


def _message(_: Decoder, node: Node) -> str:
    return scalar(node)


def _error(_: Decoder, node: Node) -> str:
    name = scalar(node)
    if not name or null(node):
        raise FieldError("the error's code is missing", "write one like TooManyRequestsException")
    return name


_number: Final = optional_count(1)


def _times(decoder: Decoder, node: Node) -> int | None:
    try:
        return _number(decoder, node)
    except FieldError as error:
        if isinstance(node, ScalarNode) and node.value.isalpha():  # none, always, inf
            raise FieldError(error.message, "times: with nothing after it means always") from None
        raise


_limit: Final = count(0)


def _when(decoder: Decoder, node: Node) -> tuple[tuple[str, object], ...]:
    found: dict[str, object] = {}
    for key, value in decoder.named(node, "a fault's parameters", "{GroupName: readers}"):
        try:
            found[key.value] = _limit(decoder, value) if key.value == "Limit" else scalar(value)
        except FieldError as error:
            decoder.complain(value, error.message, error.hint)
    return tuple(found.items())


def read_faults(decoder: Decoder, node: Node) -> tuple[FaultPlan, ...]:
    found = []
    for item in decoder.items(node, "faults", "[{operation: list_users_in_group, error: TooManyRequestsException}]"):
        before = len(decoder.findings)
        fields, nodes = decoder.fields(item, FAULT, "a fault")
        if "error" not in nodes and (isinstance(item, MappingNode) or null(item)):
            decoder.complain(item, "a fault needs an error", "write one like error: TooManyRequestsException")
        if "error" in fields and ("operation" in fields or "operation" not in nodes):
            # What is wrong with its other fields has been told; these are at their defaults here.
            plan = FaultPlan("", **{"operation": None, **fields}, index=place_of(item))
            for key, message in decoder.check_fault(plan) if decoder.check_fault else ():
                decoder.complain(_part(decoder, item, nodes, key), message)
            if len(decoder.findings) == before:
                found.append(plan)
    return tuple(found)


def _part(decoder: Decoder, fault: Node, nodes: dict[str, Node], key: str) -> Node:
    """The node of a fault that the key, or the parameter, names."""
    when = nodes.get("when")
    if isinstance(when, MappingNode):
        for name, _ in decoder.mappings.pairs(when):
            if name.value == key:
                return name
    return nodes.get(key, fault)


FAULT: Final[dict[str, Read]] = {
    "operation": _operation,
    "error": _error,
    "message": _message,
    "times": _times,
    "after": count(0),
    "when": _when,
}
