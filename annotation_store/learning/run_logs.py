"""What trainings have written: beside their checkpoints while they run, as blobs once they are over.

The file is in the data folder of the process that trains; the blob is for all.
"""

from annotation_store.errors import NotFoundError
from annotation_store.learning import training_runs
from annotation_store.records import RunRecord
from annotation_store.rows import find_run
from annotation_store.store import Store
from annotation_store.workers.places import here


class LogElsewhereError(NotFoundError):
    """A training is at work on another computer, and its log is there. host: what that one is called."""

    def __init__(self, run_id: int, host: str) -> None:
        super().__init__(
            f"The log of training number {run_id} lies on the computer {host}, which is at work on it: look there, or "
            "come back when it is over."
        )
        self.host = host


def keep_log(store: Store, run_id: int) -> RunRecord:
    """Keep the log of a run that is over for all computers, if this one has it. Raises StoreUnavailableError."""
    run = training_runs.get_run(store, run_id)
    try:
        written = (store.folder / run.log_path).read_bytes()
    except OSError:
        return run
    if run.state in training_runs.UNFINISHED or not written:
        return run
    digest = store.blobs.put(written)
    with store.database.write() as session:
        row = find_run(session, run_id)
        row.log_blob = digest
        session.flush()
        return RunRecord.of(row)


def read_log(store: Store, run: RunRecord, *, last: int | None = None) -> bytes:
    """What the run has written so far; last: only so many bytes of its end.

    Raises LogElsewhereError while another computer writes it, NotFoundError if nothing is written yet, and
    DamagedBlobError.
    """
    is_here = run.host in (None, here().host)
    if run.log_blob is not None and not is_here:  # a file that lies here would be of an earlier attempt
        return _of_blob(store, run.log_blob, last)
    try:
        with (store.folder / run.log_path).open("rb") as file:
            if last is not None:
                size = file.seek(0, 2)
                file.seek(max(0, size - last))
            return file.read()
    except OSError:
        if run.log_blob is not None:  # another data folder of this computer wrote it
            return _of_blob(store, run.log_blob, last)
        if run.host is not None and run.started_at is not None and not is_here:
            raise LogElsewhereError(run.id, run.host) from None
        raise NotFoundError(f"Training run number {run.id} has written nothing yet: wait until it has begun.") from None


def _of_blob(store: Store, digest: str, last: int | None) -> bytes:
    whole = store.blobs.get(digest)
    return whole if last is None else whole[-last:]
