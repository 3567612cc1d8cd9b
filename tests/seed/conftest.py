"""What the tests of seeds share: reading a text, and what is wrong with it, line by line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from pytest_cognito_groups.hook.data import service_model
from pytest_cognito_groups.seed import Seed, SeedError, Source, read
from pytest_cognito_groups.service.model import Model
from pytest_cognito_groups.service.pools import Pool

Level: TypeAlias = "str | list[str]"
ReadSeed: TypeAlias = Callable[..., Seed]
ReadPool: TypeAlias = Callable[..., Pool]
FindErrors: TypeAlias = Callable[..., list[str]]


@pytest.fixture(scope="session")
def model() -> Model:
    return service_model()


def sources(levels: tuple[Level, ...]) -> list[list[Source]]:
    return [
        [
            Source(text, f"{level}{'abc'[number]}.yml")
            for number, text in enumerate([texts] if isinstance(texts, str) else texts)
        ]
        for level, texts in enumerate(levels)
    ]


@pytest.fixture(scope="session")
def seed_of(model: Model) -> ReadSeed:
    """Reads levels of texts, from the outside in; a level is a text, or a list of texts."""
    return lambda *levels: read(sources(levels), model)


@pytest.fixture(scope="session")
def pool_of(seed_of: ReadSeed) -> ReadPool:
    """Reads levels of texts to the one pool that they come to."""

    def read_pool(*levels: Level) -> Pool:
        (pool,) = seed_of(*levels).pools
        return pool

    return read_pool


@pytest.fixture(scope="session")
def errors_of(seed_of: ReadSeed) -> FindErrors:
    """What is wrong with the levels: `line:column: message`, of several levels `file:line:column: message`."""

    def find_errors(*levels: Level) -> list[str]:
        with pytest.raises(SeedError) as caught:
            seed_of(*levels)
        several = len(levels) > 1 or isinstance(levels[0], list)
        return [
            f"{f'{error.source}:' if several else ''}{error.line}:{error.column}: {error.message}"
            for error in caught.value.errors
        ]

    return find_errors


@pytest.fixture(scope="session")
def members() -> Callable[[Pool], dict[str, list[str]]]:
    """The memberships of a pool, by user."""
    return lambda pool: {name: list(pool.groups_of(name).names) for name in pool.users}
