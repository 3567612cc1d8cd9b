"""Marks, command line and configuration of pytest -> the levels of a seed, the options, and the fake of one test."""

from __future__ import annotations

import datetime
import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, cast

import pytest

from pytest_cognito_groups import options
from pytest_cognito_groups.calls import messages
from pytest_cognito_groups.collection import PAGING_PARAMETER, marks_of, misspelled
from pytest_cognito_groups.fake import CognitoGroups, seed_of, without_group
from pytest_cognito_groups.hook.data import service_model
from pytest_cognito_groups.options import NAME
from pytest_cognito_groups.seed import (
    DOCUMENT,
    FieldError,
    PythonPlace,
    SeedError,
    Source,
    names_a_file,
    read,
    read_file,
    read_instant,
)

if TYPE_CHECKING:
    from _pytest.nodes import Node


class MarkError(ValueError):
    """A mark or a setting that is wrong, in words for the terminal."""


# Levels


@dataclass(frozen=True, slots=True)
class Level:
    """What the marks of one place say together: a module, a class, a function, a parameter set."""

    sources: tuple[Source, ...]
    now: datetime.datetime | None
    values: Mapping[str, object]
    inherit: bool
    own: bool


def _level(marks: Sequence[pytest.Mark], item: pytest.Item, node: Node) -> Level:
    """The marks of one level as one; an option that two of them set differently is an error. All errors are reported
    at once.
    """
    values: dict[str, object] = {}
    sources: list[Source] = []
    errors: list[str] = []
    for mark in marks:
        try:
            sources += _sources(mark, item)
        except MarkError as error:
            errors.append(str(error))
        for name, value in mark.kwargs.items():
            try:
                _add_value(values, name, value)
            except MarkError as error:
                errors.append(str(error))
    if errors:
        listed = "".join(f"\n{indent(text, '  ')}" for text in errors)
        raise MarkError(errors[0] if len(errors) == 1 else f"{len(errors)} errors:{listed}")
    inherit = values.pop("inherit", True) is True
    now = cast("datetime.datetime | None", values.pop("now", None))
    return Level(tuple(sources), now, values, inherit, node is item)


def _add_value(values: dict[str, object], name: str, value: object) -> None:
    if name == "file":
        return
    checked = _checked(name, value)
    if name in values and values[name] != checked:
        raise MarkError(f"{name} is set twice on one level, to {values[name]!r} and to {checked!r}; keep one")
    values[name] = checked


def _checked(name: str, value: object) -> object:
    if name == "inherit":
        if not isinstance(value, bool):
            raise MarkError(f"inherit must be True or False, not {value!r}")
        return value
    if name == "now":
        return _instant(value)
    if name == "seed":
        raise MarkError("the seed is the first argument; pass it without a name")
    if name in DOCUMENT:
        raise MarkError(f"{name} is a key of the seed; write it in the seed's text")
    if name in options.SETTINGS and name not in options.OPTIONS:
        raise MarkError(f'{name} is for the whole run: "{NAME}_{name} = true" in pytest\'s configuration')
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


def _instant(value: object) -> datetime.datetime | None:
    """The instant that `now=` gives: text as in a seed, a date or a datetime; UTC unless it says otherwise."""
    if isinstance(value, str):
        try:
            return read_instant(value)
        except FieldError:
            raise MarkError(f"now must be a date or a time such as 2026-01-31T12:00:00Z, not {value!r}") from None
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        value = datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC)
    if value is not None and not isinstance(value, datetime.datetime):
        raise MarkError(f"now must be a datetime, a date or ISO 8601 text, not {value!r}")
    if value is not None and value.tzinfo is None:
        value = value.replace(tzinfo=datetime.UTC)
    return value


# Seeds and files


def _sources(mark: pytest.Mark, item: pytest.Item) -> list[Source]:
    file = mark.kwargs.get("file")
    if len(mark.args) > 1:
        raise MarkError(f"a mark takes one seed, not {len(mark.args)}; use a mark for each")
    if mark.args and file is not None:
        raise MarkError("a mark takes a seed or a file, not both; use a mark for each")
    if mark.args:
        text = mark.args[0]
        if isinstance(text, Path) or (isinstance(text, str) and names_a_file(text)):
            raise MarkError(f"the seed must be YAML text; to read a file: file={str(text)!r}")
        if not isinstance(text, str):
            raise MarkError(f'the seed must be YAML text such as "users: {{alice: [readers]}}", not {text!r}')
        place = PythonPlace(str(item.path), (item.location[1] or 0) + 1)
        return [Source(text, "<seed>", place)]
    return [] if file is None else [_file(file, _folders(item.path, item.config.rootpath), "file")]


@lru_cache(maxsize=64)
def _folders(module: Path, rootdir: Path) -> tuple[Path, ...]:
    """Where a file named in a test is looked for: beside the test module, then in pytest's rootdir."""
    return module.parent, rootdir


def _file(file: object, folders: Sequence[Path], argument: str) -> Source:
    try:
        path = cast("str | os.PathLike[str]", options.SETTINGS["file"].kind.check(argument, file))
    except TypeError as error:
        raise MarkError(str(error)) from None
    tried = list(dict.fromkeys(folder / path for folder in folders))
    for found in tried:
        if found.is_file():
            try:
                return read_file(found)
            except OSError as error:
                raise MarkError(f"{argument} {str(file)!r} can't be read: {error.strerror}") from None
    raise MarkError(messages.no_file(path, tried, argument))


# One test


