"""A version that was trained elsewhere is handed in: taken in at once, judged when the worker has time for that."""

from typing import TYPE_CHECKING, BinaryIO

from studio.studio import Studio

if TYPE_CHECKING:
    from training.importing import Imported


def hand_in(studio: Studio, file: BinaryIO, *, name: str, licence: str | None, by: str) -> "Imported":
    """Check a version and enter it as a candidate; see `import_version`, and `read_version` for what it may be.

    name: of the file. licence: what whoever hands it in knows of it.
    """
    # imported late: torch takes seconds, and the pages should open before
    from training.importing import import_version
    from training.incoming_version import read_version

    incoming = read_version(file, name=name, largest=studio.settings.max_upload_megabytes * 1_000_000)
    done = import_version(studio.store, incoming, by=by, licence=licence or None, judge=None)
    studio.jobs.judge(done.model.id, by=by)
    return done
