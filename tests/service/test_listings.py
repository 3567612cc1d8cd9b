"""Listings by themselves: places that changes elsewhere do not move."""

from __future__ import annotations

from random import Random

import pytest

from pytest_cognito_groups.service.listings import START, Listing, Shuffle

NAMES = tuple("abcdefgh")


def listing() -> Listing:
    """Eight names with gaps between their keys."""
    return Listing(range(0, 80, 10), NAMES)


@pytest.mark.rule("PAGE-9")
def test_items_come_after_a_place_in_the_order_of_their_keys() -> None:
    names, place = listing().after(START, 3)
    assert (tuple(names), place) == (NAMES[:3], 20)
    names, place = listing().after(place, 60)
    assert (tuple(names), place) == (NAMES[3:], 70)
    assert listing().after(place, 60) == ((), 70)


@pytest.mark.rule("PAGE-9")
@pytest.mark.parametrize(("place", "left"), [(START, 8), (0, 7), (5, 7), (70, 0), (99, 0)])
def test_a_place_need_not_be_an_item(place: int, left: int) -> None:
    assert listing().left(place) == left
    assert tuple(listing().after(place, 60)[0]) == NAMES[8 - left :]


def test_a_listing_that_was_opened_changes_alone() -> None:
    shut = listing()
    opened = shut.open()
    opened.remove(20)
    opened.append(80, "i")
    assert opened.names == [*"abdefgh", "i"]
    assert (opened.key_of("i"), opened.key_of("c"), len(opened)) == (80, None, 8)
    assert (tuple(shut.names), len(shut)) == (NAMES, 8)


def shuffled(shuffle: Shuffle, of: Listing) -> list[str]:
    return list(shuffle.after(START, 60, of)[0])


@pytest.mark.rule("PAGE-10")
@pytest.mark.parametrize("count", [0, 1, 2, 8])
def test_a_shuffle_has_all_items_and_another_one_first(count: int) -> None:
    of = Listing(range(count), NAMES[:count])
    for seed in range(50):
        names = shuffled(Shuffle(of.keys, Random(seed)), of)
        assert sorted(names) == list(NAMES[:count])
        assert count < 2 or names[0] != "a"


@pytest.mark.rule("PAGE-10")
def test_shuffles_differ_by_what_they_are_drawn_from() -> None:
    orders = {"".join(shuffled(Shuffle(listing().keys, Random(seed)), listing())) for seed in range(20)}
    assert len(orders) > 10


@pytest.mark.rule("PAGE-9", "PAGE-10")
def test_the_order_of_a_shuffle_survives_changes() -> None:
    opened = listing().open()
    shuffle = Shuffle(opened.keys, Random(1))
    before = shuffled(shuffle, opened)
    opened.append(80, "i")
    shuffle.add(80)
    opened.remove(30)
    shuffle.remove(30)
    after = shuffled(shuffle, opened)
    assert sorted(after) == list("abcefghi")
    assert [name for name in after if name != "i"] == [name for name in before if name != "d"]


@pytest.mark.rule("PAGE-9")
def test_places_in_a_shuffle_survive_the_removal_of_their_item() -> None:
    opened = listing().open()
    shuffle = Shuffle(opened.keys, Random(1))
    names, place = shuffle.after(START, 3, opened)
    rest = list(shuffle.after(place, 60, opened)[0])
    assert shuffle.left(place) == 5
    key = opened.key_of(names[-1])
    assert key is not None
    shuffle.remove(key)
    opened.remove(key)
    assert list(shuffle.after(place, 60, opened)[0]) == rest
    assert (shuffle.left(place), shuffle.left(START)) == (5, 7)
    assert shuffle.after(shuffle.ranks[-1], 60, opened) == ([], shuffle.ranks[-1])
