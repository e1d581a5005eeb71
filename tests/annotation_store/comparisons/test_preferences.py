import pytest

from annotation_store.comparisons import preparing
from annotation_store.comparisons.comparison_errors import AlreadyAnsweredError, InvalidComparisonError
from annotation_store.comparisons.comparisons import close_comparison, list_pairs
from annotation_store.comparisons.preferences import Liked, keep_preference, next_pair, progress_of, shown_pair
from annotation_store.comparisons.sides import Side, blob_on, first_is_left, mark_of
from annotation_store.errors import InvalidTransitionError, NotFoundError
from annotation_store.kinds import Choice

MANY = [f"person {number}" for number in range(200)]


@pytest.fixture
def choose(store, comparison):
    def keep(pair, person="mika", liked=Liked.LEFT, confidence=2, ground="checker", within=comparison.id):
        return keep_preference(store, within, pair.id, person=person, liked=liked, confidence=confidence, ground=ground)

    return keep


def test_everybody_sees_each_pair_once_in_an_order_of_their_own(store, comparison, choose):
    orders = set()
    for person in MANY[:12]:
        order, announced = [], None
        while (now := next_pair(store, comparison.id, person)).pair is not None:
            assert (now.seen, now.total) == (len(order), 4)
            assert next_pair(store, comparison.id, person) == now  # a page that is loaded again
            if order:
                assert now.pair.id == announced
            announced = now.following and now.following.id
            order.append(now.pair.id)
            choose(now.pair, person)
        assert (now.seen, now.total, announced) == (4, 4, None)
        assert sorted(order) == [pair.id for pair in list_pairs(store, comparison.id)]
        orders.add(tuple(order))
    assert len(orders) > 6  # of 24


def test_the_sides_are_drawn_by_lot_and_stay(store, comparison):
    pair = list_pairs(store, comparison.id)[0]
    drawn = [first_is_left(comparison, pair, person) for person in MANY]
    assert drawn == [first_is_left(comparison, pair, person) for person in MANY]
    assert 70 < sum(drawn) < 130
    for person in MANY[:9]:
        sides = {side: blob_on(side, comparison, pair, person) for side in Side}
        assert set(sides.values()) == {pair.first_blob, pair.second_blob}
        assert (sides[Side.LEFT] == pair.first_blob) == first_is_left(comparison, pair, person)


def test_one_person_sees_the_first_on_both_sides(store, comparison, ask, prepare):
    others = [comparison, *(prepare(ask()) for _ in range(3))]
    drawn = {first_is_left(each, pair, "mika") for each in others for pair in list_pairs(store, each.id)}
    assert drawn == {True, False}


def test_the_mark_of_a_picture_holds_the_name_of_no_blob(store, comparison):
    pair = list_pairs(store, comparison.id)[0]
    marks = {mark_of(comparison, pair, person, side) for person in ("mika", "ren") for side in Side}
    assert len(marks) == 4
    assert not marks & {pair.first_blob, pair.second_blob}


@pytest.mark.parametrize("liked", Liked)
def test_what_stands_on_a_side_is_translated(store, comparison, choose, liked):
    for pair in list_pairs(store, comparison.id):
        kept = choose(pair, liked=liked, confidence=3, ground="#ffffff")
        on_left = first_is_left(comparison, pair, "mika")
        wanted = {
            Liked.NEITHER: Choice.NEITHER,
            Liked.LEFT: Choice.FIRST if on_left else Choice.SECOND,
            Liked.RIGHT: Choice.SECOND if on_left else Choice.FIRST,
        }[liked]
        assert (kept.choice, kept.first_was_left) == (wanted, on_left)
        assert (kept.person, kept.confidence, kept.ground) == ("mika", 3, "#ffffff")


def test_the_same_answer_twice_is_one_and_another_one_is_refused(store, comparison, choose):
    pair = list_pairs(store, comparison.id)[0]
    kept = choose(pair)
    assert choose(pair, confidence=1).id == kept.id
    assert choose(pair, confidence=1).confidence == 2
    for other in (Liked.RIGHT, Liked.NEITHER):
        with pytest.raises(AlreadyAnsweredError, match="chosen of this pair before"):
            choose(pair, liked=other)
    assert choose(pair, person="ren", liked=Liked.RIGHT).id != kept.id
    close_comparison(store, comparison.id, by="ren")
    assert choose(pair).id == kept.id  # an answer that was lost on its way is sent again


def test_nobody_chooses_in_what_is_closed(store, comparison, choose):
    close_comparison(store, comparison.id, by="ren")
    with pytest.raises(InvalidTransitionError, match="“Hair” is closed"):
        choose(list_pairs(store, comparison.id)[0])
    assert next_pair(store, comparison.id, "mika").pair is None


def test_what_makes_no_sense_is_refused_in_words(store, comparison, choose, ask, prepare):
    pair = list_pairs(store, comparison.id)[0]
    for confidence in (0, 4):
        with pytest.raises(InvalidComparisonError, match="from 1"):
            choose(pair, confidence=confidence)
    with pytest.raises(InvalidComparisonError, match="no background"):
        choose(pair, ground="#000000")
    other = prepare(ask())
    with pytest.raises(NotFoundError, match=f"pair number {pair.id} in this comparison"):
        choose(pair, within=other.id)
    with pytest.raises(NotFoundError, match="comparison number 99"):
        next_pair(store, 99, "mika")


def test_a_pair_without_its_mattes_and_one_of_the_same_matte_twice_are_not_shown(store, ask):
    made = ask()
    pairs = list_pairs(store, made.id)
    same, other = store.blobs.put(b"same"), store.blobs.put(b"other")
    preparing.keep_pair(store, pairs[0].id, first_blob=same, second_blob=same)
    with pytest.raises(NotFoundError):
        shown_pair(store, made.id, pairs[0].id)
    with pytest.raises(NotFoundError):
        shown_pair(store, made.id, pairs[1].id)
    for pair in pairs[1:]:
        preparing.keep_pair(store, pair.id, first_blob=same, second_blob=other)
    assert preparing.open_prepared(store, made.id)
    assert next_pair(store, made.id, "mika").total == 3
    assert shown_pair(store, made.id, pairs[1].id)[1].second_blob == other


def test_progress_is_told_of_many_at_once(store, comparison, choose, ask):
    fresh = ask()
    for pair in list_pairs(store, comparison.id)[:3]:
        choose(pair)
    assert progress_of(store, [comparison.id, fresh.id], "mika") == {comparison.id: (3, 4), fresh.id: (0, 0)}
    assert progress_of(store, [comparison.id], "ren") == {comparison.id: (0, 4)}
