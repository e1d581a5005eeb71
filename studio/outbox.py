"""The outbox: what is approved appears as files in a folder (docs/watch-folder.md).

It follows the decisions by a bookmark, from the moment of its first start. Files appear as a whole; those of an image
that is approved again take the place of its own older ones.
"""

import errno
import time
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import structlog

from annotation_store import gallery
from annotation_store.durable_files import durable_file, make_folder
from annotation_store.errors import NOT_NOW, InvalidExportError
from annotation_store.exports.export_format import ExportFormat, Place
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_sets import approved_now
from annotation_store.exports.formats import formats_named
from annotation_store.exports.newly_approved import Approval, StableNames, newly_approved, note_seen
from annotation_store.store import Store
from studio.chores import Chore, in_turn
from studio.folder_reports import FolderReport, ReportLine

log = structlog.get_logger()

BOOKMARK = "outbox"
LOOK_SECONDS = 2.0
_OF_ONE_FILE = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ENOTDIR, errno.EEXIST, errno.EISDIR)
"""What a disk says of a name that it does not take, or where something else lies: later it would say the same."""
_PROBE = Place("a-stem-like-no-other", 0, 1)


class Outbox:
    """One folder. formats: names of forms of exports that have files of their own for each photo.

    Raises InvalidExportError for others, and for names that there are not.
    """

    def __init__(self, store: Store, folder: Path, formats: Iterable[str]) -> None:
        self._store, self._folder = store, folder
        self._options = ExportOptions(formats=tuple(formats))
        self._formats = formats_named(self._options.formats)
        for form in self._formats:
            _check_stands_alone(form, self._options)
        self._names = StableNames(store)
        self._report = FolderReport(folder)

    def watch(self) -> None:
        """Look for ever."""
        while True:
            in_turn(self._store, Chore.OUTBOX, self.look)
            time.sleep(LOOK_SECONDS)

    def look(self) -> int:
        """Write what was approved since; how many images. Never raises: what was not written is, at the next look."""
        written = 0
        try:
            while approvals := newly_approved(self._store, BOOKMARK):
                for approval in approvals:
                    written += self._write(approval)
                    note_seen(self._store, BOOKMARK, approval)
        except NOT_NOW as error:
            log.warning("the outbox waits", reason=str(error))
        except OSError as error:  # its disk is full, or its share is not there
            log.warning("the outbox waits", folder=str(self._folder), reason=error.strerror)
        except Exception:
            log.exception("the outbox has stumbled")
        return written

    def _write(self, approval: Approval) -> bool:
        """Whether there was anything to write: an image that was returned meanwhile is approved another time."""
        if not self._folder.is_dir():
            raise FileNotFoundError(2, "there is no such folder: create it, or have it mounted", str(self._folder))
        image = gallery.get_image(self._store, approval.image_id)
        try:
            files = list(self._files(approval, project_id=image.project_id))
            for path, data in files:
                self._put(path, data)
                self._report.add(ReportLine(path.relative_to(self._folder).as_posix(), "written", image.id))
        except NOT_NOW:
            raise
        except OSError as error:
            if error.errno not in _OF_ONE_FILE:
                raise
            log.warning("the outbox cannot write an image", image=image.id, reason=str(error))
            self._report.add(ReportLine(image.name, "failed", image.id, error.strerror))
        except Exception as error:  # a damaged blob, most likely: the others are not to wait for it
            log.exception("the outbox cannot write an image", image=image.id)
            self._report.add(ReportLine(image.name, "failed", image.id, str(error)))
        else:
            return bool(files)
        return False

    def _put(self, path: Path, data: bytes) -> None:
        make_folder(path.parent)
        with durable_file(path) as file:
            file.write(data)
        path.chmod(0o644)  # for those who fetch it; a temporary file is its owner's alone

    def _files(self, approval: Approval, *, project_id: int) -> Iterator[tuple[Path, bytes]]:
        subject = approved_now(self._store, approval.image_id, self._options)
        if subject is None:
            return
        place = Place(self._names.stem_of(approval.image_id), 0, 1)
        folder = self._folder / self._names.folder_of(project_id)
        for form in self._formats:
            for file in form.writer(self._options).add(subject, place):
                yield folder / self._path(form, file.path), file.data

    def _path(self, form: ExportFormat, path: str) -> PurePosixPath:
        """Without the folder that a format keeps its files in; in one of its name where there are several formats."""
        within = PurePosixPath(*PurePosixPath(path).parts[1:]) if "/" in path else PurePosixPath(path)
        return within if len(self._formats) == 1 else PurePosixPath(form.name) / within


def _check_stands_alone(form: ExportFormat, options: ExportOptions) -> None:
    """Raise InvalidExportError unless every file of a format is of one photo, and told from those of others."""
    paths = form.paths(_PROBE, options)
    alone = bool(paths) and all(_PROBE.stem in PurePosixPath(path).name for path in paths)
    if not alone or any(form.writer(options).finish(())):
        raise InvalidExportError(
            f"The format {form.name} is not a file for each photo, so it cannot follow single approvals: "
            "choose others for MATTELOOP_OUTBOX_FORMATS."
        )
    if len({PurePosixPath(*PurePosixPath(path).parts[1:]) for path in paths}) < len(paths):
        raise InvalidExportError(
            f"The format {form.name} needs folders of its own: choose another for MATTELOOP_OUTBOX_FORMATS."
        )
