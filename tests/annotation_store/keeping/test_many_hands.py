import threading

import pytest

from annotation_store.keeping.many_hands import each_in_turn


@pytest.mark.parametrize("hands", [1, 4])
def test_results_come_in_the_order_of_asking(hands):
    assert list(each_in_turn(lambda number: number * 2, range(50), hands=hands)) == [(n, n * 2) for n in range(50)]


def test_several_are_at_work_at_once():
    meeting = threading.Barrier(3, timeout=30)
    assert len(list(each_in_turn(lambda _number: meeting.wait(), range(3), hands=3))) == 3


def test_few_wait_however_many_there_are():
    taken = []

    def names():
        for number in range(1000):
            taken.append(number)
            yield number

    next(each_in_turn(str, names(), hands=2))
    assert len(taken) <= 4


@pytest.mark.parametrize("hands", [1, 2])
def test_an_error_ends_it(hands):
    def fail(number):
        if number == 3:
            raise ValueError("three")
        return number

    work = each_in_turn(fail, range(100), hands=hands)
    assert [next(work) for _ in range(3)] == [(0, 0), (1, 1), (2, 2)]
    with pytest.raises(ValueError, match="three"):
        next(work)
