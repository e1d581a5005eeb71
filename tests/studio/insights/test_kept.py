from itertools import count

from studio.insights.kept import Kept


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_what_was_worked_out_is_kept_for_a_while():
    clock, numbers = Clock(), count()
    kept = Kept(seconds=60, most=2, now=clock)
    assert kept.get("a", lambda: next(numbers)) == 0
    clock.now = 60.0
    assert kept.get("a", lambda: next(numbers)) == 0
    clock.now = 60.1
    assert kept.get("a", lambda: next(numbers)) == 1


def test_none_is_a_value_like_any_other():
    numbers = count()
    kept = Kept(seconds=60, most=2)
    assert kept.get("a", lambda: None) is None
    assert kept.get("a", lambda: next(numbers)) is None


def test_the_one_that_was_asked_for_longest_ago_makes_room():
    numbers = count()
    kept = Kept(seconds=60, most=2)
    for key in "aba":
        kept.get(key, lambda: next(numbers))
    kept.get("c", lambda: next(numbers))
    assert kept.get("a", lambda: next(numbers)) == 0
    assert kept.get("b", lambda: next(numbers)) == 3


def test_all_of_it_can_be_forgotten():
    numbers = count()
    kept = Kept(seconds=60, most=2)
    kept.get("a", lambda: next(numbers))
    kept.forget()
    assert kept.get("a", lambda: next(numbers)) == 1


def test_what_took_long_is_kept_longer():
    clock, numbers = Clock(), count()
    kept = Kept(seconds=60, most=2, now=clock)

    def slowly():
        clock.now += 10.0
        return next(numbers)

    assert kept.get("a", slowly) == 0
    clock.now = 10.0 + 200.0
    assert kept.get("a", slowly) == 0
    clock.now += 0.1
    assert kept.get("a", slowly) == 1
