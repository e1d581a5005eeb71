import pytest

from annotation_store.errors import NotFoundError
from annotation_store.keeping.blob_references import referenced
from annotation_store.learning import training_runs
from annotation_store.learning.run_logs import LogElsewhereError, keep_log, read_log
from annotation_store.states import RunState
from annotation_store.workers.places import Place


@pytest.fixture
def run(store):
    return training_runs.start(store, training_runs.request(store, by="ren").id, 4711)


@pytest.fixture
def written(store, run):
    path = store.folder / run.log_path
    path.parent.mkdir(parents=True)
    path.write_text("one\ntwo\n")
    return path


def end(store, run):
    return training_runs.finish(store, run.id, RunState.SUCCEEDED, verdict="done")


def test_a_log_is_read_while_it_is_written(store, run, written):
    assert read_log(store, run) == b"one\ntwo\n"
    assert read_log(store, run, last=4) == b"two\n"


def test_there_is_none_before_the_first_word(store, run):
    with pytest.raises(NotFoundError, match="has written nothing yet") as caught:
        read_log(store, run)
    assert not isinstance(caught.value, LogElsewhereError)


def test_it_is_kept_for_all_only_once_the_run_is_over(store, run, written):
    assert keep_log(store, run.id).log_blob is None
    end(store, run)
    kept = keep_log(store, run.id)
    with store.database.read() as session:
        assert kept.log_blob in referenced(session)
    written.unlink()
    assert read_log(store, kept) == b"one\ntwo\n"
    assert read_log(store, kept, last=4) == b"two\n"


def test_without_a_file_here_nothing_is_kept(store, run):
    end(store, run)
    assert keep_log(store, run.id).log_blob is None


def test_a_run_that_goes_on_has_no_kept_log_any_more(store, run, written):
    with store.database.write() as session:
        training_runs.find_run(session, run.id).log_blob = store.blobs.put(b"before")
    training_runs.put_back(store, run.id)
    assert training_runs.start(store, run.id, 4712).log_blob is None


def test_another_computers_log_is_told_of_by_its_name(store, run, monkeypatch):
    monkeypatch.setattr("annotation_store.learning.run_logs.here", lambda: Place("gpu-2", 1))
    with pytest.raises(LogElsewhereError, match=f"lies on the computer {run.host}") as caught:
        read_log(store, run)
    assert caught.value.host == run.host
