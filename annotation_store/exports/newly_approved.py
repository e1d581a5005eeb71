"""What was approved since somebody last looked, and under which names it leaves one by one."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import select

from annotation_store import schema
from annotation_store.bookmarks import begin_at_the_end, bookmark_at, move_bookmark
from annotation_store.exports.export_names import safe_name
from annotation_store.kinds import Verdict
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.store import Store


@dataclass(frozen=True, slots=True)
class Approval:
    """One decision. The image may have been returned since, or approved anew."""

    decision_id: int
    image_id: int


def newly_approved(store: Store, follower: str, *, limit: int = 100) -> tuple[Approval, ...]:
    """The approvals that `follower` has not seen, oldest first. Who has never looked sees what comes from now on."""
    row, image = schema.Decision, schema.Image
    with store.database.read() as session:
        position = bookmark_at(session, follower)
        if position is not None:
            query = (
                select(row)
                .join(image, image.id == row.image_id)
                .where(row.id > position, row.verdict == Verdict.APPROVED, IS_NO_COPY)
                .order_by(row.id)
                .limit(limit)
            )
            return tuple(Approval(each.id, each.image_id) for each in session.scalars(query))
    with store.database.write() as session:
        if bookmark_at(session, follower) is None:
            begin_at_the_end(session, follower, schema.Decision)
    return ()


def note_seen(store: Store, follower: str, approval: Approval) -> None:
    """Everything up to this approval is done with."""
    with store.database.write() as session:
        move_bookmark(session, follower, approval.decision_id)


class StableNames:
    """The name of each image in files, and of each project in folders: safe, different from all others, and for good.

    An image has the stem of its photo's name, or with its number where an image before it in its project has that
    stem already: what comes later changes no name. One thread at a time.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._newest = 0
        self._stems: dict[int, str] = {}
        self._taken: dict[int, set[str]] = {}

    def stem_of(self, image_id: int) -> str:
        """Without an extension. Raises KeyError for what is no image."""
        if image_id > self._newest:
            self._read_on()
        return self._stems[image_id]

    def folder_of(self, project_id: int) -> str:
        """Follows a project that is renamed. Raises KeyError for what is no project."""
        taken: set[str] = set()
        with self._store.database.read() as session:
            rows = session.execute(select(schema.Project.id, schema.Project.name).order_by(schema.Project.id))
            folders = {number: _free(safe_name(name), number, taken) for number, name in rows}
        return folders[project_id]

    def _read_on(self) -> None:
        """The images that came since, in the order in which they came."""
        image = schema.Image
        query = select(image.id, image.project_id, image.name).where(image.id > self._newest, IS_NO_COPY)
        with self._store.database.read() as session:
            for number, project_id, name in session.execute(query.order_by(image.id)):
                taken = self._taken.setdefault(project_id, set())
                self._stems[number] = _free(safe_name(PurePosixPath(name).stem), number, taken)
                self._newest = number


def _free(name: str, number: int, taken: set[str]) -> str:
    """`name`, with `number` behind it as often as needed; enters it in `taken`. Case tells no two names apart."""
    while name.casefold() in taken:
        name = f"{name}-{number}"
    taken.add(name.casefold())
    return name
