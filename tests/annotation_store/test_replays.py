from concurrent.futures import ThreadPoolExecutor

import pytest
from small_accounts import StandingClock
from sqlalchemy import func, select

from annotation_store import clock, schema
from annotation_store.errors import KeyInUseError, KeyReusedError
from annotation_store.replays import Answer, Attempt, begin, drop, keep, renew

ANSWER = Answer(201, {"content-type": "application/json"}, b'{"id": 1}')


@pytest.fixture
def standing_clock(monkeypatch):
    standing = StandingClock()
    monkeypatch.setattr(clock, "utc_now", standing)
    return standing


@pytest.fixture
def attempt(store):
    """``attempt("a")``: begins what nobody has done yet."""

    def start(key, fingerprint="f", person="keiko"):
        begun = begin(store, person, key, fingerprint)
        assert isinstance(begun, Attempt)
        return begun

    return start


def test_a_kept_answer_is_given_again(store, attempt):
    keep(store, attempt("a"), ANSWER)
    assert begin(store, "keiko", "a", "f") == ANSWER


def test_a_key_is_its_persons_own(store, attempt):
    keep(store, attempt("a"), ANSWER)
    attempt("a", person="aiko")


def test_a_key_stands_for_one_request(store, attempt):
    attempt("a")
    with pytest.raises(KeyReusedError):
        begin(store, "keiko", "a", "g")


def test_what_is_being_answered_is_not_begun_twice(store, attempt):
    first = attempt("a")
    with pytest.raises(KeyInUseError):
        begin(store, "keiko", "a", "f")
    drop(store, first)
    attempt("a")


def test_of_many_at_once_one_does_the_work(store):
    def try_it(_):
        try:
            return isinstance(begin(store, "keiko", "a", "f"), Attempt)
        except KeyInUseError:
            return False

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(try_it, range(6))) == 1


def test_what_was_left_without_an_answer_may_be_tried_again_after_a_minute(store, attempt, standing_clock):
    attempt("a")
    standing_clock.pass_by(seconds=59)
    with pytest.raises(KeyInUseError):
        begin(store, "keiko", "a", "f")
    standing_clock.pass_by(seconds=1)
    attempt("a")
    with pytest.raises(KeyInUseError):
        begin(store, "keiko", "a", "f")


def test_what_is_still_worked_on_is_not_begun_again(store, attempt, standing_clock):
    first = attempt("a")
    for _ in range(3):
        standing_clock.pass_by(seconds=50)
        renew(store, first)
    with pytest.raises(KeyInUseError):
        begin(store, "keiko", "a", "f")


def test_who_comes_late_changes_nothing_of_what_another_does(store, attempt, standing_clock):
    late = attempt("a")
    standing_clock.pass_by(minutes=1)
    second = attempt("a")
    standing_clock.pass_by(seconds=59)
    renew(store, late)
    drop(store, late)
    keep(store, late, ANSWER)
    with pytest.raises(KeyInUseError):
        begin(store, "keiko", "a", "f")
    standing_clock.pass_by(seconds=1)
    third = attempt("a")
    keep(store, second, ANSWER)
    other = Answer(204, {}, b"")
    keep(store, third, other)
    assert begin(store, "keiko", "a", "f") == other


def test_answers_are_kept_for_a_day(store, attempt, standing_clock):
    for key in "ab":
        keep(store, attempt(key), ANSWER)
    standing_clock.pass_by(hours=24)
    assert begin(store, "keiko", "a", "f") == ANSWER
    standing_clock.pass_by(seconds=1)
    attempt("a", "g")
    with store.database.read() as session:
        assert session.scalar(select(func.count()).select_from(schema.Replay)) == 1


def test_a_kept_answer_stays_as_it_is(store, attempt):
    first = attempt("a")
    keep(store, first, ANSWER)
    drop(store, first)
    keep(store, first, Answer(204, {}, b""))
    assert begin(store, "keiko", "a", "f") == ANSWER
