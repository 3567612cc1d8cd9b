"""Answers that a test gives: checked against the model's output shapes, and written as the service writes them."""

from __future__ import annotations

import datetime
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Final, cast

from pytest_cognito_groups.service.model import Model, Shape
from pytest_cognito_groups.text import did_you_mean, shortened

__tracebackhide__: Final = True  # what a test does wrong is shown where the test does it

_TAKES: Final[Mapping[str, tuple[type | tuple[type, ...], str]]] = {
    "string": (str, "a str"),
    "blob": (bytes, "bytes"),
    "integer": (int, "an int"),
    "long": (int, "an int"),
    "boolean": (bool, "True or False"),
    "timestamp": ((datetime.datetime, int, float), "a datetime or seconds since the epoch"),
    "list": ((list, tuple), "a list"),
    "map": (Mapping, "a mapping"),
    "structure": (Mapping, "a mapping"),
}
"""What a test gives for a shape of each kind, and how a message names it."""


def output_text(model: Model, operation: str, response: object) -> str:
    """The body of the answer; `TypeError` or `ValueError` that names every member that breaks the service
    model.
    """
    method, shape = model.methods[operation], model.output(operation)
    if response is None:
        response = {}
    if not isinstance(response, Mapping):
        raise TypeError(f"the answer to {method} must be a mapping, not {shortened(response)}")
    if shape is None:
        if response:
            raise ValueError(f"{method} returns nothing: its answer must be {{}} or None, not {shortened(response)}")
        return ""
    writer = _Writer(model)
    written = writer.structure(shape, response, "")
    if writer.wrong:
        raise ValueError("\n".join([f"the answer to {method} is not one that it can return:", *writer.wrong]))
    return json.dumps(written)


class _Writer:
    """Turns values into what JSON has, and collects what is `wrong`."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.wrong: list[str] = []

    def structure(self, shape: Shape, value: Mapping[str, object], where: str) -> object:
        inside = f"{where}." if where else ""
        self.wrong += [f"  {inside}{name} is missing" for name in shape.required if name not in value]
        written = {}
        for name, each in value.items():
            if name in shape.members:
                written[name] = self.value(self._model.shape(shape.members[name]), each, f"{inside}{name}")
            else:
                members = f"use one of: {', '.join(shape.members)}" if shape.members else "it has none: give {}"
                hint = did_you_mean(name, shape.members) or f"; {members}"
                self.wrong.append(f"  {inside}{name} is not a member of the answer{hint}")
        return written

    def value(self, shape: Shape, value: object, where: str) -> object:
        kinds, takes = _TAKES[shape.kind]
        if not isinstance(value, kinds) or (isinstance(value, bool) and shape.kind != "boolean"):
            self.wrong.append(f"  {where} must be {takes}, not {shortened(value)}")
            return None
        if shape.enum and value not in shape.enum:
            hint = did_you_mean(str(value), shape.enum)
            self.wrong.append(f"  {where} must be one of {', '.join(shape.enum)}, not {shortened(value)}{hint}")
        if isinstance(value, datetime.datetime):
            return round((value if value.tzinfo else value.replace(tzinfo=datetime.UTC)).timestamp(), 3)
        if isinstance(value, bytes):
            return b64encode(value).decode()
        if shape.items is None:
            return self.structure(shape, value, where) if isinstance(value, Mapping) else value
        items = self._model.shape(shape.items)
        if isinstance(value, Mapping):
            return {name: self.value(items, each, f"{where}[{name!r}]") for name, each in value.items()}
        listed = cast("Sequence[object]", value)
        return [self.value(items, each, f"{where}[{number}]") for number, each in enumerate(listed)]


# What to write


def skeleton(model: Model, operation: str) -> str:
    """A small answer that shows the form, as Python: a mapping, or a function where it repeats a parameter."""
    shape = model.output(operation)
    if shape is None:
        return "{}"
    known = {member.name: member.shape for member in model.members(operation) if member.required}
    structures = [name for name, inner in shape.members.items() if model.shape(inner).kind == "structure"]
    lists = [name for name, inner in shape.members.items() if model.shape(inner).kind == "list"]
    text = _structure(model, shape, known, structures or lists)
    return f"lambda params: {text}" if "params[" in text else text


def _structure(model: Model, shape: Shape, known: Mapping[str, Shape], otherwise: Sequence[str] = ()) -> str:
    """Its members that are required or that a request always has, too; else the first of others, or of all."""
    shapes = {name: model.shape(inner) for name, inner in shape.members.items()}
    chosen = [name for name, inner in shapes.items() if name in shape.required or known.get(name) is inner]
    chosen = chosen or [*otherwise, *shapes][:1]
    return "{" + ", ".join(f'"{name}": {_value(model, name, shapes[name], known)}' for name in chosen) + "}"


def _value(model: Model, name: str, shape: Shape, known: Mapping[str, Shape]) -> str:
    if known.get(name) is shape:
        return f'params["{name}"]'
    if shape.kind == "structure":
        return _structure(model, shape, known)
    if shape.enum:
        return f'"{shape.enum[0]}"'
    return {"string": '"…"', "blob": 'b"…"', "boolean": "True", "list": "[]", "map": "{}"}.get(shape.kind, "0")
