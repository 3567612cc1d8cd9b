"""Listings by themselves: places that changes elsewhere do not move."""

from __future__ import annotations

from random import Random

import pytest

from pytest_cognito_groups.service.listings import START, Listing, Shuffle, Sorted

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


def test_a_changed_listing_leaves_the_first_as_it_was() -> None:
    before = listing()
    after = before.changed([20, 0, 70], [(80, "i"), (81, "j")])
    assert list(after.names) == [*"bdefg", "i", "j"]
    assert list(after.keys) == [10, 30, 40, 50, 60, 80, 81]
    assert (tuple(before.names), tuple(before.keys)) == (NAMES, tuple(range(0, 80, 10)))


def shuffled(shuffle: Shuffle) -> list[str]:
    return list(shuffle.after(START, 60)[0])


@pytest.mark.rule("PAGE-10")
@pytest.mark.parametrize("count", [0, 1, 2, 8])
def test_a_shuffle_has_all_items_and_another_one_first(count: int) -> None:
    of = Listing(range(count), NAMES[:count])
    for seed in range(50):
        names = shuffled(Shuffle.drawn(of, Random(seed)))
        assert sorted(names) == list(NAMES[:count])
        assert count < 2 or names[0] != "a"


@pytest.mark.rule("PAGE-10")
def test_shuffles_differ_by_what_they_are_drawn_from() -> None:
    orders = {"".join(shuffled(Shuffle.drawn(listing(), Random(seed)))) for seed in range(20)}
    assert len(orders) > 10


@pytest.mark.rule("PAGE-9", "PAGE-10")
def test_the_order_of_a_shuffle_survives_changes() -> None:
    shuffle = Shuffle.drawn(listing(), Random(1))
    before = shuffled(shuffle)
    after = shuffled(shuffle.over(listing().changed([30], [(80, "i")])))
    assert sorted(after) == list("abcefghi")
    assert [name for name in after if name != "i"] == [name for name in before if name != "d"]


@pytest.mark.rule("PAGE-9")
@pytest.mark.parametrize("read", range(9))
def test_what_is_left_is_what_comes_after(read: int) -> None:
    shuffle, ordered = Shuffle.drawn(listing(), Random(1)), Sorted(listing(), range(0, 80, 10), 100)
    for each in (listing(), shuffle, ordered):
        place = each.after(START, read)[1] if read else START
        assert each.left(place) == len(each.after(place, 60)[0]) == 8 - read


@pytest.mark.rule("PAGE-9")
def test_places_in_a_shuffle_survive_the_removal_of_their_item() -> None:
    shuffle = Shuffle.drawn(listing(), Random(1))
    names, place = shuffle.after(START, 3)
    rest = list(shuffle.after(place, 60)[0])
    assert shuffle.left(place) == 5
    fewer = shuffle.over(listing().changed([10 * NAMES.index(names[-1])], ()))
    assert list(fewer.after(place, 60)[0]) == rest
    assert (fewer.left(place), fewer.left(START)) == (5, 7)
    assert fewer.after(fewer.ranks[-1], 60) == ([], fewer.ranks[-1])
