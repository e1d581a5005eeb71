import pytest

from annotation_store.comparisons.comparisons import list_pairs
from annotation_store.comparisons.preferences import Liked, keep_preference
from annotation_store.comparisons.results import results
from annotation_store.comparisons.sides import first_is_left
from annotation_store.errors import NotFoundError
from annotation_store.kinds import Choice

FIRST, SECOND, NEITHER = Choice


@pytest.fixture
def answer(store, comparison):
    """``answer("mika", [FIRST, None, SECOND])``: of the pairs in order; None: not at all."""

    def keep(person, choices, *, confidence=2):
        for pair, choice in zip(list_pairs(store, comparison.id), choices, strict=False):
            if choice is None:
                continue
            on_left = first_is_left(comparison, pair, person) == (choice is FIRST)
            liked = Liked.NEITHER if choice is NEITHER else Liked.LEFT if on_left else Liked.RIGHT
            keep_preference(
                store,
                comparison.id,
                pair.id,
                person=person,
                liked=liked,
                confidence=confidence,
                ground="checker",
            )

    return keep


def counts(test):
    return test.first, test.second, test.neither


def test_nothing_is_told_before_anybody_has_chosen(store, comparison):
    found = results(store, comparison.id)
    assert (found.pairs, found.answered, found.people, found.answers, found.on_left) == (4, 0, 0, 0, 0)
    assert found.over_pairs.p_value is None
    assert [counts(each) for each in found.images] == [(0, 0, 0)] * 4
    with pytest.raises(NotFoundError):
        results(store, 99)


def test_each_photo_counts_once_by_its_majority_however_many_answer(store, comparison, answer):
    answer("mika", [FIRST, FIRST, SECOND, NEITHER])
    answer("ren", [FIRST, SECOND, SECOND, NEITHER])
    answer("aki", [FIRST, FIRST])
    found = results(store, comparison.id)
    assert (found.people, found.answers, found.answered) == (3, 10, 4)
    assert counts(found.over_pairs) == (2, 1, 1)
    assert counts(found.over_answers) == (5, 3, 2)
    assert found.over_pairs.p_value == 1


def test_the_image_that_the_first_lost_most_comes_first(store, images, answer, comparison):
    answer("mika", [FIRST, SECOND, SECOND, NEITHER])
    answer("ren", [FIRST, SECOND, FIRST, None])
    found = [(each.name, counts(each)) for each in results(store, comparison.id).images]
    assert found == [
        ("bela_1.png", (0, 2, 0)),
        ("clara_1.png", (1, 1, 0)),
        ("doro_1.png", (0, 0, 1)),
        ("anna_1.png", (2, 0, 0)),
    ]


def test_it_is_told_by_how_sure_people_were(store, comparison, answer):
    answer("mika", [FIRST, FIRST], confidence=3)
    answer("ren", [SECOND], confidence=1)
    found = results(store, comparison.id).by_confidence
    assert {sure: counts(test) for sure, test in found.items()} == {1: (0, 1, 0), 2: (0, 0, 0), 3: (2, 0, 0)}


def test_people_are_told_apart_only_where_their_project_shows_figures_by_person(store, world, comparison, answer):
    answer("mika", [FIRST, NEITHER])
    assert results(store, comparison.id).by_person is None
    world.set_project(figures_by_person=True)
    found = results(store, comparison.id).by_person
    assert {person: counts(test) for person, test in found.items()} == {"mika": (1, 0, 1)}


def test_whoever_always_takes_the_left_is_seen(store, comparison):
    for pair in list_pairs(store, comparison.id):
        keep_preference(store, comparison.id, pair.id, person="mika", liked=Liked.LEFT, confidence=1, ground="checker")
    found = results(store, comparison.id)
    assert (found.on_left, found.over_answers.preferred) == (4, 4)
