"""Reading: what is kept, what is shared, and where sources come from."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from pytest_cognito_groups.seed import SeedError, Source, read, read_file
from pytest_cognito_groups.seed.reading import Kept, Reader
from pytest_cognito_groups.service.constraints import Model


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


def test_a_text_is_decoded_once_in_whatever_company(model: Model) -> None:
    reader = Reader(model, None)
    text = Source("users: {a: [b]}")
    assert reader.decoded(text) is reader.decoded(Source("users: {a: [b]}", "elsewhere"))
    assert reader.decoded(Source("\n  users: {a: [b]}")) is reader.decoded(Source("\nusers: {a: [b]}"))


def test_the_pools_that_were_read_have_no_dates_of_their_own(model: Model) -> None:
    seed = read([[Source("users: {a: }")], [Source("users: {b: }")]], model)
    assert seed.pools[0].born is None


def test_an_error_comes_again_and_names_its_own_source(model: Model) -> None:
    for name in ("one.yml", "two.yml"):
        with pytest.raises(SeedError) as caught:
            read([[Source("nope: 1", name)]], model)
        assert caught.value.source == name


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    kept: Kept[str, str] = Kept(10, lambda key, value: len(key) + len(value))
    for key in "abc":
        kept.keep(key, "xx")
    assert kept.get("a") == "xx"
    kept.keep("d", "xx")
    assert [kept.get(key) for key in "abcd"] == ["xx", None, "xx", "xx"]
    kept.keep("e", "x" * 20)
    assert [kept.get(key) for key in "acde"] == [None, None, None, "x" * 20]


def test_big_seeds_do_not_pile_up(model: Model) -> None:
    reader = Reader(model, None, room=600_000)
    first = ((Source("users: {'m-[1:1000]': }"),),)
    one = reader.read(first)
    assert reader.read(first) is one
    reader.read(((Source("users: {'n-[1:1000]': }"),),))
    assert reader.read(first) is not one


def test_threads_may_read_at_the_same_time(model: Model) -> None:
    reader = Reader(model, None)
    levels = ((Source("users: {'m-[1:2000]': [a]}"),), (Source("users: {x: [a]}"),))
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(reader.read(levels))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


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
