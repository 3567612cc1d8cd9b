"""Marks, command line and configuration of pytest -> the seed and the options of one test."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Final, cast

import pytest

from pytest_cognito_groups import options
from pytest_cognito_groups.calls import messages
from pytest_cognito_groups.fake import CognitoGroups
from pytest_cognito_groups.hook.clients import service_model
from pytest_cognito_groups.plans import check_fault
from pytest_cognito_groups.seed import (
    DOCUMENT,
    FieldError,
    PythonPlace,
    Source,
    names_a_file,
    read,
    read_file,
    read_instant,
)

if TYPE_CHECKING:
    from _pytest.nodes import Node

NAME: Final = "cognito_groups"


class MarkError(ValueError):
    """A mark or a setting that is wrong, in words for the terminal."""


@dataclass(frozen=True, slots=True)
class Level:
    """What the marks of one place say together: a module, a class, a function, a parameter set."""

    sources: tuple[Source, ...]
    now: datetime.datetime | None
    values: Mapping[str, object]
    inherit: bool
    own: bool


def marks_of(item: pytest.Item) -> Iterator[tuple[list[pytest.Mark], Node]]:
    """The marks that concern the item, a level at a time from the outside in: modules, classes from base to derived,
    the function, its parameter set. What was added to a node while tests were collected is the node's innermost level.
    With each level, the node that it belongs to.
    """
    for node in item.listchain():
        left = [mark for mark in node.own_markers if mark.name == NAME]
        if not left:
            continue
        obj = getattr(node, "obj", None)
        for owner in reversed(obj.__mro__) if isinstance(obj, type) else (obj,):
            written = [mark for mark in _written(owner) if any(mark is other for other in left)]
            left = [mark for mark in left if not any(mark is other for other in written)]
            if written:
                yield written, node
        if left:
            yield left, node


def _written(owner: object) -> list[pytest.Mark]:
    """The marks in the source of a module, a class or a function, not those that a class inherits."""
    found = vars(owner).get("pytestmark", []) if hasattr(owner, "__dict__") else []
    marks = found if isinstance(found, list) else [found]
    return [mark.mark if isinstance(mark, pytest.MarkDecorator) else mark for mark in marks]


def _level(marks: Sequence[pytest.Mark], item: pytest.Item, node: Node) -> Level:
    """The marks of one level as one; the same option given differently twice is an error. All that is wrong is told."""
    values: dict[str, object] = {}
    sources: list[Source] = []
    wrong: list[str] = []
    for mark in marks:
        try:
            sources += _sources(mark, item)
        except MarkError as error:
            wrong.append(str(error))
        for name, value in mark.kwargs.items():
            try:
                _give(values, name, value)
            except MarkError as error:
                wrong.append(str(error))
    if wrong:
        listed = "".join(f"\n{indent(text, '  ')}" for text in wrong)
        raise MarkError(wrong[0] if len(wrong) == 1 else f"{len(wrong)} errors:{listed}")
    inherit = values.pop("inherit", True) is True
    now = cast("datetime.datetime | None", values.pop("now", None))
    return Level(tuple(sources), now, values, inherit, node is item)


def _give(values: dict[str, object], name: str, value: object) -> None:
    """Put the option among those that marks of the level have given so far."""
    if name == "file":
        return
    checked = _checked(name, value)
    if name in values and values[name] != checked:
        raise MarkError(
            f"{name} is given twice, as {values[name]!r} and as {checked!r}, by marks of one level; keep one of the two"
        )
    values[name] = checked


def _checked(name: str, value: object) -> object:
    if name == "inherit":
        if not isinstance(value, bool):
            raise MarkError(f"inherit must be True or False, not {value!r}")
        return value
    if name == "now":
        return _moment(value)
    if name == "seed":
        raise MarkError("the seed is given first, without a name")
    if name in DOCUMENT:
        raise MarkError(f"{name} is a key of the seed; write it in the seed's text")
    return _option(options.check, name, value, also=("file", "inherit", "now"))


def _option(check: Callable[..., object], name: str, value: object, **more: Sequence[str]) -> object:
    """The option's value as `check` gives it."""
    try:
        checked = check(name, value, **more)
        if name == "allow_operations":
            for operation in cast("tuple[str, ...]", checked):
                service_model().passing(operation)
    except (TypeError, ValueError) as error:
        raise MarkError(str(error)) from None
    return checked


def _moment(value: object) -> datetime.datetime | None:
    """The instant that `now=` names: text as in a seed, a date or a datetime; in UTC where it does not say."""
    if isinstance(value, str):
        try:
            return read_instant(value)
        except FieldError:
            raise MarkError(f"now must be a date or a time such as 2026-01-31T12:00:00Z, not {value!r}") from None
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        value = datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC)
    if value is not None and not isinstance(value, datetime.datetime):
        raise MarkError(f"now must be a datetime, a date, or its ISO 8601 text, not {value!r}")
    if value is not None and value.tzinfo is None:
        value = value.replace(tzinfo=datetime.UTC)
    return value