@dataclass(frozen=True, slots=True)
class Resolved:
    """What marks, command line and configuration come to; the levels from the outside in."""

    levels: tuple[Level, ...]
    options: options.Options

    def fake(self, random_seed: int, folders: Sequence[Path]) -> CognitoGroups:
        """Raises `SeedError`, and `MarkError` where a level sets `now` twice."""
        levels = [level for level in self.levels if level.sources]
        texts = [level.sources for level in levels]
        seed = read(texts, service_model())
        if any(level.now is not None for level in self.levels):
            seed = replace(seed, now=self._now())
        own_from = next((number for number, level in enumerate(levels) if level.own), len(levels))
        return CognitoGroups._from_seed(
            seed, self.options, random_seed, folders=folders, own_from=own_from, way=messages.of_mark
        )

    def _now(self) -> datetime.datetime | None:
        """The innermost level's `now`, whether the mark or its seed sets it."""
        texts: list[tuple[Source, ...]] = []
        now: datetime.datetime | None = None
        seeds: datetime.datetime | None = None
        for level in self.levels:
            before = seeds
            if level.sources:
                texts.append(level.sources)
                seeds = read(texts, service_model()).now
            written = seeds if seeds != before else None
            if level.now is not None and written is not None and level.now != written:
                raise MarkError(f"now is set twice, to {level.now} by the mark and to {written} by its seed; keep one")
            now = level.now or written or now
        return now


def resolve(item: pytest.Item) -> Resolved:
    """Merge the item's marks over the command line and the configuration.

    Raises `MarkError`, and `SeedError` for a file that isn't text.
    """
    alike = misspelled(item)
    if alike is not None:
        raise MarkError("\n".join(messages.from_unmarked(item.nodeid, alike)))
    config = item.config
    levels = []
    for marks, node in marks_of(item):
        try:
            levels.append(_level(marks, item, node))
        except MarkError as error:
            raise MarkError(f"{node.nodeid}: @pytest.mark.{NAME}: {error}") from None
    alone = [number for number, each in enumerate(levels) if not each.inherit]
    levels = levels[alone[-1] :] if alone else levels
    base = None if alone else _ini(config, "file")
    if base:
        folder = config.rootpath if config.inipath is None else config.inipath.parent
        source = _file(base, (folder, config.rootpath), f"{NAME}_file")
        levels.insert(0, Level((source,), None, {}, inherit=True, own=False))
    values = {**configured(config), **_paging(item)}
    for each in levels:
        values.update(each.values)
    return Resolved(tuple(levels), options.Options(**values))


def fake_for(item: pytest.Item) -> CognitoGroups:
    """The fake that the item's marks ask for; an error in them fails the test without a traceback."""
    try:
        resolved = resolve(item)
        random_seed = _random_seed(item) if resolved.options.paging == "ragged" else 0
        return resolved.fake(random_seed, _folders(item.path, item.config.rootpath))
    except (MarkError, SeedError) as error:
        message = str(error)
    pytest.fail(message, pytrace=False)


# Configuration and command line


def by_hand(config: pytest.Config, paging: str | None) -> Mapping[str, object]:
    """The options of fakes that are made by hand: what the command line sets, then the configuration."""
    return configured(config) if paging is None else {**configured(config), "paging": _once(paging)}


@lru_cache(maxsize=1)
def configured(config: pytest.Config) -> Mapping[str, object]:
    """The options that pytest's configuration sets. They are the same for all tests of a run."""
    found = {name: _setting(config, name) for name in options.OPTIONS}
    return {name: value for name, value in found.items() if value is not None}


def _setting(config: pytest.Config, name: str) -> object:
    """The value of one option's setting; `None` if it is not set."""
    value = _ini(config, name)
    try:
        return None if value is None else _option(options.configured, name, value)
    except MarkError as error:
        text = str(error)
        rest = text.removeprefix(name) if text.startswith(name) else f": {text}"
        raise MarkError(f"in pytest's configuration: {NAME}_{name}{rest}") from None


def _ini(config: pytest.Config, name: str) -> object:
    """The setting as pytest reads it."""
    try:
        return config.getini(f"{NAME}_{name}")
    except (ValueError, TypeError, pytest.UsageError) as error:
        raise MarkError(options.refused(name, error)) from None


def _once(paging: str) -> str:
    """The paging of what can't be run twice."""
    return "ragged" if paging == "both" else paging


def _paging(item: pytest.Item) -> Mapping[str, str]:
    """What the command line sets, if anything."""
    callspec = getattr(item, "callspec", None)
    if callspec is not None and PAGING_PARAMETER in callspec.params:
        return {"paging": str(callspec.params[PAGING_PARAMETER])}
    chosen: str | None = item.config.getoption(options.PAGING_FLAG)
    return {} if chosen is None else {"paging": _once(chosen)}


def _random_seed(item: pytest.Item) -> int:
    given: int | None = item.config.getoption(options.RANDOM_SEED_FLAG)
    return seed_of(item.nodeid) if given is None else given


def repeat(item: pytest.Item, random_seed: int) -> str:
    """The command line that gives the test the same ragged pages again; `both` keeps the id that it gave."""
    paging = "both" if item.config.getoption(options.PAGING_FLAG) == "both" else "ragged"
    file = os.path.relpath(item.path, item.config.invocation_params.dir)  # ids name it from rootdir
    nodeid = without_group(item.nodeid) if item.get_closest_marker("xdist_group") else item.nodeid
    test = shlex.quote("::".join([file, *nodeid.split("::")[1:]]))
    return f"pytest {test} {options.PAGING_FLAG}={paging} {options.RANDOM_SEED_FLAG}={random_seed}"
