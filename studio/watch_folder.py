"""The watch folder: photos that are put there come into the studio by themselves (docs/watch-folder.md).

A photo is moved aside only after it is in the store. Whoever is killed between the two finds it once more and has a
duplicate, which is told as that; nothing is ever deleted, and no file takes the place of another. One that was written
to meanwhile is another file: it stays until it is in the store itself.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import structlog
from filelock import FileLock, Timeout

from annotation_store import gallery
from annotation_store.durable_files import make_folder, sync_folder
from annotation_store.errors import NOT_NOW, NotFoundError
from annotation_store.incoming import gather
from annotation_store.intake import IntakeReport, take_in
from annotation_store.projects import FIRST_PROJECT, get_project, project_named
from annotation_store.queue.subjects import SubjectTable, apply_subjects, read_subjects
from annotation_store.store import Store
from matting_core.errors import MattingError
from matting_core.image_io import ImageLimits
from studio.chores import Chore, in_turn
from studio.folder_reports import FolderReport, ReportLine
from studio.steady_files import DUPLICATES, REJECTED, TAKEN_IN, Mark, SteadyFiles, mark_of

log = structlog.get_logger()

WATCHER = "watch folder"
"""Whose name stands beside what comes in by itself."""
TABLE = ".csv"
SOME = 5
"""Names of photos that a reason lists."""


class FolderWatchedError(MattingError):
    """Two were to watch one folder; each would take the other's files for damaged."""


class Fate(StrEnum):
    """What became of a file, or of one inside a zip."""

    TAKEN_IN = "taken in"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    APPLIED = "applied"  # a table, to the photos that are there
    WAITS = "waits"  # a table, for photos that have not come yet
    LEFT_ALONE = "left alone"


_FOLDERS = {Fate.TAKEN_IN: TAKEN_IN, Fate.APPLIED: TAKEN_IN, Fate.DUPLICATE: DUPLICATES, Fate.REJECTED: REJECTED}


@dataclass(frozen=True, slots=True)
class Outcome:
    """file: its path below the folder. image_id: of the photo that it became or is the same as."""

    file: str
    fate: Fate
    image_id: int | None = None
    reason: str = ""


@dataclass(slots=True)
class _Table:
    """A table that stays until all its files have come.

    applied: files for which it was. newest: the number of the last image of the project then.
    """

    mark: Mark
    table: SubjectTable
    applied: set[str]
    newest: int = -1


