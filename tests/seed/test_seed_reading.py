"""Reading: what is kept, what is shared, and where sources come from."""

from __future__ import annotations

import contextlib
import gc
import os
import threading
from pathlib import Path
from unittest.mock import Mock

import pytest

from pytest_cognito_groups.seed import Seed, SeedError, Source, read, read_file, reading
from pytest_cognito_groups.seed.grammar import decode
from pytest_cognito_groups.seed.reading import KEPT, collector_paused
from pytest_cognito_groups.service.model import Model


def test_the_same_texts_are_read_once(model: Model) -> None:
    one = read([[Source("users: {a: [b]}", "one")]], model)
    assert read([[], (Source("users: {a: [b]}", "other"),)], model) is one
    assert read([[Source("users: {a: [b]}")], [Source("users: {c: }")]], model) is not one


def test_an_outer_pool_that_nothing_is_said_of_is_shared(model: Model) -> None:
    outer = [Source("users: {a: }\n---\npool: a_b")]
    one = read([outer], model)
    two = read([outer, [Source("users: {x: }")]], model)
    assert two.pools[1] is one.pools[1]
    assert two.pools[0] is not one.pools[0]


def test_a_text_is_decoded_once_in_whatever_company(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    decoding = Mock(side_effect=decode)
    monkeypatch.setattr(reading, "decode", decoding)
    for text in ("users: {once: }", "\n  users: {once: }", "\nusers: {once: }", "users: {other: }"):
        read([[Source(text)]], model)
        read([[Source("groups: {g: }")], [Source(text)]], model)
    decoded = [called.args[0] for called in decoding.call_args_list]
    assert decoded.count("\nusers: {once: }") == 1
    assert len(decoded) == len(set(decoded))


def test_the_pools_that_were_read_have_no_dates_of_their_own(model: Model) -> None:
    seed = read([[Source("users: {a: }")], [Source("users: {b: }")]], model)
    assert seed.pools[0].born is None


def test_an_error_comes_again_and_names_its_own_source(model: Model) -> None:
    for name in ("one.yml", "two.yml"):
        with pytest.raises(SeedError) as caught:
            read([[Source("nope: 1", name)]], model)
        assert caught.value.source == name


def test_seeds_do_not_pile_up(model: Model) -> None:
    first = read([[Source("users: {first: }")]], model)
    assert read([[Source("users: {first: }")]], model) is first
    for number in range(KEPT):
        read([[Source(f"users: {{u{number}: }}")]], model)
    assert read([[Source("users: {first: }")]], model) is not first


def test_a_base_that_is_in_use_is_kept(model: Model) -> None:
    base = [Source("users: {base: }")]
    first = read([base], model)
    for number in range(2 * KEPT):
        read([base, [Source(f"users: {{u{number}: }}")]], model)
    assert read([base], model) is first


def test_threads_may_read_at_the_same_time(model: Model) -> None:
    levels = [[Source("users: {'m-[1:2000]': [a]}")], [Source("users: {x: [a]}")]]
    found: list[Seed] = []
    threads = [threading.Thread(target=lambda: found.append(read(levels, model))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(seed.pools[0].users) for seed in found] == [2001] * 8


@pytest.mark.parametrize("was_on", [True, False])
def test_the_collector_is_put_back_as_it_was(was_on: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if was_on else gc.disable)()
        with contextlib.suppress(ZeroDivisionError), collector_paused():
            assert not gc.isenabled()
            raise ZeroDivisionError
        assert gc.isenabled() is was_on
    finally:
        (gc.enable if before else gc.disable)()


def test_a_file_is_utf_8_with_or_without_a_mark(tmp_path: Path, model: Model) -> None:
    for name, data in {"a.yml": b"users: {\xc3\xa9: }\r\n", "b.yml": b"\xef\xbb\xbfusers: {\xc3\xa9: }\r\n"}.items():
        path = tmp_path / name
        path.write_bytes(data)
        source = read_file(path)
        assert source.text == "users: {é: }\r\n"
        assert list(read([[source]], model).pools[0].users) == ["é"]


def test_a_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "seed.yml"
    path.write_text("users: {a: }")
    one = read_file(path)
    assert read_file(path) is one
    path.write_text("users: {b: }")
    os.utime(path, ns=(1, 1))
    assert read_file(path).text == "users: {b: }"


def test_a_file_is_called_by_its_path_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    path = tmp_path / "sub" / "seed.yml"
    path.write_text("")
    monkeypatch.chdir(tmp_path)
    assert read_file(path).name == str(Path("sub", "seed.yml"))
    monkeypatch.chdir(tmp_path / "sub")
    (tmp_path / "other.yml").write_text("")
    assert read_file(tmp_path / "other.yml").name == str(tmp_path / "other.yml")
    assert read_file(path, "the seed").name == "the seed"


@pytest.mark.parametrize(
    ("data", "line", "column", "text"),
    [
        (b"a: \xff", 1, 4, "a: �"),
        (b"\na: \xff", 2, 4, "a: �"),
        (b"a: b\r\n\xc3\xa9: \xe9\r\nc: d", 2, 4, "é: �"),
        (b"\xef\xbb\xbfa: \xe9", 1, 4, "a: �"),
    ],
)
def test_a_file_in_another_encoding_is_an_error_at_the_byte(
    tmp_path: Path, data: bytes, line: int, column: int, text: str
) -> None:
    path = tmp_path / "seed.yml"
    path.write_bytes(data)
    with pytest.raises(SeedError) as caught:
        read_file(path)
    (error,) = caught.value.errors
    assert (error.line, error.column, error.hint) == (line, column, "save the file as UTF-8")
    assert error.text == text


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "nope.yml")
