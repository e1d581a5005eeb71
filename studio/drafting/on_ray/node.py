"""What a process of a cluster works with: the studio, opened by the settings of the computer that it runs on.

No address and no password travels through Ray. What a studio is called by (`identity`) tells whether it is the same.
"""

import threading
from dataclasses import dataclass

from pydantic import ValidationError

from annotation_store.errors import StoreUnavailableError
from annotation_store.identity import begin_studio, studio_in
from annotation_store.store import Store, holds_store, open_store
from annotation_store.workers.places import here
from matting_core.errors import MattingError
from studio.device.live_model import LiveModel
from studio.logs import configure_logs
from studio.settings import Settings


class NodeError(MattingError):
    """This computer is not set up for the studio whose photos it is to draft."""


@dataclass(frozen=True, slots=True)
class Job:
    """What all processes of a cluster are told. studio: which one it is. host: the computer that asks. worker_id: under
    which number photos are claimed."""

    studio: str
    host: str
    worker_id: int


@dataclass(frozen=True, slots=True)
class Node:
    """An open studio, as far as drafting needs it."""

    store: Store
    live: LiveModel


_opened: dict[str, Node] = {}
_opening = threading.Lock()


def job_of(store: Store, worker_id: int) -> Job:
    """Raises one of NOT_NOW."""
    with store.database.write() as session:
        return Job(begin_studio(session), here().host, worker_id)


def node_of(job: Job) -> Node:
    """The studio of the job, opened once in a process. Raises NodeError if this computer has another one, or none."""
    with _opening:
        if job.studio not in _opened:
            _opened[job.studio] = _open(job)
        return _opened[job.studio]


def _open(job: Job) -> Node:
    me = here().host
    advice = (
        f"set MATTELOOP_DATABASE_URL and MATTELOOP_BLOB_URL on {me} as they are on {job.host}, before `ray start`, "
        "and start its node anew."
    )
    try:
        settings = Settings()
    except ValidationError as error:
        raise NodeError(f"The settings of the Ray node {me} cannot be used ({error.error_count()} errors).") from error
    configure_logs(settings)
    url, blobs = settings.database_url.get_secret_value(), settings.blob_url.get_secret_value()
    if me != job.host and not url:
        raise NodeError(f"The Ray node {me} has its tables in a folder, which only one computer can use: {advice}")
    if me != job.host and not blobs:
        raise NodeError(f"The Ray node {me} looks for photos in a folder of its own: {advice}")
    if not holds_store(settings.data_dir, database_url=url):
        raise NodeError(f"The Ray node {me} has no studio in {settings.data_dir}: {advice}")
    store = open_store(settings.data_dir, database_url=url, blob_url=blobs, blob_cache_room=settings.blob_cache_room)
    try:
        with store.database.read() as session:
            is_same = studio_in(session) == job.studio
        if not is_same:
            raise NodeError(f"The Ray node {me} has another studio than {job.host}: {advice}")
    except (NodeError, StoreUnavailableError):
        store.database.close()
        raise
    return Node(store, LiveModel(store, device=settings.device, threads=settings.threads))
