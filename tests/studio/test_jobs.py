import pytest

from annotation_store.errors import StoreFullError, StoreUnavailableError
from studio.jobs import QUEUE_FILE, Jobs


@pytest.fixture
def full_queue(tmp_path):
    """A queue that has no room for another message."""
    jobs = Jobs(tmp_path)
    connection = jobs.huey.storage.conn
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    return jobs


def test_a_message_to_draft_that_finds_no_room_is_no_error_for_whoever_sends_it(full_queue):
    for _ in range(1000):
        full_queue.draft()
    assert 0 < len(full_queue.huey) < 1000


def test_a_message_to_prepare_a_comparison_that_finds_no_room_is_none_either(full_queue):
    for _ in range(1000):
        full_queue.compare()
    assert 0 < len(full_queue.huey) < 1000


def test_a_training_that_cannot_be_asked_for_is(full_queue):
    def ask():
        for number in range(1000):
            full_queue.train(number)

    with pytest.raises(StoreFullError, match=rf"(?s){QUEUE_FILE}.*full.*make room"):
        ask()


def test_a_queue_that_cannot_be_opened_says_so(tmp_path):
    (tmp_path / QUEUE_FILE).mkdir()
    with pytest.raises(StoreUnavailableError, match=QUEUE_FILE):
        Jobs(tmp_path)
