from concurrent.futures import ThreadPoolExecutor

import pytest
from small_accounts import StandingClock
from sqlalchemy import func, select

from annotation_store import clock, schema
from annotation_store.errors import KeyInUseError, KeyReusedError
from annotation_store.replays import Answer, begin, drop, keep

ANSWER = Answer(201, {"content-type": "application/json"}, b'{"id": 1}')


@pytest.fixture
def standing_clock(monkeypatch):
    standing = StandingClock()
    monkeypatch.setattr(clock, "utc_now", standing)
    return standing


def test_a_kept_answer_is_given_again(store):
    assert begin(store, "keiko", "a", "f") is None
    keep(store, "keiko", "a", ANSWER)
    assert begin(store, "keiko", "a", "f") == ANSWER


def test_a_key_is_its_persons_own(store):
    begin(store, "keiko", "a", "f")
    keep(store, "keiko", "a", ANSWER)
    assert begin(store, "aiko", "a", "f") is None


def test_a_key_stands_for_one_request(store):
    begin(store, "keiko", "a", "f")
    with pytest.raises(KeyReusedError):
        begin(store, "keiko", "a", "g")


def test_what_is_being_answered_is_not_begun_twice(store):
    begin(store, "keiko", "a", "f")
    with pytest.raises(KeyInUseError):
        begin(store, "keiko", "a", "f")
    drop(store, "keiko", "a")
    assert begin(store, "keiko", "a", "f") is None


def test_of_many_at_once_one_does_the_work(store):
    def attempt(_):
        try:
            return begin(store, "keiko", "a", "f") is None
        except KeyInUseError:
            return False

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(attempt, range(6))) == 1


def test_what_was_left_without_an_answer_may_be_tried_again_after_a_minute(store, standing_clock):
    begin(store, "keiko", "a", "f")
    standing_clock.pass_by(seconds=59)
    with pytest.raises(KeyInUseError):
        begin(store, "keiko", "a", "f")
    standing_clock.pass_by(seconds=1)
    assert begin(store, "keiko", "a", "f") is None
    with pytest.raises(KeyInUseError):
        begin(store, "keiko", "a", "f")


def test_answers_are_kept_for_a_day(store, standing_clock):
    for key in "ab":
        begin(store, "keiko", key, "f")
        keep(store, "keiko", key, ANSWER)
    standing_clock.pass_by(hours=24)
    assert begin(store, "keiko", "a", "f") == ANSWER
    standing_clock.pass_by(seconds=1)
    assert begin(store, "keiko", "a", "g") is None
    with store.database.read() as session:
        assert session.scalar(select(func.count()).select_from(schema.Replay)) == 1


def test_a_kept_answer_is_not_dropped(store):
    begin(store, "keiko", "a", "f")
    keep(store, "keiko", "a", ANSWER)
    drop(store, "keiko", "a")
    assert begin(store, "keiko", "a", "f") == ANSWER