class WatchFolder:
    """One folder. project_id: for what lies in it directly. on_photos: called when photos came in.

    on_outcome: told of each file, as the report is. One thread at a time.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        limits: ImageLimits,
        by: str = WATCHER,
        project_id: int = FIRST_PROJECT,
        on_photos: Callable[[], None] = lambda: None,
        on_outcome: Callable[[Outcome], None] = lambda _: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._folder, self._limits, self._by = store, folder, limits, by
        self._project_id, self._on_photos, self._on_outcome = project_id, on_photos, on_outcome
        self._files = SteadyFiles(folder, now=now)
        self._report = FolderReport(folder)
        self._left: dict[Path, Mark] = {}
        self._told: set[str] = set()
        self._tables: dict[Path, _Table] = {}

    def watch(self, seconds: float) -> None:
        """Look for ever, every so many seconds; of several computers that share the folder, one at a time."""
        while True:
            in_turn(self._store, Chore.WATCH_FOLDER, self.look)
            time.sleep(seconds)

    def look(self) -> None:
        """See to what has arrived. Never raises: what could not be done is logged, and tried at the next look."""
        try:
            self._look()
        except NOT_NOW as error:
            log.warning("the watch folder waits", reason=str(error))
        except OSError as error:
            log.warning("the watch folder waits", folder=str(self._folder), reason=error.strerror)
        except Exception:
            log.exception("the watch folder has stumbled")

    def _look(self) -> None:
        steady = {path: mark for path, mark in self._files.look().items() if self._left.get(path) != mark}
        came = False
        try:
            for path, mark in steady.items():
                project_id = self._project_of(path)
                if project_id is not None and path.suffix.lower() != TABLE:
                    came |= self._take(path, mark, project_id)
        finally:
            if came:
                self._on_photos()
        for path, mark in steady.items():  # after the photos, so that what came together fits together
            project_id = self._project_of(path)
            if project_id is not None and path.suffix.lower() == TABLE:
                self._apply(path, mark, project_id)
        self._tables = {path: table for path, table in self._tables.items() if path in steady}

    def _project_of(self, path: Path) -> int | None:
        """None, and told once, for a folder that is called like no open project."""
        if path.parent == self._folder:
            return self._project_id
        name = path.parent.name
        try:
            project = project_named(self._store, name)
        except NotFoundError as error:
            self._leave_folder(name, str(error))
            return None
        if project.archived_at is not None:
            self._leave_folder(name, f"The project “{project.name}” is archived: nothing comes into it any more.")
            return None
        return project.id

    def _leave_folder(self, name: str, reason: str) -> None:
        if name not in self._told:
            self._told.add(name)
            self._tell(Outcome(f"{name}/", Fate.LEFT_ALONE, reason=reason))

    def _take(self, path: Path, mark: Mark, project_id: int) -> bool:
        """Take one photo or one zip in, and move it; whether a photo came in."""
        try:
            report = take_in(
                self._store,
                gather([path], limits=self._limits),
                by=self._by,
                limits=self._limits,
                project_id=project_id,
            )
        except (*NOT_NOW, OSError):
            raise
        except Exception:  # once, not at every look
            log.exception("the watch folder cannot take a file in", file=path.name)
            self._left[path] = mark
            reason = "The studio stumbled over it; its log says where."
            self._tell(Outcome(self._name(path), Fate.LEFT_ALONE, reason=reason))
            return False
        self._move_and_tell(path, mark, _outcomes(self._name(path), report))
        return bool(report.accepted)

    def _apply(self, path: Path, mark: Mark, project_id: int) -> None:
        """Apply a table to the files that have come since; move it once all have."""
        try:
            pending = self._tables.get(path)
            if pending is None or pending.mark != mark:
                pending = self._tables[path] = _Table(mark, read_subjects(path), set())
            newest = self._newest(project_id)
            if newest == pending.newest:
                return
            rest = _without(pending.table, pending.applied)
            missing = apply_subjects(self._store, project_id, rest, by=self._by).missing
        except NOT_NOW:
            raise
        except MattingError as error:
            self._move_and_tell(path, mark, [Outcome(self._name(path), Fate.REJECTED, reason=str(error))])
            return
        if missing and pending.newest == -1:  # once, not at every photo that comes
            names = ", ".join(missing[:SOME]) + (", …" if len(missing) > SOME else "")
            reason = f"{len(missing)} of its photos have not come yet: {names}"
            self._tell(Outcome(self._name(path), Fate.WAITS, reason=reason))
        pending.newest, pending.applied = newest, set(pending.table.files) - set(missing)
        if not missing:
            self._move_and_tell(path, mark, [Outcome(self._name(path), Fate.APPLIED)])

    def _newest(self, project_id: int) -> int:
        return next((each.id for each in gallery.list_images(self._store, project_ids=[project_id], limit=1)), 0)

    def _move_and_tell(self, path: Path, mark: Mark, outcomes: list[Outcome]) -> None:
        if mark_of(path) == mark:
            self._move(path, mark, outcomes)
        else:
            log.warning("a file changed while it was taken in, and is looked at anew", file=path.name)
        for outcome in outcomes:
            self._tell(outcome)

    def _move(self, path: Path, mark: Mark, outcomes: list[Outcome]) -> None:
        fates = {outcome.fate for outcome in outcomes}
        fate = next(each for each in (Fate.TAKEN_IN, Fate.APPLIED, Fate.DUPLICATE, Fate.REJECTED) if each in fates)
        reasons = "\n".join(dict.fromkeys(outcome.reason for outcome in outcomes if outcome.reason))
        try:
            moved = move_aside(path, self._folder / _FOLDERS[fate] / path.relative_to(self._folder).parent)
            if fate is Fate.REJECTED:
                moved.with_name(f"{moved.name}.reason.txt").write_text(f"{reasons}\n", encoding="utf-8")
        except OSError as error:
            self._left[path] = mark  # it is in the store: told once, not at every look
            log.warning("the watch folder cannot move a file", file=path.name, reason=error.strerror)

    def _tell(self, outcome: Outcome) -> None:
        self._report.add(ReportLine(outcome.file, outcome.fate.value, outcome.image_id, outcome.reason))
        self._on_outcome(outcome)

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()


def move_aside(path: Path, folder: Path) -> Path:
    """Move a file into `folder`, under its name or, where that is taken, as ``NAME (2).EXT``; returns where it is."""
    make_folder(folder)
    number, target = 1, folder / path.name
    while True:
        try:
            target.touch(exist_ok=False)  # the name is ours now: replacing it loses nothing
            break
        except FileExistsError:
            number += 1
            target = folder / f"{path.stem} ({number}){path.suffix}"
    try:
        path.replace(target)
    except OSError:
        target.unlink(missing_ok=True)
        raise
    sync_folder(folder)
    return target


@contextmanager
def one_at_a_time(store: Store, folder: Path) -> Iterator[None]:
    """Keep anybody else of this studio from watching the folder meanwhile. Raises FolderWatchedError if they do."""
    locks = store.folder / "cache"
    locks.mkdir(exist_ok=True)
    lock = FileLock(locks / f"watch-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise FolderWatchedError(
            f"{folder} is watched already, by the studio (MATTELOOP_WATCH_DIR) or by another `watch`: once is enough."
        ) from None
    try:
        yield
    finally:
        lock.release()


def first_project(store: Store, name: str | None) -> int:
    """Where photos go that lie in the folder directly. Raises NotFoundError for a name that no project has."""
    return get_project(store, FIRST_PROJECT).id if name is None else project_named(store, name).id


def _outcomes(name: str, report: IntakeReport) -> list[Outcome]:
    """Of a file, or of each file in a zip."""
    is_zip = name.lower().endswith(".zip")

    def within(file: str) -> str:
        return f"{name}/{file}" if is_zip else name

    outcomes = [Outcome(within(image.name), Fate.TAKEN_IN, image.id) for image in report.accepted]
    outcomes += [
        Outcome(within(each.name), Fate.DUPLICATE, each.image.id, f"in the studio already as {each.image.name}")
        for each in report.duplicates
    ]
    outcomes += [Outcome(within(each.name), Fate.REJECTED, reason=each.reason) for each in report.rejected]
    return outcomes or [Outcome(name, Fate.REJECTED, reason="the zip file holds no photo")]


def _without(table: SubjectTable, files: set[str]) -> SubjectTable:
    """What a table tells of other files than these."""
    return SubjectTable(
        subjects={name: told for name, told in table.subjects.items() if name not in files},
        assigned_to={name: told for name, told in table.assigned_to.items() if name not in files},
        tags={name: told for name, told in table.tags.items() if name not in files},
    )