def _sources(mark: pytest.Mark, item: pytest.Item) -> list[Source]:
    file = mark.kwargs.get("file")
    if len(mark.args) > 1:
        raise MarkError(f"the mark takes one seed, not {len(mark.args)}; give each a mark of its own")
    if mark.args and file is not None:
        raise MarkError("the mark takes a seed or a file, not both; give each a mark of its own")
    if mark.args:
        text = mark.args[0]
        if isinstance(text, Path) or (isinstance(text, str) and names_a_file(text)):
            raise MarkError(f"a file is given by its name: file={str(text)!r}")
        if not isinstance(text, str):
            raise MarkError(f'the seed must be YAML text such as "users: {{alice: [readers]}}", not {text!r}')
        return [Source(text, "<seed>", _place(item))]
    return [] if file is None else [_file(file, folders(item), "file")]


def _place(item: pytest.Item) -> PythonPlace:
    return PythonPlace(str(item.path), (item.location[1] or 0) + 1)


def folders(item: pytest.Item) -> tuple[Path, ...]:
    """Where a file named in a test is looked for: beside the test module, then in pytest's rootdir."""
    return _folders(item.path, item.config.rootpath)


@lru_cache(maxsize=64)
def _folders(module: Path, rootdir: Path) -> tuple[Path, ...]:
    return module.parent, rootdir


def _file(file: object, folders: Sequence[Path], argument: str) -> Source:
    if not isinstance(file, str | Path):
        raise MarkError(f"{argument} must be a path, not {file!r}")
    tried = list(dict.fromkeys(folder / file for folder in folders))
    for path in tried:
        if path.is_file():
            try:
                return read_file(path)
            except OSError as error:
                raise MarkError(f"{argument} {str(file)!r} cannot be read: {error.strerror}") from None
    raise MarkError(
        "\n".join([f"{argument}: there is no {str(file)!r}. Looked for:", *(f"  {path}" for path in tried)])
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What marks and configuration ask for, the seed's levels from the outside in."""

    levels: tuple[Level, ...]
    options: options.Options

    def fake(self, random_seed: int, folders: Sequence[Path]) -> CognitoGroups:
        """The fake that is asked for. Raises `SeedError`, and `MarkError` when a level says two times of `now`."""
        levels = [level for level in self.levels if level.sources]
        texts = [level.sources for level in levels]
        seed = read(texts, service_model(), check_fault=check_fault)
        if any(level.now is not None for level in self.levels):
            seed = replace(seed, now=self._now())
        own_from = next((number for number, level in enumerate(levels) if level.own), len(levels))
        return CognitoGroups._from_seed(
            seed, self.options, random_seed, folders=folders, own_from=own_from, way=messages.of_mark
        )

    def _now(self) -> datetime.datetime | None:
        """What the innermost level says of `now`, be it the mark or its seed."""
        texts: list[tuple[Source, ...]] = []
        now: datetime.datetime | None = None
        said: datetime.datetime | None = None
        for level in self.levels:
            before = said
            if level.sources:
                texts.append(level.sources)
                said = read(texts, service_model(), check_fault=check_fault).now
            written = said if said != before else None
            if level.now is not None and written is not None and level.now != written:
                raise MarkError(
                    f"now is given twice, as {level.now} by the mark and as {written} by its seed; keep one of the two"
                )
            now = level.now or written or now
        return now


def wanted(item: pytest.Item, paging: str | None) -> Wanted:
    """Merge the item's marks over the configuration. `paging`: what the command line asks for.

    Raises `MarkError`, and `SeedError` for a file that is not text.
    """
    config = item.config
    levels = []
    for marks, node in marks_of(item):
        try:
            levels.append(_level(marks, item, node))
        except MarkError as error:
            raise MarkError(f"{node.nodeid}: @pytest.mark.{NAME}: {error}") from None
    alone = [number for number, each in enumerate(levels) if not each.inherit]
    levels = levels[alone[-1] :] if alone else levels
    base = None if alone else ini(config, "file")
    if base:
        folder = config.rootpath if config.inipath is None else config.inipath.parent
        levels.insert(
            0, Level((_file(base, (folder, config.rootpath), f"{NAME}_file"),), None, {}, inherit=True, own=False)
        )
    values = dict(configured(config))
    if paging is not None:
        values["paging"] = paging
    for each in levels:
        values.update(each.values)
    return Wanted(tuple(levels), options.Options(**values))  # type: ignore[arg-type]  # each was checked by its name


@lru_cache(maxsize=1)
def configured(config: pytest.Config) -> Mapping[str, object]:
    """The options that pytest's configuration sets. They are the same for all tests of a run."""
    found = {name: setting(config, name) for name in options.NAMES}
    return {name: value for name, value in found.items() if value is not None}


def setting(config: pytest.Config, name: str) -> object:
    """The value of one option's setting; `None` where it is not set."""
    value = ini(config, name)
    try:
        return None if value is None else _option(options.configured, name, value)
    except MarkError as error:
        text = str(error)
        said = text.removeprefix(name) if text.startswith(name) else f": {text}"
        raise MarkError(f"in pytest's configuration: {NAME}_{name}{said}") from None


def ini(config: pytest.Config, name: str) -> object:
    """The setting as pytest reads it."""
    try:
        return config.getini(f"{NAME}_{name}")
    except (ValueError, TypeError, pytest.UsageError) as error:
        value = re.search(r"'[^']*'$", str(error))
        said = f": {error}" if value is None else f", not {value.group()}"
        raise MarkError(
            f"in pytest's configuration: {NAME}_{name} takes {options.SETTINGS[name].takes}{said}"
        ) from None
