"""Blobs: all that rows name are there, and hold what they are named by; and what else lies among them."""

import time
from collections.abc import Callable, Collection, Iterator

from annotation_store.blobs import BlobStore
from annotation_store.errors import DamagedBlobError
from annotation_store.keeping.blob_references import BlobOwner, owners_of, referenced
from annotation_store.keeping.blob_survey import BlobSurvey, survey
from annotation_store.keeping.collecting import GRACE
from annotation_store.keeping.copying import mark_of
from annotation_store.keeping.finding import Finding, damage, notice
from annotation_store.keeping.tally import Tally
from annotation_store.store import Store

Say = Callable[[float, str], None]


def blobs_of_rows(store: Store, *, read: bool, say: Say) -> Iterator[Finding]:
    """read: compare the bytes of each blob with its name, not only see that it is there and not empty."""
    seen = survey(store.blobs)  # before the rows: a file of which the rows are asked later is named by then
    with store.database.read() as session:
        names = referenced(session)
    for done, name in enumerate(sorted(names), start=1):
        if fault := _fault_of(store.blobs, name, read=read):
            with store.database.read() as session:
                yield damage(*_told(fault, name, owners_of(session, name)))
        say(done / len(names), f"file {done} of {len(names)}")
    yield from _what_else(seen, names)


def blobs_alone(store: Store, *, read: bool, say: Say) -> Iterator[Finding]:
    """The same where the rows cannot be asked: each blob that is there, by its own name."""
    seen = survey(store.blobs)
    names = sorted({*seen.in_place, *seen.aside})
    for done, name in enumerate(names, start=1):
        if fault := _fault_of(store.blobs, name, read=read):
            yield damage(*_told(fault, name, ()))
        say(done / len(names), f"file {done} of {len(names)}")


def _fault_of(blobs: BlobStore, name: str, *, read: bool) -> str | None:
    for _ in range(2):  # it may be set aside or brought back between the look and the reading
        if (path := blobs.find(name)) is None:
            return "missing"
        try:
            if path.stat().st_size == 0 or (read and mark_of(path).sha256 != name):
                return "damaged"
        except (FileNotFoundError, DamagedBlobError):
            continue
        return None
    return "damaged"


def _told(fault: str, name: str, owners: Collection[BlobOwner]) -> tuple[str, str]:
    """The name of the check, and the message."""
    owner = next(iter(owners), BlobOwner("a file that the database did not tell about", "restore it from a backup"))
    more = f" (and for {len(owners) - 1} more)" if len(owners) > 1 else ""
    words = owner.words[0].upper() + owner.words[1:]
    return f"{fault}-blob", f"{words}{more} is {fault}: {owner.remedy}. It is the file {name}."


def _what_else(seen: BlobSurvey, names: Collection[str]) -> Iterator[Finding]:
    before = time.time() - GRACE.total_seconds()
    orphans = aside = leftovers = Tally()
    for name, file in seen.in_place.items():
        if name not in names and file.changed < before:
            orphans = orphans.plus(file.size)
    for name, file in seen.aside.items():
        if name not in names:
            aside = aside.plus(file.size)
    for file in seen.leftovers:
        if file.changed < before:
            leftovers = leftovers.plus(file.size)
    if orphans.files:
        yield notice("orphans", f"Nothing needs {orphans} in the folder of blobs: `collect` makes room.")
    if aside.files:
        yield notice("set-aside", f"{aside} that nothing needs wait to be deleted by a later `collect`.")
    if leftovers.files:
        yield notice("leftovers", f"Writers that crashed left {leftovers} half written: `collect` deletes them.")
    if seen.strange:
        first = seen.strange[0].path
        yield notice(
            "strange-files",
            f"{len(seen.strange)} of the files in the folder of blobs are not the studio's, such as {first}: "
            "see whose they are.",
        )
